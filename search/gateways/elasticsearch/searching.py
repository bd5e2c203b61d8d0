"""One search on the server: what matches, in which order, as one page.

As in the embedded index: the candidates are those whose weight reaches the floor; the best hundred
of them, with what is near in meaning, are ranked by the words (by the server) and by meaning (by
the function that both engines share); what lies beyond follows newest first. Every row of a page
is read again as it is now, so what was hidden a moment ago is not shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from elasticsearch.dsl import Q

from search import ranking
from search.analysis.synonyms import Group, SynonymTable
from search.gateways import highlights, terms
from search.gateways.elasticsearch import asking
from search.gateways.elasticsearch.connection import Connection
from search.gateways.elasticsearch.cursor import Cursor, decode, encode
from search.gateways.elasticsearch.documents import DIMENSIONS, key_of, moment
from search.gateways.elasticsearch.lists import Listed, listed
from search.gateways.elasticsearch.statistics import Plan, plan
from search.gateways.shapes import (
    COUNT_LIMIT,
    RELEVANCE,
    WINDOW,
    Counts,
    Hit,
    Meaning,
    SearchPage,
    SearchRequest,
    Share,
    Widening,
    bounded,
)

_HIGHEST = 10**18
_MEANING = "M"


@dataclass(frozen=True, slots=True)
class _Ranked:
    name: str
    score: float
    words: float = 0.0
    """The words' part of the score, which the shares of terms add up to."""
    best: float = 0.0
    """What the words' part was divided by; 0 where the server's own score is not looked at again."""


@dataclass(frozen=True, slots=True)
class _Counted:
    total: int
    more: bool
    facets: Mapping[str, Counts]
    closing: Counts


class Question:
    """A request to one level's index, and everything that its answers need."""

    def __init__(
        self,
        connection: Connection,
        index: str,
        request: SearchRequest,
        synonyms: SynonymTable,
        meaning: Meaning | None,
    ) -> None:
        self.connection, self.index = connection, index
        self.request = bounded(request)
        self.groups: Sequence[Group] = () if request.exact else synonyms.groups
        self.meaning = meaning
        self.cursor = decode(request.cursor) if request.cursor else None
        self.words = bool(terms.query_terms(self.request.q))
        self.query = ranking.query_counts(self.request.q, groups=self.groups) if self.words else {}
        self.planned: Plan | None = None

    # -- the page --------------------------------------------------------------------------
    def page(self) -> SearchPage:
        request = self.request
        cursor = self.cursor or self._first_cursor()
        if self.words and request.sort == RELEVANCE:
            ranked, following, counted = self._by_relevance(cursor)
        else:
            counted = self._counted(cursor)
            found = self._listed(cursor, request.size)
            ranked = [_Ranked(name, 0.0) for name in found.names]
            following = found.following
        hits = self._hits(ranked)
        return SearchPage(
            hits=hits,
            total=counted.total,
            more=counted.more,
            facets=counted.facets,
            closing=counted.closing,
            also_searched=highlights.also_searched(request.q, self.groups) if self.words else (),
            cursor=encode(following) if following else "",
            widen=() if counted.total else self._widenings(cursor),
            meaning=self.words and bool(self.meaning),
        )

    def _first_cursor(self) -> Cursor:
        if not self.words:
            return Cursor()
        planned = self._plan()
        return Cursor(tuple(planned.weights.items()), planned.floor, self._near())

    def _near(self) -> tuple[str, ...]:
        """What is near in meaning: of the stored vectors, or of the server's graph."""
        if self.meaning is None:
            return ()
        asked = self.meaning.unscanned() if self.connection.address.graph else None
        if asked is None or len(asked.vector) != DIMENSIONS:
            return tuple(asking.these(self.meaning.nearest(self.request.level, WINDOW)))
        answer = self._ask({"knn": asking.neighbors(asked), "size": WINDOW})
        return asking.near_enough(answer["hits"]["hits"], asked)

    def _plan(self) -> Plan:
        if self.planned is None:
            request = self.request
            self.planned = plan(self.connection, self.index, request.level, request.q, self.query)
        return self.planned

    # -- by relevance ------------------------------------------------------------------------
    def _by_relevance(self, cursor: Cursor) -> tuple[list[_Ranked], Cursor | None, _Counted]:
        size = self.request.size
        if cursor.used:
            counted = self._counted(cursor)
            allowed = self._allowed([name for name, _score in cursor.rest])
            ranked = [_Ranked(name, score) for name, score in cursor.rest if name in allowed]
        else:
            ranked, counted = self._best(cursor)
        shown, rest = ranked[:size], ranked[size:]
        used = (*cursor.used, *(one.name for one in shown))
        following = replace(cursor, rest=tuple((r.name, r.score) for r in rest), used=used)
        if len(shown) == size:
            done = not rest and not counted.more and counted.total <= len(used)
            return shown, None if done else following, counted
        tail = self._listed(following, size - len(shown))
        return [*shown, *(_Ranked(name, 0.0) for name in tail.names)], tail.following, counted

    def _best(self, cursor: Cursor) -> tuple[list[_Ranked], _Counted]:
        """The window, ranked by words and meaning, and what is counted beside it."""
        if not cursor.weights and not cursor.extras:
            return [], self._counted(cursor)
        window = WINDOW + len(cursor.extras)
        answer = self._ask(
            self._body(cursor, size=window)
            | {"rescore": asking.rescored(asking.ranked(self.query), window)}
        )
        hits = answer["hits"]["hits"]
        scored = [ranking.Scored(_tie(hit["_id"]), float(hit["_score"] or 0.0)) for hit in hits]
        scored.sort(key=lambda one: (-one.score, one.key))
        best = max((one.score for one in scored), default=0.0) or 1.0
        words = {one.key: one.score / best for one in scored}
        keys = {one.key: key_of(_name(one.key)) for one in scored}
        cosines = self.meaning.cosines(list(keys.values())) if self.meaning else {}
        by_name = {tie: cosines[key] for tie, key in keys.items() if key in cosines}
        ranked = [
            _Ranked(_name(one.key), one.score, words[one.key], best)
            for one in ranking.add_meaning(scored, by_name)
        ]
        return ranked, self._read_counts(answer)

    def _allowed(self, names: Sequence[str]) -> set[str]:
        """Those of these entries that pass the filters now."""
        if not names:
            return set()
        only = [Q("ids", values=list(names)), *asking.conditions(self.request.filters)]
        answer = self._ask({"query": Q("bool", filter=only).to_dict(), "size": len(names)})
        return {hit["_id"] for hit in answer["hits"]["hits"]}

    # -- plain lists and counts ----------------------------------------------------------------
    def _listed(self, cursor: Cursor, size: int) -> Listed:
        return listed(
            self.connection, self.index, self.request, cursor, size, self._matching(cursor)
        )

    def _matching(self, cursor: Cursor) -> dict[str, Any]:
        """Query and floor of everything that matches the words."""
        if not self.words:
            return {"query": Q("match_all").to_dict()}
        if not cursor.weights and not cursor.extras:
            return {"query": Q("match_none").to_dict()}
        found = asking.candidates(dict(cursor.weights), cursor.extras)
        return {"query": found.to_dict(), "min_score": float(cursor.floor)}

    def _body(self, cursor: Cursor, *, size: int) -> dict[str, Any]:
        """With facets the filters come after the counting; without, before the matching."""
        request = self.request
        body = {**self._matching(cursor), "size": size, "track_total_hits": COUNT_LIMIT + 1}
        passed = asking.conditions(request.filters)
        if request.with_facets:
            counted = asking.facet_aggregations(request.filters, request.at)
            body["aggs"] = {name: one.to_dict() for name, one in counted.items()}
            if passed:
                body["post_filter"] = Q("bool", filter=passed).to_dict()
        elif passed:
            body["query"] = Q("bool", must=[body["query"]], filter=passed).to_dict()
        return body

    def _counted(self, cursor: Cursor) -> _Counted:
        return self._read_counts(self._ask(self._body(cursor, size=0)))

    def _read_counts(self, answer: Mapping[str, Any]) -> _Counted:
        total = int(answer["hits"]["total"]["value"])
        facets, closing = asking.facet_counts(answer.get("aggregations", {}))
        return _Counted(min(total, COUNT_LIMIT), total > COUNT_LIMIT, facets, closing)

    def _ask(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = self.connection.ask(
            lambda es: es.search(index=self.index, source=False, **body),
            level=self.request.level,
        )
        return dict(answer)

    def _widenings(self, cursor: Cursor) -> tuple[Widening, ...]:
        """For an empty result: what leaving out one filter, or the words, would show."""
        request = self.request
        wanted: list[tuple[str, dict[str, Any]]] = [
            (name, self._narrowed(self._matching(cursor), but=name))
            for name in request.filters.names()
        ]
        if self.words:
            wanted.append(("", self._narrowed({"query": Q("match_all").to_dict()})))
        found = []
        for name, body in wanted:
            answer = self._ask({**body, "size": 0, "track_total_hits": COUNT_LIMIT + 1})
            total = min(int(answer["hits"]["total"]["value"]), COUNT_LIMIT)
            if total:
                found.append(Widening(name, total))
        return tuple(sorted(found, key=lambda one: (-one.total, one.name)))

    def _narrowed(self, body: dict[str, Any], *, but: str = "-") -> dict[str, Any]:
        passed = asking.conditions(self.request.filters, but=but)
        if not passed:
            return body
        return {**body, "query": Q("bool", must=[body["query"]], filter=passed).to_dict()}

    # -- hits ------------------------------------------------------------------------------------
    def _hits(self, shown: Sequence[_Ranked]) -> tuple[Hit, ...]:
        rows = documents(
            self.connection, self.index, self.request.level, [one.name for one in shown]
        )
        always = highlights.always_marked(self.request.q, self.groups) if self.words else ()
        shares = self._shares(rows) if self.words and rows else {}
        shown = _exactly(shown, shares)
        return tuple(
            _hit(
                rows[one.name],
                self.request.q if self.words else "",
                always,
                score=one.score,
                shares=_scaled(shares.get(one.name, ()), one),
            )
            for one in shown
            if one.name in rows
        )

    def _shares(
        self, rows: Mapping[str, Mapping[str, Any]]
    ) -> dict[str, tuple[ranking.Contribution, ...]]:
        """What each term brought, reckoned again from the text of the rows that are shown."""
        planned = self._plan()
        some = [
            ranking.Candidate(
                name, ranking.field_counts(row["title"], row["text"], groups=self.groups)
            )
            for name, row in rows.items()
        ]
        found = ranking.rank_words(planned.query, some, planned.figures)
        return {one.key: one.contributions for one in found}


def documents(
    connection: Connection, index: str, level: str, names: Sequence[str]
) -> dict[str, Mapping[str, Any]]:
    """The rows as they are now, by name; what is gone is left out."""
    if not names:
        return {}
    answer = connection.ask(lambda es: es.mget(index=index, ids=list(names)), level=level)
    return {one["_id"]: one["_source"] for one in answer["docs"] if one.get("found")}


def _exactly(
    shown: Sequence[_Ranked], shares: Mapping[str, Iterable[ranking.Contribution]]
) -> list[_Ranked]:
    """The page's ranked rows in the order of their exact scores, what follows them as it was.

    The server keeps the length of a text in one byte, so its own score is some percent off. It
    decides which entries are on the page; their order among themselves is that of the product.
    """
    found = []
    for one in (one for one in shown if one.best):
        words = sum(share.points for share in shares.get(one.name, ())) / one.best
        found.append(replace(one, score=one.score + words - one.words, words=words))
    found.sort(key=lambda one: (-one.score, _tie(one.name)))
    return [*found, *(one for one in shown if not one.best)]


def _scaled(shares: Iterable[ranking.Contribution], one: _Ranked) -> tuple[Share, ...]:
    """Shares that add up to the score: terms as part of the best by words, then meaning."""
    some = list(shares)
    reckoned = sum(share.points for share in some)
    scale = one.words / reckoned if one.words and reckoned else 1.0
    found = [Share(c.field, c.term, c.points * scale) for c in some] if reckoned else []
    if (one.words or one.score) and abs(one.score - one.words) > 1e-9 and one.words != 0.0:
        found.append(Share(_MEANING, "", one.score - one.words))
    elif one.score and not found:
        found.append(Share(_MEANING, "", one.score))
    return tuple(found)


def _tie(name: str) -> str:
    """The ranking puts equal scores in the order of their names: the latest thing first."""
    kind, object_id = key_of(name)
    return f"{_HIGHEST - object_id:019d}{kind}"


def _name(tie: str) -> str:
    return f"{tie[19:]}:{_HIGHEST - int(tie[:19])}"


def _hit(
    row: Mapping[str, Any],
    q: str,
    always: Sequence[str],
    *,
    score: float,
    shares: tuple[Share, ...],
) -> Hit:
    marks = highlights.phrases_to_mark(q, f"{row['title']}\n{row['text']}", always) if q else []
    return Hit(
        kind=row["kind"],
        id=row["id"],
        number=row["number"],
        version=row["version"],
        level=row["level"],
        title=row["title"],
        text=row["text"],
        url=row["url"],
        state=row["state"],
        category=row.get("category", ""),
        organization=row["organization"],
        organization_id=row.get("organization_id", 0),
        verified=row["verified"],
        region=row.get("region", ""),
        place=row["place"],
        posted_at=moment(row["posted"]),
        closes_at=moment(row["closes"]),
        facets={name: tuple(values) for name, values in row["facets"].items()},
        shown=row["shown"],
        marked_title=highlights.marked(row["title"], marks),
        snippet=highlights.snippet(row["text"], marks),
        score=score,
        shares=shares,
    )
