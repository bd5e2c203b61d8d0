"""The terms of an entry in the two forms that are kept: index terms, and packed counts.

An *index term* is what the token index holds: the reader level's letter, the field's letter and
the term, as in "pb老人". Because the level is part of the term, a reader's search walks only lists
of the reader's own level, and counts there know of nothing else.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from search import ranking
from search.analysis import tokens
from search.analysis.synonyms import Group
from search.gateways.shapes import LEVELS

LEVEL_LETTERS = dict(zip(LEVELS, "pai", strict=True))
LONGEST_TERM = 64

# Field B of the index holds pairs and Latin tokens, U single characters, W words, S the keys of
# synonym groups. Latin tokens are scored as field L, but are the same tokens.
INDEX_LETTERS = {"B": "b", "L": "b", "U": "u", "W": "w", "S": "s"}

Terms = Mapping[str, Iterable[str]]
"""Field to terms."""

_NOT_TOKEN = re.compile(r"[\W_]+")
_TERM, _COUNT, _REST = "\x1f", "\x1e", "\x00"


@cache
def analyzer_version() -> str:
    """Name of the way in which texts are cut here: rows of another one are cut anew."""
    return f"{tokens.VERSION}{'w' if tokens.has_words() else ''}"


def index_term(level: str, field: str, term: str) -> str:
    """The index term; punctuation inside a term (c++, 3.5) is dropped."""
    return _index_terms(LEVEL_LETTERS[level] + INDEX_LETTERS[field], (term,))[0]


def _index_terms(start: str, terms: Iterable[str]) -> list[str]:
    return [
        start + (term if term.isalnum() else _NOT_TOKEN.sub("", term))[:LONGEST_TERM]
        for term in terms
    ]


def query_terms(q: str) -> list[str]:
    """Pairs, Latin tokens and characters of a query as index terms, without the level's letter."""
    singles = set(tokens.chars(q))
    pairs = [index_term(LEVELS[0], "B", t)[1:] for t in tokens.bl_tokens(q) if t not in singles]
    return [*dict.fromkeys(pairs), *(index_term(LEVELS[0], "U", t)[1:] for t in sorted(singles))]


def candidate_terms(cuts: Iterable[tokens.Cut], groups: Iterable[str]) -> list[str]:
    """The terms by which an entry is found, without a level's letter: pairs, characters, groups."""
    found: set[str] = set()
    for cut in cuts:
        found.update(_index_terms(INDEX_LETTERS["B"], cut.bl_tokens()))
        found.update(_index_terms(INDEX_LETTERS["U"], cut.chars()))
    found.update(_index_terms(INDEX_LETTERS["S"], groups))
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Analyzed:
    """An entry's text, cut once: what the token index and what the ranking keeps."""

    index_terms: tuple[str, ...]
    packed: str
    lengths: Mapping[str, float]


def analyze(level: str, title: str, text: str, groups: Sequence[Group]) -> Analyzed:
    """Cut a document for the index of its level."""
    cuts = tokens.cut(title), tokens.cut(text)
    counts = ranking.counts_of_cuts(*cuts, groups=groups)
    letter = LEVEL_LETTERS[level]
    found: set[str] = set()
    for field, terms in counts.items():
        if field not in ("L", "B"):
            found.update(_index_terms(letter + INDEX_LETTERS[field], terms))
    for cut in cuts:
        found.update(_index_terms(letter + INDEX_LETTERS["B"], cut.bl_tokens()))
    lengths = {field: sum(terms.values()) for field, terms in counts.items() if terms}
    return Analyzed(tuple(sorted(found)), pack(counts), lengths)


@cache
def _shortest(count: float) -> str:
    """A count as text; texts use few different ones."""
    return f"{count:g}"


def pack(counts: Mapping[str, ranking.Counts]) -> str:
    """Counts of all fields as text: a line a field, its length first, then each term and count.

    Terms come from normalized text, which holds no control characters.
    """
    lines = []
    for field, terms in counts.items():
        if terms:
            body = "".join([f"{_TERM}{t}{_COUNT}{_shortest(n)}" for t, n in terms.items()])
            lines.append(f"{field}{sum(terms.values()):g}{body}{_TERM}")
    return "\n".join(lines)


def unpack(packed: str, wanted: Terms) -> dict[str, dict[str, float]]:
    """The counts of the wanted terms; what else a field holds is summed up under one name.

    So a field's counts add up to its length, as the ranking needs, without reading every term:
    a hundred candidates are read in a millisecond.
    """
    fields: dict[str, dict[str, float]] = {}
    for line in packed.split("\n"):
        if line and line[0] in wanted:
            fields[line[0]] = _counts(line, wanted[line[0]])
    return fields


def _counts(line: str, terms: Iterable[str]) -> dict[str, float]:
    counts: dict[str, float] = {}
    for term in terms:
        place = line.find(f"{_TERM}{term}{_COUNT}")
        if place >= 0:
            start = place + len(term) + 2
            counts[term] = float(line[start : line.index(_TERM, start)])
    length = float(line[1 : line.index(_TERM)])
    counts[_REST] = max(length - sum(counts.values()), 0.0)
    return counts


def lengths(packed: str) -> dict[str, float]:
    """Length of each field that the entry has."""
    return {line[0]: float(line[1 : line.index(_TERM)]) for line in packed.split("\n") if line}
