"""Many items of one side, ready to be scored against one or many of the other.

`Segment.scores` answers for one item by posting lists. `best_of_many` answers for many in blocks:
frequent tokens and vectors go through one dense product, rare tokens through a sparse one, and no
more than one block of scores exists at a time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matching.engine.columns import Columns, Mask, Side
from matching.engine.constraints import Rules
from matching.engine.items import Item, Vector
from matching.engine.text import Floats, Rows, widened

Places = NDArray[np.intp]

_BLOCK = 128
_TILE = 8192
_FREQUENT = 0.03
"""Share of rows from which a token is cheaper in the dense product, measured near 4 %."""


@dataclass(frozen=True)
class Scale:
    """What the parts of the fast score are multiplied with."""

    weights: Mapping[str, float]
    baseline: float


@dataclass(frozen=True)
class Prepared:
    """One item of the asking side: its tokens, what they are multiplied with, and its vector."""

    item: Item
    tokens: NDArray[np.int32]
    covered: Floats
    similar: Floats
    vector: Vector | None


class Segment:
    """Items of one side with their matrices; only `alive` changes after it is built."""

    def __init__(self, items: Sequence[Item], rows: Rows, *, side: Side, rules: Rules) -> None:
        """Take items and their rows, in the same order."""
        self.items = tuple(items)
        self.rows = rows
        self.side: Side = side
        self.columns = Columns(self.items, side=side, rules=rules)
        self.alive: Mask = np.ones(len(self.items), dtype=np.bool_)
        self.places = {item.key: place for place, item in enumerate(self.items)}
        self.vectors, self.has_vector = _stacked([vector_of(item, side) for item in self.items])
        numbers: dict[str, int] = {}
        self._categories = np.array(
            [numbers.setdefault(item.category, len(numbers)) for item in self.items], dtype=np.intp
        )
        self._category_numbers = numbers

    def prepared(self, place: int) -> Prepared:
        """Return one row as the asking side."""
        start, end = self.rows.covered.indptr[place : place + 2]
        vector = self.vectors[place] if self.has_vector[place] else None
        return Prepared(
            self.items[place],
            self.rows.covered.indices[start:end],
            self.rows.covered.data[start:end],
            self.rows.similar.data[start:end],
            vector,
        )

    def scores(self, asking: Prepared, scale: Scale) -> Floats:
        """Text, meaning and category of one item against each of this segment."""
        covered, similar = self._postings
        known = asking.tokens < covered.shape[1]
        tokens = asking.tokens[known]
        total: Floats = covered[:, tokens] @ (
            asking.covered[known] * np.float32(scale.weights["need_covered"])
        ) + similar[:, tokens] @ (asking.similar[known] * np.float32(scale.weights["similar_text"]))
        if asking.vector is not None and self.vectors.shape[1] == len(asking.vector):
            # Not `@`: for one vector its threads cost more than they save, most of all under load.
            cosines = np.einsum("ij,j->i", self.vectors, asking.vector)
            meaning = (cosines - scale.baseline) * scale.weights["meaning"]
            total += np.where(self.has_vector, meaning, 0).astype(np.float32)
        return total + self._same_category(asking.item, scale)

    def allowed(self, item: Item) -> Mask:
        """Which rows may be proposed at all for an item of the other side."""
        return self.columns.passing(item) & self.alive

    def _same_category(self, item: Item, scale: Scale) -> Floats:
        number = self._category_numbers.get(item.category, -1) if item.category else -1
        same = (self._categories == number).astype(np.float32)
        points: Floats = same * np.float32(scale.weights["same_category"])
        return points

    @cached_property
    def _postings(self) -> tuple[sparse.csc_matrix, sparse.csc_matrix]:
        return self.rows.covered.tocsc(), self.rows.similar.tocsc()

    def best_of_many(
        self, asking: "Segment", scale: Scale, top: int
    ) -> list[tuple[Places, Floats]]:
        """For every row of `asking`, the places and scores of its best allowed rows here."""
        found: list[list[tuple[Places, Floats]]] = [[] for _ in asking.items]
        for first in range(0, len(self.items), _TILE):
            tile = _Tile(self, slice(first, min(first + _TILE, len(self.items))), scale)
            for start in range(0, len(asking.items), _BLOCK):
                block = slice(start, min(start + _BLOCK, len(asking.items)))
                scores = tile.scores(asking, block)
                for place, item in enumerate(asking.items[block], start):
                    row = scores[place - start] + self._same_category(item, scale)[tile.rows]
                    places = best_places(row, self.allowed(item)[tile.rows], top)
                    found[place].append((places + first, row[places]))
        return [_merged(parts, top) for parts in found]


class _Tile:
    """Some rows of a segment, split into frequent tokens with vectors (dense) and rare ones."""

    def __init__(self, segment: Segment, rows: slice, scale: Scale) -> None:
        self.rows = rows
        self._scale = scale
        self._both = _side_by_side(segment.rows, rows, segment.rows.covered.shape[1])
        df = np.diff(self._both.tocsc().indptr)
        limit = max(16, int(_FREQUENT * (rows.stop - rows.start)))
        self._frequent = np.flatnonzero(df > limit)
        self._rare = np.flatnonzero((df > 0) & (df <= limit))
        self._dense = self._both[:, self._frequent].toarray().T.copy()
        self._sparse = self._both[:, self._rare].T.tocsr()
        self._vectors = segment.vectors[rows]
        self._has_vector = segment.has_vector[rows]

    def scores(self, asking: Segment, block: slice) -> Floats:
        asked = _side_by_side(asking.rows, block, self._both.shape[1] // 2, self._scale)
        total = asked[:, self._frequent].toarray() @ self._dense
        total += (asked[:, self._rare] @ self._sparse).toarray()
        if asking.vectors.shape[1] == self._vectors.shape[1]:
            meaning = asking.vectors[block] @ self._vectors.T
            meaning -= self._scale.baseline
            meaning *= self._scale.weights["meaning"]
            meaning *= asking.has_vector[block][:, None] & self._has_vector[None, :]
            total += meaning
        result: Floats = total
        return result


def _side_by_side(
    rows: Rows, part: slice, width: int, scale: Scale | None = None
) -> sparse.csr_matrix:
    """Both matrices as one of twice the width, so that one product adds both scores."""
    covered = _cut(rows.covered[part], width)
    similar = _cut(rows.similar[part], width)
    if scale is not None:
        covered = covered * np.float32(scale.weights["need_covered"])
        similar = similar * np.float32(scale.weights["similar_text"])
    return sparse.hstack([covered, similar], format="csr")


def _cut(matrix: sparse.csr_matrix, width: int) -> sparse.csr_matrix:
    return widened(matrix, width) if matrix.shape[1] <= width else matrix[:, :width]


def best_places(scores: Floats, allowed: Mask, top: int) -> Places:
    """Places of the best `top` allowed scores, best first, equal ones in order of place."""
    places = np.flatnonzero(allowed)
    if len(places) > top:
        among = scores[places]
        least = np.partition(among, len(among) - top)[len(among) - top]
        above = places[among > least]
        equal = places[among == least][: top - len(above)]
        places = np.sort(np.concatenate([above, equal]))
    return places[np.argsort(-scores[places], kind="stable")]


def vector_of(item: Item, side: Side) -> Vector | None:
    """A need is compared by its query side, an offer by its passage side."""
    return item.query if side == "needs" else item.passage


def _stacked(vectors: Sequence[Vector | None]) -> tuple[Floats, Mask]:
    """All vectors as one array, zeros where one is missing or of another length than the first."""
    dim = next((len(vector) for vector in vectors if vector is not None), 0)
    stacked = np.zeros((len(vectors), dim), dtype=np.float32)
    present = np.zeros(len(vectors), dtype=np.bool_)
    for place, vector in enumerate(vectors):
        if vector is not None and len(vector) == dim:
            stacked[place] = vector
            present[place] = True
    return stacked, present


def _merged(parts: list[tuple[Places, Floats]], top: int) -> tuple[Places, Floats]:
    places = np.concatenate([part[0] for part in parts])
    scores = np.concatenate([part[1] for part in parts])
    order = np.lexsort((places, -scores))[:top]
    return places[order], scores[order]
