"""Many items of one side, ready to be scored against one or many of the other.

Text is scored by posting lists, one item at a time: the lists of its tokens are added up in one
row of float32. For many items that is also the fastest exact way found (a product of sparse
matrices looks each sum up, a dense one multiplies mostly zeros). Only vectors are multiplied in
blocks. Rows are taken in tiles whose sums fit a processor's cache, so that no more than one block
of scores exists at a time, however many items there are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matching.engine.columns import Columns, Mask, Side
from matching.engine.constraints import Rules
from matching.engine.items import Item, Vector
from matching.engine.text import Floats, Rows

Places = NDArray[np.intp]

_TILE = 1 << 17
_SCORES = 1 << 22
"""Scores that a block may hold at once: 16 MB, for 32 items or more."""
_CHUNKS = 64
"""Rows that are asked for their largest score at once when the best are looked for."""


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
        self._lists: dict[tuple[str, int, int], sparse.csc_matrix] = {}

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
        total: Floats = np.empty(len(self.items), dtype=np.float32)
        for rows in self._tiles():
            total[rows] = self._text(asking, scale, rows)
        if asking.vector is not None and self.vectors.shape[1] == len(asking.vector):
            # Not `@`: for one vector its threads cost more than they save, most of all under load.
            cosines = np.einsum("ij,j->i", self.vectors, asking.vector)
            total += self._meaning(cosines, scale, self.has_vector)
        self._add_category(total, asking.item, scale)
        return total

    def _text(self, asking: Prepared, scale: Scale, rows: slice) -> Floats:
        """The sum of the posting lists of one item's tokens, over one tile."""
        total: Floats = np.zeros(rows.stop - rows.start, dtype=np.float32)
        parts = (
            ("need_covered", "covered", asking.covered),
            ("similar_text", "similar", asking.similar),
        )
        for code, name, values in parts:
            if weight := np.float32(scale.weights[code]):
                lists = self._postings(name, rows.start, rows.stop)
                known = asking.tokens < lists.shape[1]
                total += lists[:, asking.tokens[known]] @ (values[known] * weight)
        return total

    @staticmethod
    def _meaning(cosines: Floats, scale: Scale, present: Mask) -> Floats:
        points: Floats = (cosines - np.float32(scale.baseline)) * np.float32(
            scale.weights["meaning"]
        )
        points *= present
        return points

    def allowed(self, item: Item) -> Mask:
        """Which rows may be proposed at all for an item of the other side."""
        return self.columns.passing(item) & self.alive

    def _add_category(
        self, total: Floats, item: Item, scale: Scale, rows: slice = slice(None)
    ) -> None:
        number = self._category_numbers.get(item.category) if item.category else None
        if number is not None:
            same = self._categories[rows] == number
            total += same * np.float32(scale.weights["same_category"])

    def _postings(self, name: str, start: int, stop: int) -> sparse.csc_matrix:
        """A matrix by columns: the posting lists of a tile, made when they are first asked for."""
        wanted = (name, start, stop)
        if wanted not in self._lists:
            rows: sparse.csr_matrix = getattr(self.rows, name)
            whole = start == 0 and stop == rows.shape[0]
            self._lists[wanted] = (rows if whole else rows[start:stop]).tocsc()
        return self._lists[wanted]

    def best_of_many(
        self, asking: "Segment", scale: Scale, top: int
    ) -> list[tuple[Places, Floats]]:
        """For every row of `asking`, the places and scores of its best allowed rows here."""
        found: list[tuple[Places, Floats]] = []
        height = max(32, _SCORES // max(1, len(self.items)))
        for start in range(0, len(asking.items), height):
            block = range(start, min(start + height, len(asking.items)))
            allowed = [self.allowed(asking.items[place]) for place in block]
            parts: list[list[tuple[Places, Floats]]] = [[] for _ in block]
            for rows in self._tiles():
                scored = self._scored(asking, block, rows, scale)
                for scores, passed, part in zip(scored, allowed, parts, strict=True):
                    places = best_places(scores, passed[rows], top)
                    part.append((places + rows.start, scores[places]))
            found += [_merged(part, top) for part in parts]
        return found

    def _tiles(self) -> list[slice]:
        size = len(self.items)
        starts = range(0, max(size, 1), _TILE)
        return [slice(start, min(start + _TILE, size)) for start in starts]

    def _scored(
        self, asking: "Segment", block: range, rows: slice, scale: Scale
    ) -> Iterator[Floats]:
        """The scores of one tile for each item of a block."""
        meaning: Floats | None = None
        if asking.vectors.shape[1] == self.vectors.shape[1] > 0:
            cosines = asking.vectors[block.start : block.stop] @ self.vectors[rows].T
            meaning = self._meaning(cosines, scale, self.has_vector[rows])
        for place in block:
            total = self._text(asking.prepared(place), scale, rows)
            if meaning is not None and asking.has_vector[place]:
                total += meaning[place - block.start]
            self._add_category(total, asking.items[place], scale, rows)
            yield total


def best_places(scores: Floats, allowed: Mask, top: int) -> Places:
    """Places of the best `top` allowed scores, best first, equal ones in order of place."""
    places = _hopeful(scores, allowed, top)
    if len(places) > top:
        among = scores[places]
        least = np.partition(among, len(among) - top)[len(among) - top]
        above = places[among > least]
        equal = places[among == least][: top - len(above)]
        places = np.sort(np.concatenate([above, equal]))
    return places[np.argsort(-scores[places], kind="stable")]


def _hopeful(scores: Floats, allowed: Mask, top: int) -> Places:
    """Allowed places that may be among the best `top`, ascending; none of the best is left out.

    The best of each of many groups are `top` scores or more, so nothing below their `top`-th can
    be among the best: reading every score once leaves a handful to be sorted.
    """
    groups = len(scores) // _CHUNKS
    if groups < 2 * top:
        return np.flatnonzero(allowed)
    passed = np.where(allowed, scores, np.float32(-np.inf))
    best = passed[: groups * _CHUNKS].reshape(_CHUNKS, groups).max(axis=0)
    least = np.partition(best, groups - top)[groups - top]
    if least == -np.inf:
        return np.flatnonzero(allowed)
    return np.flatnonzero(passed >= least)


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
