"""Text as sparse rows: what a need asks for and what an offer says, over the shared tokens.

An offer's row holds, per token, its saturated BM25 count and its TF-IDF; a need's row what each of
them must be multiplied with. Then one pair's text score is two dot products, the same numbers
whichever side asked:

* need covered = BM25(need → offer) / BM25(need → itself), 1 when the offer says all of it;
* similar text = cosine of the TF-IDF rows, where words that no offer knows still make the need's
  row longer: a need in unknown words is similar to nothing.

Frequencies and average lengths come from the offers of the last fit.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matching.engine.items import Item
from search.analysis.tokens import bigrams, chars, latin
from search.ranking import K1, TITLE_WEIGHT, B, idf

UNRELATED = 20
"""Entries that are thought of beside the offers: among three canteens "meal" is not yet common."""

Floats = NDArray[np.float32]
_FIELDS = (chars, bigrams, latin)


@dataclass(frozen=True)
class Counted:
    """An item's tokens: plain counts, title-weighted counts, and the field of each token."""

    plain: dict[str, float]
    weighted: dict[str, float]
    field_of: dict[str, int]
    lengths: tuple[float, ...]


@dataclass(frozen=True)
class Rows:
    """Two matrices over the vocabulary, one row per item: covered and similar (see module)."""

    covered: sparse.csr_matrix
    similar: sparse.csr_matrix


def count(item: Item) -> Counted:
    """Count the tokens of title and text; a token of the title weighs `TITLE_WEIGHT`."""
    plain: dict[str, float] = {}
    weighted: dict[str, float] = {}
    field_of: dict[str, int] = {}
    lengths = []
    for number, tokens in enumerate(_FIELDS):
        title, text = Counter(tokens(item.title)), Counter(tokens(item.text))
        for token in (*title, *(token for token in text if token not in title)):
            plain[token] = title[token] + text[token]
            weighted[token] = title[token] * TITLE_WEIGHT + text[token]
            field_of[token] = number
        lengths.append(title.total() * TITLE_WEIGHT + text.total())
    return Counted(plain, weighted, field_of, tuple(lengths))


class TextModel:
    """Vocabulary, document frequencies and average lengths of the offers it was fitted on."""

    def __init__(self, offers: Sequence[Counted]) -> None:
        """Learn from offers; none at all is allowed."""
        self.vocabulary: dict[str, int] = {}
        self._size = len(offers)
        df = Counter(token for offer in offers for token in offer.plain)
        self._df = df
        self._averages = [_mean_length(offers, number) for number in range(len(_FIELDS))]

    def offers(self, counted: Iterable[Counted], *, keep: bool) -> Rows:
        """Rows of offers; `keep` says whether unknown tokens join the vocabulary."""
        covered, similar = self._builders(keep)
        for one in counted:
            covered.add(self._saturated(one))
            similar.add(self._tfidf(one))
        return Rows(covered.matrix(), similar.matrix())

    def needs(self, counted: Iterable[Counted], *, keep: bool) -> Rows:
        """Rows of needs; `keep` as for offers."""
        covered, similar = self._builders(keep)
        for one in counted:
            asked = {token: n * self._idf(token) for token, n in one.weighted.items()}
            itself = self._saturated(one)
            full = sum(points * itself[token] for token, points in asked.items()) or 1.0
            covered.add({token: points / full for token, points in asked.items()})
            similar.add(self._tfidf(one))
        return Rows(covered.matrix(), similar.matrix())

    def _builders(self, keep: bool) -> tuple["_Builder", "_Builder"]:
        # A draft that only asks must not make the vocabulary grow: its new tokens are numbered
        # behind the known ones, where no kept row has any.
        fresh = self.vocabulary if keep else _Overlay(self.vocabulary)
        return _Builder(fresh), _Builder(fresh)

    def _idf(self, token: str) -> float:
        return idf(self._size + UNRELATED, self._df[token])

    def _saturated(self, one: Counted) -> dict[str, float]:
        norms = [
            K1 * (1 - B + B * length / (average or length or 1.0))
            for length, average in zip(one.lengths, self._averages, strict=True)
        ]
        return {token: n / (n + norms[one.field_of[token]]) for token, n in one.weighted.items()}

    def _tfidf(self, one: Counted) -> dict[str, float]:
        raw = {token: n * self._idf(token) for token, n in one.plain.items()}
        length = sum(value * value for value in raw.values()) ** 0.5 or 1.0
        return {token: value / length for token, value in raw.items()}


class _Overlay:
    """A vocabulary with additions that are forgotten with it."""

    def __init__(self, known: dict[str, int]) -> None:
        self._known = known
        self._first = len(known)
        self._added: dict[str, int] = {}

    def setdefault(self, token: str, _number: int) -> int:
        number = self._known.get(token, self._first)
        if number < self._first:
            return number
        return self._added.setdefault(token, self._first + len(self._added))

    def __len__(self) -> int:
        return self._first + len(self._added)


class _Builder:
    """Collects rows of token values; tokens get their number when they first occur."""

    def __init__(self, vocabulary: dict[str, int] | _Overlay) -> None:
        self._vocabulary = vocabulary
        self._indices: list[int] = []
        self._values: list[float] = []
        self._ends = [0]

    def add(self, row: dict[str, float]) -> None:
        vocabulary = self._vocabulary
        self._indices.extend(vocabulary.setdefault(token, len(vocabulary)) for token in row)
        self._values.extend(row.values())
        self._ends.append(len(self._indices))

    def matrix(self) -> sparse.csr_matrix:
        shape = (len(self._ends) - 1, len(self._vocabulary))
        values = np.array(self._values, dtype=np.float32)
        indices = np.array(self._indices, dtype=np.int32)
        matrix = sparse.csr_matrix((values, indices, np.array(self._ends)), shape=shape)
        matrix.sort_indices()
        return matrix


def _mean_length(offers: Sequence[Counted], number: int) -> float:
    """Average length of a field over the offers that have it."""
    lengths = [offer.lengths[number] for offer in offers if offer.lengths[number]]
    return sum(lengths) / len(lengths) if lengths else 0.0


def widened(matrix: sparse.csr_matrix, columns: int) -> sparse.csr_matrix:
    """The same rows over a vocabulary that has grown meanwhile."""
    if matrix.shape[1] == columns:
        return matrix
    return sparse.csr_matrix(
        (matrix.data, matrix.indices, matrix.indptr), shape=(matrix.shape[0], columns)
    )
