"""Meaning at search time: the stored vectors in memory, and one query against them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from logging import getLogger
from threading import Lock
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from search.embedding import (
    Embedder,
    EmbeddingError,
    OpenAIForm,
    Vectors,
    from_bytes,
    load_packaged,
)
from search.gateways.shapes import LEVELS, Key, Neighborhood
from search.models import SearchVector, VectorModel
from search.queries import counters

log = getLogger(__name__)

QUERY, PASSAGE = "query", "passage"

SCAN_LIMIT = 100_000
"""Vectors that are scanned whole for each query (about 7 ms); beyond, words find the candidates."""
NEAR = 0.05
"""How far below the best cosine of a query an entry without its words is still a hit."""
NEAREST = 0.85
"""And the least cosine of such a hit: what has nothing to do with a query lies at 0.80 to 0.84."""
LONGEST_ASKED = 150
_BLOCK = 1024
_HIDDEN = -9.0
_READ = 2_000


@cache
def embedders() -> dict[str, Embedder]:
    """The models that this installation can run, by name, the preferred one first.

    `SEARCH_EMBEDDING` in the settings may name an address (`url`, `model`, `dim`, optionally
    `api_key`, `query_prefix`, `passage_prefix`, `timeout`); the packaged model is there when
    the extra `semantic` is installed. `SEARCH_NEAR` sets `NEAR` and `NEAREST` for a model whose
    cosines lie elsewhere than those of the e5 family.
    """
    found: dict[str, Embedder] = {}
    address: dict[str, Any] = getattr(settings, "SEARCH_EMBEDDING", {})
    if address.get("url"):
        form = OpenAIForm(**address)
        found[form.model] = form
    packaged = load_packaged()
    if packaged.embedder is None:
        log.info("search by words alone: %s", packaged.reason)
    else:
        found[packaged.embedder.model] = packaged.embedder
    return found


def serving_model() -> str:
    """Name of the model whose vectors serve, "" when none does."""
    return VectorModel.objects.filter(serving=True).values_list("name", flat=True).first() or ""


class Matrix:
    """All passage vectors of one model, a byte a dimension, kept up to date by a counter."""

    def __init__(self, model: str) -> None:
        self.model = model
        self._lock = Lock()
        self._seen = -1
        self._start()

    def _start(self) -> None:
        self.too_many = False
        self._row: dict[Key, int] = {}
        self._keys: list[Key] = []
        self._steps: NDArray[np.int8] = np.zeros((0, 0), dtype=np.int8)
        self._lengths: Vectors = np.zeros(0, dtype=np.float32)
        self._levels: NDArray[np.int8] = np.zeros(0, dtype=np.int8)

    def refresh(self) -> None:
        """Take over what was written since; one small query when nothing was."""
        now = counters.value(counters.VECTORS)
        with self._lock:
            if now == self._seen:
                return
            if now < self._seen:
                self._start()
                self._seen = -1
            rows = SearchVector.objects.filter(model=self.model, side=PASSAGE)
            self.too_many = rows.count() > SCAN_LIMIT
            if self.too_many:
                self._start()
                self.too_many = True
            else:
                fresh = rows.filter(change__gt=self._seen).values_list(
                    "kind", "object_id", "level", "vector"
                )
                for batch in _batches([(k, i, level, bytes(v)) for k, i, level, v in fresh]):
                    self._take(batch)
            self._seen = now

    def _take(self, batch: Sequence[tuple[str, int, str, bytes]]) -> None:
        width = len(batch[0][3])
        if self._steps.shape[1] != width:
            self._start()
        keys = [(kind, object_id) for kind, object_id, _level, _vector in batch]
        new = [key for key in keys if key not in self._row]
        self._grow(len(new), width)
        for key in new:
            self._row[key] = len(self._keys)
            self._keys.append(key)
        places = [self._row[key] for key in keys]
        steps = np.frombuffer(b"".join(row[3] for row in batch), dtype=np.int8)
        self._steps[places] = steps.reshape(len(batch), width)
        lengths = np.linalg.norm(steps.reshape(len(batch), width).astype(np.float32), axis=1)
        self._lengths[places] = np.where(lengths > 0, lengths, 1.0)
        self._levels[places] = [_rank(level) for _kind, _id, level, _vector in batch]

    def _grow(self, more: int, width: int) -> None:
        """Room for `more` rows, with half as much again, so that growing is rare."""
        needed = len(self._keys) + more
        room = len(self._lengths)
        if needed <= room and self._steps.shape[1] == width:
            return
        room = max(needed, room * 3 // 2)
        old = len(self._keys)
        steps = np.zeros((room, width), dtype=np.int8)
        lengths = np.ones(room, dtype=np.float32)
        levels = np.full(room, len(LEVELS), dtype=np.int8)
        if old:
            steps[:old] = self._steps[:old]
            lengths[:old] = self._lengths[:old]
            levels[:old] = self._levels[:old]
        self._steps, self._lengths, self._levels = steps, lengths, levels

    def cosines(self, query: Vectors, keys: Sequence[Key]) -> dict[Key, float]:
        """Cosines of the query and these things; gone and unknown ones are left out."""
        rows = [(key, self._row[key]) for key in keys if key in self._row]
        rows = [(key, row) for key, row in rows if self._levels[row] < len(LEVELS)]
        if not rows:
            return {}
        places = [row for _key, row in rows]
        points = self._steps[places].astype(np.float32) @ query / self._lengths[places]
        return {key: float(cosine) for (key, _row), cosine in zip(rows, points, strict=True)}

    def nearest(
        self,
        query: Vectors,
        level: str,
        limit: int,
        *,
        kinds: Sequence[str] = (),
        near: float = 2.0,
        least: float = -1.0,
    ) -> list[Key]:
        """The nearest things that the level may read, best first.

        None lies more than `near` below the best, or below `least`.
        """
        count = len(self._keys)
        if not count:
            return []
        points = self._all(query, count)
        readable = self._levels[:count] <= _rank(level)
        points[~readable] = _HIDDEN
        if kinds:
            wanted = frozenset(kinds)
            points[[kind not in wanted for kind, _id in self._keys[:count]]] = _HIDDEN
        least = max(float(points.max()) - near, least)
        some = np.argpartition(-points, min(limit, count - 1))[:limit]
        best = sorted((-float(points[row]), row) for row in some if points[row] >= least)
        return [self._keys[row] for _cosine, row in best]

    def _all(self, query: Vectors, count: int) -> Vectors:
        """Every cosine; blocks of bytes are widened in a buffer that stays in the cache."""
        points = np.empty(count, dtype=np.float32)
        buffer = np.empty((min(_BLOCK, count), len(query)), dtype=np.float32)
        for start in range(0, count, _BLOCK):
            end = min(start + _BLOCK, count)
            block = buffer[: end - start]
            np.copyto(block, self._steps[start:end])
            np.dot(block, query, out=points[start:end])
        points /= self._lengths[:count]
        return points


def _rank(level: str) -> int:
    """0 for the most public level; what is gone ranks behind all."""
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def _batches(
    rows: Sequence[tuple[str, int, str, bytes]],
) -> list[list[tuple[str, int, str, bytes]]]:
    return [list(rows[start : start + _READ]) for start in range(0, len(rows), _READ)]


_matrices: dict[str, Matrix] = {}


def matrix(model: str) -> Matrix:
    """The process's matrix of a model, up to date."""
    found = _matrices.setdefault(model, Matrix(model))
    found.refresh()
    return found


def forget() -> None:
    """Read everything again (a restored database, a test)."""
    _matrices.clear()
    forget_queries()


def forget_queries() -> None:
    """Ask the model again for every query (a measurement)."""
    _vector_of.cache_clear()


@lru_cache(maxsize=512)
def _vector_of(model: str, q: str) -> Vectors:
    vector: Vectors = embedders()[model].query([q])[0]
    return vector


@dataclass(frozen=True, slots=True)
class QueryMeaning:
    """One query's vector beside the stored ones: see `gateways.shapes.Meaning`."""

    query: Vectors
    stored: Matrix

    def cosines(self, keys: Sequence[Key]) -> Mapping[Key, float]:
        """See `Meaning.cosines`."""
        if not self.stored.too_many:
            return self.stored.cosines(self.query, keys)
        found = _read(self.stored.model, PASSAGE, keys)
        return {key: float(vector @ self.query) for key, vector in found.items()}

    def nearest(self, level: str, limit: int) -> Sequence[Key]:
        """See `Meaning.nearest`."""
        if self.stored.too_many:
            return []
        near, least = _bounds()
        return self.stored.nearest(self.query, level, limit, near=near, least=least)

    def unscanned(self) -> Neighborhood | None:
        """See `Meaning.unscanned`."""
        if not self.stored.too_many:
            return None
        return Neighborhood(tuple(float(step) for step in self.query), *_bounds())


def _bounds() -> tuple[float, float]:
    near, least = getattr(settings, "SEARCH_NEAR", (NEAR, NEAREST))
    return near, least


def meaning_of(q: str) -> QueryMeaning | None:
    """The meaning of a query, or None where words must serve alone; never an error."""
    model = serving_model()
    if not model or model not in embedders() or not q.strip():
        return None
    stored = matrix(model)
    try:
        return QueryMeaning(_vector_of(model, q[:LONGEST_ASKED]), stored)
    except EmbeddingError as error:
        log.warning("search by words alone: %s", error)
        return None


def _read(model: str, side: str, keys: Sequence[Key]) -> dict[Key, Vectors]:
    """Stored vectors of things, from the database."""
    by_kind: dict[str, list[int]] = {}
    for kind, object_id in keys:
        by_kind.setdefault(kind, []).append(object_id)
    found: dict[Key, Vectors] = {}
    for kind, ids in by_kind.items():
        rows = SearchVector.objects.filter(
            model=model, side=side, kind=kind, object_id__in=ids, level__in=LEVELS
        )
        for object_id, vector in rows.values_list("object_id", "vector"):
            found[kind, object_id] = from_bytes(bytes(vector))[0]
    return found


def vectors(kind: str, ids: Sequence[int], side: str = PASSAGE) -> dict[int, Vectors]:
    """The serving model's vectors of these things on one side; missing ones are left out."""
    model = serving_model()
    found = _read(model, side, [(kind, one) for one in ids]) if model else {}
    return {object_id: vector for (_kind, object_id), vector in found.items()}


def nearest_things(
    query: Vectors, *, level: str, kinds: Sequence[str], limit: int
) -> list[tuple[Key, float]]:
    """The things of these kinds nearest to a vector, with cosines: candidates of the matcher."""
    model = serving_model()
    stored = matrix(model) if model else None
    if stored is None or stored.too_many:
        return []
    keys = stored.nearest(query, level, limit, kinds=kinds)
    cosines = stored.cosines(query, keys)
    return [(key, cosines[key]) for key in keys]
