"""Documents and sources for search, without the apps that own the real ones."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from core.ports import SearchDocument
from search.analysis.tokens import index_tokens
from search.embedding import Vectors, unit_length
from search.gateways.shapes import Filters, SearchRequest

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PUBLIC, PARTNERS, INTERNAL = "PUBLIC", "PARTNERS", "INTERNAL"


def document(
    object_id: int, title: str = "社区老人助餐", text: str = "", **more: Any
) -> SearchDocument:
    """A public need, posted `object_id` minutes before NOW unless told otherwise."""
    plain = SearchDocument(
        kind="need",
        id=object_id,
        number=f"XQ26-{object_id:06d}",
        version=1,
        level=PUBLIC,
        title=title,
        text=text,
        url=f"/needs/XQ26-{object_id:06d}/",
        state="OPEN",
        category="elderly",
        organization="春晓社区",
        organization_id=7,
        region="44/4401/440103/",
        posted_at=NOW - timedelta(minutes=object_id),
    )
    return replace(plain, **more)


def request(q: str = "", **more: Any) -> SearchRequest:
    """A public question at NOW; names of `Filters` may be given beside those of the request."""
    names = {name: more.pop(name) for name in list(more) if name in Filters.__dataclass_fields__}
    level = more.pop("level", PUBLIC)
    return SearchRequest(level=level, at=NOW, q=q, filters=Filters(**names), **more)


class MemorySource:
    """A document source whose documents are put in by hand."""

    def __init__(self, kind: str = "need") -> None:
        self.kind = kind
        self.rows: dict[int, list[SearchDocument]] = {}

    def put(self, *documents: SearchDocument) -> None:
        """Hold these documents of the things they belong to."""
        for object_id in {one.id for one in documents}:
            self.rows[object_id] = [one for one in documents if one.id == object_id]

    def documents(self, ids: Sequence[int]) -> Iterable[SearchDocument]:
        return [one for object_id in ids for one in self.rows.get(object_id, ())]

    def ids(self) -> Iterator[int]:
        return iter(sorted(self.rows))


class WordVectors:
    """An embedder whose meaning is counted tokens in a few buckets: same words, same direction."""

    def __init__(self, model: str = "words-16", dim: int = 64) -> None:
        self.model, self.dim = model, dim
        self.asked: list[tuple[str, int]] = []

    def query(self, texts: Sequence[str]) -> Vectors:
        return self._rows("query", texts)

    def passage(self, texts: Sequence[str]) -> Vectors:
        return self._rows("passage", texts)

    def _rows(self, side: str, texts: Sequence[str]) -> Vectors:
        self.asked.append((side, len(texts)))
        rows = np.full((len(texts), self.dim), 0.01, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for token in index_tokens(text):
                row[sum(token.encode()) % self.dim] += 1.0
        return unit_length(rows)
