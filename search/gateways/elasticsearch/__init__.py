"""Elasticsearch as the search engine; `docs/search.md` says what stands where and why."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from core.ports import SearchDocument
from search import ranking
from search.analysis.synonyms import SynonymTable
from search.analysis.tokens import normalize
from search.gateways import Held, Suggestion, terms
from search.gateways.address import Account, Address
from search.gateways.elasticsearch import asking, writing
from search.gateways.elasticsearch.connection import Connection
from search.gateways.elasticsearch.cursor import is_ours
from search.gateways.elasticsearch.documents import DIMENSIONS, key_of, name_of
from search.gateways.elasticsearch.indexes import Indexes
from search.gateways.elasticsearch.searching import Question
from search.gateways.elasticsearch.statistics import plan
from search.gateways.elasticsearch.trouble import REBUILD, Away
from search.gateways.elasticsearch.writing import Target, Vectors
from search.gateways.shapes import (
    LEVELS,
    LONGEST_QUERY,
    WINDOW,
    Filters,
    Key,
    Meaning,
    SearchPage,
    SearchRequest,
)

__all__ = ["DIMENSIONS", "Account", "Address", "Away", "ElasticsearchGateway"]

_LOOKED_THROUGH = 200
"""Entries that hold every token of what was typed, among which suggestions are looked for."""
_BATCH = 500


class ElasticsearchGateway:
    """See `Gateway`. One instance serves all threads of a process."""

    name = "elasticsearch"

    def __init__(self, address: Address) -> None:
        self.connection = Connection(address)
        self.indexes = Indexes(self.connection)

    def owns(self, cursor: str) -> bool:
        """Whether a cursor goes on from a page of this engine."""
        return is_ours(cursor)

    # -- writing ---------------------------------------------------------------------------
    def index(
        self,
        documents: Iterable[SearchDocument],
        *,
        synonyms: SynonymTable,
        vectors: Vectors | None = None,
        only_next: bool = False,
    ) -> int:
        """See `Gateway.index`. While a build is under way, what is written goes to both indexes;
        `only_next` writes to the one being filled alone. `vectors` are added where given.
        """
        targets = self._targets(only_next=only_next)
        return writing.write(self.connection, targets, documents, synonyms, vectors or {})

    def remove(self, kind: str, ids: Sequence[int]) -> int:
        """See `Gateway.remove`."""
        names = [name_of(kind, one) for one in ids]
        return writing.remove(self.connection, self._targets(), names)

    def _targets(self, *, only_next: bool = False) -> list[Target]:
        standing = self.indexes.standing()
        targets = [Target(name, level, fresh=True) for level, name in standing.building.items()]
        if not only_next:
            targets += [
                Target(name, level, fresh=False) for level, name in standing.serving.items()
            ]
        if not targets:
            raise Away(f"there is no index on the search server to write to: {REBUILD}")
        return targets

    # -- reading ---------------------------------------------------------------------------
    def search(
        self, request: SearchRequest, *, synonyms: SynonymTable, meaning: Meaning | None = None
    ) -> SearchPage:
        """See `Gateway.search`."""
        index = self.indexes.alias(request.level)
        return Question(self.connection, index, request, synonyms, meaning).page()

    def recall(
        self,
        text: str,
        *,
        level: str,
        kinds: Sequence[str],
        limit: int,
        synonyms: SynonymTable,
        filters: Filters | None = None,
    ) -> list[tuple[Key, float]]:
        """See `Gateway.recall`."""
        q, index = text[:LONGEST_QUERY], self.indexes.alias(level)
        query = ranking.query_counts(q, groups=synonyms.groups)
        planned = plan(self.connection, index, level, q, query)
        if not planned.weights:
            return []
        passed = asking.conditions(filters or Filters(kinds=tuple(kinds)))
        window = max(limit, WINDOW)
        found = asking.candidates(planned.weights, ())
        answer = self.connection.ask(
            lambda es: es.search(
                index=index,
                query={
                    "bool": {"must": [found.to_dict()], "filter": [p.to_dict() for p in passed]}
                },
                min_score=1.0,
                size=window,
                source=False,
                track_total_hits=False,
                rescore=asking.rescored(asking.ranked(query), window),
            ),
            level=level,
        )
        scored = [(key_of(hit["_id"]), float(hit["_score"])) for hit in answer["hits"]["hits"]]
        return sorted(scored, key=lambda one: (-one[1], -one[0][1], one[0][0]))[:limit]

    def suggest(self, prefix: str, *, level: str, limit: int) -> list[Suggestion]:
        """See `Gateway.suggest`."""
        typed = normalize(prefix).strip()
        wanted = terms.query_terms(typed)
        if not wanted:
            return []
        answer = self.connection.ask(
            lambda es: es.search(
                index=self.indexes.alias(level),
                query={"bool": {"filter": [{"term": {"terms": term}} for term in wanted[:60]]}},
                sort=[{"posted": "desc"}, {"id": "desc"}],
                size=_LOOKED_THROUGH,
                source_includes=["title", "kind", "number", "url"],
                track_total_hits=False,
            ),
            level=level,
        )
        titles: dict[str, Suggestion] = {}
        for hit in answer["hits"]["hits"]:
            row = hit["_source"]
            if typed in normalize(row["title"]):
                one = Suggestion(row["title"], row["kind"], row["number"], row["url"])
                titles.setdefault(row["title"], one)
        return list(titles.values())[:limit]

    # -- care ------------------------------------------------------------------------------
    def held(self, kind: str) -> Iterator[list[Held]]:
        """See `Gateway.held`."""
        names = sorted(self.indexes.standing().serving.values())
        after: list[Any] | None = None
        kept: list[Held] = []
        while names:
            rows = self._held_rows(kind, names, after)
            kept += [_held(row["_source"]) for row in rows]
            if len(rows) < _BATCH:
                break
            after = rows[-1]["sort"]
            whole = [one for one in kept if one.key != kept[-1].key]
            kept = kept[len(whole) :]
            if whole:
                yield whole
        if kept:
            yield kept

    def _held_rows(self, kind: str, names: list[str], after: list[Any] | None) -> list[Any]:
        further: dict[str, Any] = {"search_after": after} if after else {}
        answer = self.connection.order(
            lambda es: es.search(
                index=names,
                query={"term": {"kind": kind}},
                sort=[{"id": "asc"}, {"level": "asc"}],
                size=_BATCH,
                source_includes=[
                    "kind",
                    "id",
                    "level",
                    "version",
                    "analyzer",
                    "synonyms",
                    "checksum",
                ],
                track_total_hits=False,
                **further,
            )
        )
        return list(answer["hits"]["hits"])

    def clear(self) -> None:
        """See `Gateway.clear`: empty indexes serve afterwards."""
        standing = self.indexes.standing()
        self.indexes.drop(standing.building.values())
        self.indexes.begin()
        self.indexes.drop(self.indexes.finish())

    def faults(self) -> list[str]:
        """See `Gateway.faults`."""
        trouble = self.indexes.trouble()
        return [trouble] if trouble else []

    def refresh(self) -> None:
        """Make what was written findable now."""
        self.indexes.refresh()

    def count(self, *, building: bool = False) -> dict[str, int]:
        """Documents per level, in what serves or in what is being filled."""
        standing = self.indexes.standing()
        names = standing.building if building else standing.serving
        return {level: self._count(names[level]) for level in LEVELS if level in names}

    def _count(self, name: str) -> int:
        return int(self.connection.order(lambda es: es.count(index=name))["count"])


def _held(row: dict[str, Any]) -> Held:
    return Held(
        key=(row["kind"], row["id"]),
        level=row["level"],
        version=row["version"],
        analyzer=row["analyzer"],
        synonyms=row["synonyms"],
        checksum=row["checksum"],
    )
