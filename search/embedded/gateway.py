"""The engine inside the product's own database: SQLite with FTS5, or PostgreSQL with `tsvector`.

Everything is written in the same database as what is indexed, so a backup holds both, a restored
one agrees with itself, and no service has to run.
"""

from collections.abc import Iterable, Iterator, Sequence

from core.ports import SearchDocument
from search.analysis.synonyms import SynonymTable
from search.analysis.tokens import normalize
from search.embedded import search as embedded_search
from search.embedded import write as embedded_write
from search.embedded.plan import frequencies
from search.embedded.scope import readable
from search.embedded.token_index import token_index
from search.gateways import Held, Suggestion
from search.gateways.checksums import digest
from search.gateways.shapes import (
    Key,
    Meaning,
    SearchPage,
    SearchRequest,
)
from search.gateways.terms import LEVEL_LETTERS, query_terms
from search.models import SearchEntry

_BATCH = 500
_LOOKED_THROUGH = 400
"""Entries that hold every token of what was typed, among which suggestions are looked for."""


class EmbeddedGateway:
    """See `Gateway`."""

    name = "embedded"

    def index(self, documents: Iterable[SearchDocument], *, synonyms: SynonymTable) -> int:
        """See `Gateway.index`."""
        return embedded_write.write(documents, synonyms)

    def remove(self, kind: str, ids: Sequence[int]) -> int:
        """See `Gateway.remove`."""
        return embedded_write.remove(kind, ids)

    def search(
        self, request: SearchRequest, *, synonyms: SynonymTable, meaning: Meaning | None = None
    ) -> SearchPage:
        """See `Gateway.search`."""
        return embedded_search.search(request, synonyms, meaning)

    def recall(
        self, text: str, *, level: str, kinds: Sequence[str], limit: int, synonyms: SynonymTable
    ) -> list[tuple[Key, float]]:
        """See `Gateway.recall`."""
        return embedded_search.recall(text, level, kinds, limit, synonyms.groups)

    def suggest(self, prefix: str, *, level: str, limit: int) -> list[Suggestion]:
        """See `Gateway.suggest`."""
        typed = normalize(prefix).strip()
        wanted = query_terms(typed)
        letter = LEVEL_LETTERS[level]
        known = frequencies([letter + term for term in wanted])
        # The rarest three find the entries; what was typed must stand in the title anyway.
        rarest = sorted(known, key=lambda term: (known[term], term))[:3]
        if not wanted or len(known) < len(wanted):
            return []
        found = token_index().matches(dict.fromkeys(rarest, 1), len(rarest), _LOOKED_THROUGH)
        rows = readable(level, [entry for entry, _ in found]).order_by("-posted_at", "-id")
        titles: dict[str, Suggestion] = {}
        for row in rows.only("title", "kind", "number", "url"):
            if typed in normalize(row.title):
                titles.setdefault(row.title, Suggestion(row.title, row.kind, row.number, row.url))
        return list(titles.values())[:limit]

    def held(self, kind: str) -> Iterator[list[Held]]:
        """See `Gateway.held`."""
        after = 0
        while True:
            ids = SearchEntry.objects.filter(kind=kind, object_id__gt=after)
            some = list(
                ids.order_by("object_id").values_list("object_id", flat=True).distinct()[:_BATCH]
            )
            if not some:
                return
            rows = SearchEntry.objects.filter(kind=kind, object_id__in=some)
            yield [_held(row) for row in rows.order_by("object_id", "level")]
            after = some[-1]

    def clear(self) -> None:
        """See `Gateway.clear`."""
        embedded_write.clear()

    def faults(self) -> list[str]:
        """See `Gateway.faults`: the database's own check, and entries without terms or the reverse."""
        rows = set(SearchEntry.objects.values_list("pk", flat=True))
        indexed = set(token_index().ids())
        found = token_index().faults()
        if lost := len(rows - indexed):
            found.append(f"{lost} entries have no terms in the token index")
        if extra := len(indexed - rows):
            found.append(f"{extra} rows of the token index belong to no entry")
        return found


def _held(row: SearchEntry) -> Held:
    return Held(
        key=(row.kind, row.object_id),
        level=row.level,
        version=row.version,
        analyzer=row.analyzer,
        synonyms=row.synonyms,
        checksum=digest(
            row.title,
            row.text,
            row.url,
            row.state,
            row.category,
            row.organization,
            row.organization_id,
            row.verified,
            row.region,
            row.place,
            row.posted_at.timestamp(),
            row.closes_at.timestamp(),
            row.facets,
            row.shown,
        ),
    )
