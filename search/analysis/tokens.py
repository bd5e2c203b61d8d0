"""Tokens of Chinese and mixed text, without a dictionary in the index.

Four fields, always made from `normalize(text)`:

* U `chars`: every CJK character by itself;
* B `bigrams`: every pair of neighboring CJK characters;
* L `latin`: every run of other letters and digits, and the 3-grams of runs longer than three
  (numbers of seven digits and more stay whole);
* W `words`: the words of rjieba's search mode without its HMM, which measured better off than on;
  where rjieba cannot be imported, the bigrams and Latin runs serve as words.

The same functions feed the embedded index, Elasticsearch, the re-ranking and the matcher, so a word
means the same everywhere.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Protocol

VERSION = 2
"""Raised when any function here answers differently: rows of another version are rebuilt."""

LONGEST_TEXT = 20_000
"""Characters that are analyzed; what lies beyond is neither found nor matched."""

LONGEST_RUN = 64
"""Characters of a Latin run that are kept as one token; PostgreSQL refuses lexemes over 2 kB."""

# Han with its extensions A to I, ideographic iteration and zero, kana, Hangul syllables.
CJK = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U000323af"
)
LONG_NUMBER = 7
"""Digits from which a number is one token only: parts of a phone number tell nothing about a text."""

_RUNS = re.compile(rf"([{CJK}]+)|((?:(?![{CJK}])[^\W_])+)")
# Format characters (direction marks, joiners, tags) and glyph selectors: no characters of their own.
_INVISIBLE = re.compile(
    "[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001"
    "\U000e0020-\U000e007f\U000e0100-\U000e01ef]+"
)
_UNUSABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def normalize(text: str) -> str:
    """Return `text` in NFKC and lower case, at most `LONGEST_TEXT` characters.

    Direction marks, joiners and other invisible format characters vanish, so that they cannot split
    a word; control characters (NUL included) and lone surrogates become spaces.
    """
    kept = text[:LONGEST_TEXT]
    if not kept.isascii():
        kept = unicodedata.normalize("NFKC", _INVISIBLE.sub("", kept))
    kept = _UNUSABLE.sub(" ", unicodedata.normalize("NFKC", kept.lower()))
    return kept[:LONGEST_TEXT]


@dataclass(frozen=True, slots=True)
class Cut:
    """One text, normalized and split once; each field is made from it when asked for."""

    plain: str
    chinese: tuple[str, ...]
    other: tuple[str, ...]

    def chars(self) -> list[str]:
        """Field U: single CJK characters in reading order."""
        return list("".join(self.chinese))

    def bigrams(self) -> list[str]:
        """Field B: pairs of neighboring CJK characters; a run of one character gives none."""
        return [pair for run in self.chinese for pair in _pairs(run)]

    def latin(self) -> list[str]:
        """Field L: Latin and digit runs, followed by their 3-grams when longer than three."""
        return [token for run in self.other for token in _latin_tokens(run)]

    def bl_tokens(self) -> list[str]:
        """B and L in one list, a lone CJK character standing for itself: the index field.

        Single characters inside longer runs are absent; a one-character query uses field U.
        """
        tokens = [t for run in self.chinese for t in (_pairs(run) if len(run) > 1 else [run])]
        tokens.extend(token for run in self.other for token in _latin_tokens(run))
        return tokens

    def words(self) -> list[str]:
        """Field W: words in rjieba's search mode without HMM; bigrams and Latin runs without it.

        Punctuation and spaces are dropped.
        """
        cutter = _word_cutter()
        if cutter is None:
            pieces = [p for run in self.chinese for p in (_pairs(run) if len(run) > 1 else [run])]
            return pieces + [run[:LONGEST_RUN] for run in self.other]
        return [word for word in cutter(self.plain, False) if _RUNS.search(word)]


def cut(text: str) -> Cut:
    """Normalize `text` and split it into runs of CJK characters and runs of the others."""
    plain = normalize(text)
    chinese, other = [], []
    for match in _RUNS.finditer(plain):
        run: str | None = match.group(1)
        if run is not None:
            chinese.append(run)
        else:
            other.append(match.group(2))
    return Cut(plain, tuple(chinese), tuple(other))


def chars(text: str) -> list[str]:
    """Field U of `text`."""
    return cut(text).chars()


def bigrams(text: str) -> list[str]:
    """Field B of `text`."""
    return cut(text).bigrams()


def latin(text: str) -> list[str]:
    """Field L of `text`."""
    return cut(text).latin()


def bl_tokens(text: str) -> list[str]:
    """B and L of `text` in one list (see `Cut.bl_tokens`)."""
    return cut(text).bl_tokens()


def words(text: str) -> list[str]:
    """Field W of `text`."""
    return cut(text).words()


def index_tokens(text: str) -> list[str]:
    """U, B and L in one list: the features of the matcher."""
    pieces = cut(text)
    tokens = [token for run in pieces.chinese for token in (*run, *_pairs(run))]
    tokens.extend(token for run in pieces.other for token in _latin_tokens(run))
    return tokens


def has_words() -> bool:
    """Whether `words` cuts by dictionary; otherwise U, B and L are scored instead of W, U, L."""
    return _word_cutter() is not None


def word_edges(run: str) -> frozenset[int]:
    """Places in a run of CJK characters where words begin and end; every place without rjieba."""
    cutter = _whole_cutter()
    if cutter is None:
        return frozenset(range(len(run) + 1))
    edges, at = {0}, 0
    for word in cutter(run, False):
        at += len(word)
        edges.add(at)
    return frozenset(edges)


class _Cutter(Protocol):
    def __call__(self, text: str, hmm: bool, /) -> Sequence[str]: ...


@cache
def _word_cutter() -> _Cutter | None:
    try:
        rjieba = import_module("rjieba")
    except ImportError:
        return None
    cutter: _Cutter = rjieba.cut_for_search
    return cutter


@cache
def _whole_cutter() -> _Cutter | None:
    """Cuts into words that do not overlap."""
    try:
        rjieba = import_module("rjieba")
    except ImportError:
        return None
    cutter: _Cutter = rjieba.cut
    return cutter


def _pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(len(run) - 1)]


def _latin_tokens(run: str) -> list[str]:
    if len(run) <= 3 or (len(run) >= LONG_NUMBER and run.isdecimal()):
        return [run[:LONGEST_RUN]]
    grams = [run[start : start + 3] for start in range(len(run) - 2)]
    return [run[:LONGEST_RUN], *grams]
