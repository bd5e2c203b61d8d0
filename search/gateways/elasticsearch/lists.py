"""Lists in a plain order, newest or closing soon, paged by `search_after` at a point in time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from elasticsearch import NotFoundError
from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Query

from search.gateways.elasticsearch import asking
from search.gateways.elasticsearch.connection import Connection
from search.gateways.elasticsearch.cursor import Cursor
from search.gateways.elasticsearch.documents import whole
from search.gateways.shapes import CLOSING, SearchRequest

KEPT = "2m"
"""How long the server keeps a point in time for somebody who pages."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of a page by name, and the cursor behind them, None at the end."""

    names: list[str]
    following: Cursor | None


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows in one order: by `field`, then the latest thing first."""

    field: str
    descending: bool
    only: Query | None = None

    def sort(self) -> list[dict[str, str]]:
        order = "desc" if self.descending else "asc"
        return [{self.field: order}, {"id": "desc"}, {"kind": "asc"}]


def listed(
    connection: Connection,
    index: str,
    request: SearchRequest,
    cursor: Cursor,
    size: int,
    matching: Mapping[str, Any],
) -> Listed:
    """The next `size` rows of what matches.

    From the second page on the order is that of one point in time; when the server has dropped it
    meanwhile, the next one goes on behind the same row.
    """
    pit = _point_in_time(connection, index, request.level, cursor)
    found: list[tuple[str, list[Any], int]] = []
    after = cursor.after
    parts = _parts(request)
    for phase in range(min(cursor.phase, len(parts)), len(parts)):
        wanted = size + 1 - len(found)
        body = _body(parts[phase], request, cursor, matching, wanted, after)
        rows, pit = _rows(connection, index, request.level, body, pit)
        found += [(row["_id"], row["sort"], phase) for row in rows]
        if len(found) > size:
            break
        after = None
    if len(found) <= size:
        _close(connection, request.level, pit)
        return Listed([name for name, _sort, _phase in found], None)
    _name, sort, phase = found[size - 1] if size else found[0]
    last = (int(sort[0]), int(sort[1]), str(sort[2])) if size else None
    following = replace(cursor, phase=phase if size else cursor.phase, after=last, pit=pit)
    return Listed([one for one, _sort, _phase in found[:size]], following)


def _point_in_time(connection: Connection, index: str, level: str, cursor: Cursor) -> str:
    if cursor.pit or cursor.after is None:
        return cursor.pit
    opened = connection.ask(
        lambda es: es.open_point_in_time(index=index, keep_alive=KEPT), level=level
    )
    return str(opened["id"])


def _rows(
    connection: Connection, index: str, level: str, body: dict[str, Any], pit: str
) -> tuple[Sequence[Mapping[str, Any]], str]:
    """The rows, and the point in time to go on with."""
    if pit:
        timed = {**body, "pit": {"id": pit, "keep_alive": KEPT}}

        def ask(es: Any) -> Any:
            try:
                return es.search(**timed)
            except NotFoundError:  # dropped by the server meanwhile
                return es.search(index=index, **body)

        answer = connection.ask(ask, level=level)
        return answer["hits"]["hits"], str(answer.get("pit_id", ""))
    answer = connection.ask(lambda es: es.search(index=index, **body), level=level)
    return answer["hits"]["hits"], ""


def _close(connection: Connection, level: str, pit: str) -> None:
    if pit:
        connection.ask(
            lambda es: es.options(ignore_status=404).close_point_in_time(id=pit), level=level
        )


def _body(
    part: _Part,
    request: SearchRequest,
    cursor: Cursor,
    matching: Mapping[str, Any],
    size: int,
    after: tuple[int, int, str] | None,
) -> dict[str, Any]:
    passed = asking.conditions(request.filters)
    if part.only is not None:
        passed.append(part.only)
    shown = [Q("ids", values=list(cursor.used))] if cursor.used else []
    query = Q("bool", must=[matching["query"]], filter=passed, must_not=shown)
    body = {
        **matching,
        "query": query.to_dict(),
        "size": size,
        "sort": part.sort(),
        "source": False,
        "track_total_hits": False,
    }
    if after is not None:
        body["search_after"] = list(after)
    return body


def _parts(request: SearchRequest) -> Sequence[_Part]:
    """Closing soon has two parts: what is still to close, soonest first; then what has closed."""
    if request.sort != CLOSING:
        return [_Part("posted", descending=True)]
    now = whole(request.at)
    return [
        _Part("closes", descending=False, only=Q("range", closes={"gte": now})),
        _Part("closes", descending=True, only=Q("range", closes={"lt": now})),
    ]
