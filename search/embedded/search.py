"""One search in the embedded index: what matches, in which order, as one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from search import ranking
from search.analysis.synonyms import Group, SynonymTable
from search.embedded.facets import closing, facets
from search.embedded.lists import listed
from search.embedded.plan import Plan, plan
from search.embedded.scope import among, at_level, counted, narrowed, readable, widenings
from search.embedded.token_index import token_index
from search.gateways import cursors, highlights, terms
from search.gateways.cursors import Cursor
from search.gateways.shapes import (
    COUNT_LIMIT,
    LONGEST_QUERY,
    NEVER_CLOSES,
    NEVER_POSTED,
    RELEVANCE,
    WINDOW,
    Counts,
    Filters,
    Hit,
    Key,
    Meaning,
    SearchPage,
    SearchRequest,
    Share,
    bounded,
)
from search.models import EntryTerms, SearchEntry

_MEANING = "M"


@dataclass(frozen=True, slots=True)
class _Ranked:
    entry: int
    score: float
    shares: tuple[Share, ...]


def search(request: SearchRequest, synonyms: SynonymTable, meaning: Meaning | None) -> SearchPage:
    """See `Gateway.search`."""
    request = bounded(request)
    cursor = cursors.decode(request.cursor) if request.cursor else None
    groups = () if request.exact else synonyms.groups
    if not terms.query_terms(request.q):
        return _browse(request, cursor or Cursor())
    planned = plan(request.level, request.q, groups)
    if cursor is None:
        extras = (
            _entry_ids(request.level, meaning.nearest(request.level, WINDOW)) if meaning else ()
        )
        cursor = Cursor(tuple(planned.weights.items()), planned.floor, tuple(extras))
    return _Found(request, planned, groups, meaning).page(cursor)


def _browse(request: SearchRequest, cursor: Cursor) -> SearchPage:
    rows = narrowed(readable(request.level), request.filters)
    entries, following = listed(rows, request, cursor, request.size)
    total, more = counted(rows, COUNT_LIMIT)
    return SearchPage(
        hits=tuple(_hit(entry, request.q, ()) for entry in entries),
        total=total,
        more=more,
        facets=facets(request.level, request.filters, None) if request.with_facets else {},
        closing=_closing(request, None),
        cursor=_text(following),
        widen=() if total else tuple(widenings(request.level, request.filters, None, COUNT_LIMIT)),
    )


def _closing(request: SearchRequest, ids: list[int] | None) -> Counts:
    if not request.with_facets:
        return {}
    return closing(request.level, request.filters, ids, request.at)


def _text(cursor: Cursor | None) -> str:
    return cursors.encode(cursor) if cursor else ""


class _Found:
    """The entries that match a query, and the page of them that is asked for."""

    def __init__(
        self,
        request: SearchRequest,
        planned: Plan,
        groups: Sequence[Group],
        meaning: Meaning | None,
    ) -> None:
        self.request, self.planned, self.groups, self.meaning = request, planned, groups, meaning

    def page(self, cursor: Cursor) -> SearchPage:
        request = self.request
        letter = terms.LEVEL_LETTERS[request.level]
        weights = {letter + term: weight for term, weight in cursor.weights}
        held = token_index().matches(weights, cursor.floor, COUNT_LIMIT + 1)
        matched = [entry for entry, _weight in held[:COUNT_LIMIT]]
        ids = list(dict.fromkeys([*matched, *cursor.extras]))
        allowed = self._allowed(ids)
        shown, following = self._shown(allowed, cursor)
        return SearchPage(
            hits=self._hits(shown),
            total=min(len(allowed), COUNT_LIMIT),
            more=len(held) > COUNT_LIMIT,
            facets=facets(request.level, request.filters, ids) if request.with_facets else {},
            closing=_closing(request, ids),
            also_searched=highlights.also_searched(request.q, self.groups),
            cursor=_text(following),
            widen=()
            if allowed
            else tuple(widenings(request.level, request.filters, ids, COUNT_LIMIT)),
            meaning=bool(self.meaning),
        )

    def _allowed(self, ids: list[int]) -> list[int]:
        """The ids that pass level and filters, in the same order."""
        rows = narrowed(readable(self.request.level, ids), self.request.filters)
        passed = set(rows.values_list("pk", flat=True))
        return [entry for entry in ids if entry in passed]

    def _shown(self, allowed: list[int], cursor: Cursor) -> tuple[list[_Ranked], Cursor | None]:
        if self.request.sort != RELEVANCE:
            return self._plain(allowed, cursor, self.request.size)
        if cursor.used:
            ranked = [_Ranked(e, score, ()) for e, score in cursor.rest if e in set(allowed)]
        else:
            extras = set(cursor.extras)
            window = [entry for entry in allowed if entry not in extras][:WINDOW]
            ranked = self.rank([*window, *(entry for entry in allowed if entry in extras)])
        size = self.request.size
        shown, rest = ranked[:size], ranked[size:]
        used = (*cursor.used, *(one.entry for one in shown))
        following = replace(cursor, rest=tuple((r.entry, r.score) for r in rest), used=used)
        if len(shown) == size:
            done = not rest and len(allowed) <= len(used)
            return shown, None if done else following
        remaining = [entry for entry in allowed if entry not in set(used)]
        tail, after = self._plain(remaining, following, size - len(shown))
        return [*shown, *tail], after

    def _plain(
        self, ids: list[int], cursor: Cursor, size: int
    ) -> tuple[list[_Ranked], Cursor | None]:
        rows = readable(self.request.level, ids)
        entries, following = listed(rows, self.request, cursor, size)
        return [_Ranked(entry.pk, 0.0, ()) for entry in entries], following

    def rank(self, ids: Sequence[int]) -> list[_Ranked]:
        """Order entries by words and, where there are vectors, by meaning."""
        scored, keys = self._by_words(ids)
        cosines = self.meaning.cosines(list(keys.values())) if self.meaning else {}
        by_key = {name: cosines[key] for name, key in keys.items() if key in cosines}
        best = max((one.score for one in scored), default=0.0) or 1.0
        words = {one.key: one.score / best for one in scored}
        return [
            _Ranked(_entry_of(one.key), one.score, _shares(one, best, words[one.key]))
            for one in ranking.add_meaning(scored, by_key)
        ]

    def _by_words(self, ids: Sequence[int]) -> tuple[list[ranking.Scored], dict[str, Key]]:
        wanted = {field: tuple(counts) for field, counts in self.planned.query.items()}
        found = EntryTerms.objects.alias(read_at=at_level("entry__level"))
        rows = found.filter(entry__in=among(ids), read_at=self.request.level).values_list(
            "entry_id", "entry__kind", "entry__object_id", "packed"
        )
        keys: dict[str, Key] = {}
        candidates = []
        for entry, kind, object_id, packed in rows:
            keys[_name(entry)] = (kind, object_id)
            candidates.append(ranking.Candidate(_name(entry), terms.unpack(packed, wanted)))
        return ranking.rank_words(self.planned.query, candidates, self.planned.figures), keys

    def _hits(self, shown: Sequence[_Ranked]) -> tuple[Hit, ...]:
        """Load and mark the rows of a page; on later pages the shares are computed again."""
        bare = [one.entry for one in shown if not one.shares]
        again = {_entry_of(one.key): one for one in self._by_words(bare)[0]} if bare else {}
        rows = readable(self.request.level, [one.entry for one in shown]).in_bulk()
        always = highlights.always_marked(self.request.q, self.groups)
        return tuple(
            _hit(
                rows[one.entry],
                self.request.q,
                always,
                score=one.score,
                shares=one.shares
                or (_shares(again[one.entry], 1.0, None) if one.entry in again else ()),
            )
            for one in shown
            if one.entry in rows
        )


_HIGHEST = 10**18


def _name(entry: int) -> str:
    """The ranking puts equal scores in the order of their names: latest indexed first."""
    return f"{_HIGHEST - entry:019d}"


def _entry_of(name: str) -> int:
    return _HIGHEST - int(name)


def _shares(one: ranking.Scored, best: float, words: float | None) -> tuple[Share, ...]:
    """Shares that add up to the score: terms as part of the best by words, then meaning."""
    shares = [Share(c.field, c.term, c.points / best) for c in one.contributions]
    if words is not None and abs(one.score - words) > 1e-9:
        shares.append(Share(_MEANING, "", one.score - words))
    return tuple(shares)


def _entry_ids(level: str, keys: Sequence[Key]) -> list[int]:
    """The entries of these things at a level, in the same order."""
    by_kind: dict[str, list[int]] = {}
    for kind, object_id in keys:
        by_kind.setdefault(kind, []).append(object_id)
    found: dict[Key, int] = {}
    for kind, ids in by_kind.items():
        rows = SearchEntry.objects.filter(level=level, kind=kind, object_id__in=among(ids))
        found.update({(kind, oid): pk for pk, oid in rows.values_list("pk", "object_id")})
    return [found[key] for key in keys if key in found]


def _hit(
    entry: SearchEntry,
    q: str,
    always: Sequence[str],
    *,
    score: float = 0.0,
    shares: tuple[Share, ...] = (),
) -> Hit:
    marks = highlights.phrases_to_mark(q, f"{entry.title}\n{entry.text}", always) if q else []
    return Hit(
        kind=entry.kind,
        id=entry.object_id,
        number=entry.number,
        version=entry.version,
        level=entry.level,
        title=entry.title,
        text=entry.text,
        url=entry.url,
        state=entry.state,
        category=entry.category,
        organization=entry.organization,
        organization_id=entry.organization_id,
        verified=entry.verified,
        region=entry.region,
        place=entry.place,
        posted_at=None if entry.posted_at == NEVER_POSTED else entry.posted_at,
        closes_at=None if entry.closes_at == NEVER_CLOSES else entry.closes_at,
        facets={name: tuple(values) for name, values in entry.facets.items()},
        shown=entry.shown,
        marked_title=highlights.marked(entry.title, marks),
        snippet=highlights.snippet(entry.text, marks),
        score=score,
        shares=shares,
    )


# -- for the matcher ----------------------------------------------------------------------
def recall(
    text: str, level: str, kinds: Sequence[str], limit: int, groups: Sequence[Group]
) -> list[tuple[Key, float]]:
    """See `Gateway.recall`."""
    request = SearchRequest(
        level=level, at=NEVER_POSTED, q=text[:LONGEST_QUERY], filters=Filters(kinds=tuple(kinds))
    )
    planned = plan(level, request.q, groups)
    letter = terms.LEVEL_LETTERS[level]
    weights: Mapping[str, int] = {letter + term: w for term, w in planned.weights.items()}
    held = token_index().matches(weights, 1, COUNT_LIMIT)
    rows = narrowed(readable(level, [entry for entry, _ in held]), request.filters)
    passed = set(rows.values_list("pk", flat=True))
    found = _Found(request, planned, groups, None)
    window = [entry for entry, _ in held if entry in passed][: max(limit, WINDOW)]
    scored, keys = found._by_words(window)
    return [(keys[one.key], one.score) for one in scored][:limit]
