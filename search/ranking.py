"""Ranking that every search engine of the product shares: words by BM25, then meaning.

`rank_words` scores candidates over the fields W, U and L (U, B and L without rjieba) and keeps what
each term contributed: that is the explanation of a hit. `add_meaning` mixes sentence vectors in.
Pure values in, pure values out; the caller brings the counts, the corpus figures and the vectors.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from statistics import median

from search.analysis import tokens
from search.analysis.synonyms import Group, concepts
from search.analysis.tokens import Cut

K1 = 0.6
B = 0.9
TITLE_WEIGHT = 1.5
"""A word of the title counts as often as this in the text."""
SYNONYM_WEIGHT = 0.5
"""Weight of field S: the same meaning by another word is worth less than the word itself."""
MEANING_FACTOR = 16.0
"""Points of score per unit of cosine; measured as safe on every set from 12 to 24."""
_NEIGHBORS = 3

Counts = Mapping[str, float]
"""Term to (weighted) count, of one field."""


@dataclass(frozen=True)
class Candidate:
    """One entry to rank: its key and the counts of each field (see `field_counts`)."""

    key: str
    fields: Mapping[str, Counts]


@dataclass(frozen=True)
class CorpusFigures:
    """What BM25 must know of the whole corpus.

    `df(field, term)` returns how many entries hold the term, or None when it is not kept (a table
    of frequent terms only): the term then counts as rare, held by the candidates alone.
    `average_lengths` are taken only over entries that have the field at all.
    """

    size: int
    average_lengths: Mapping[str, float]
    df: Callable[[str, str], int | None]


@dataclass(frozen=True)
class Contribution:
    """Points that one term of one field brought to a score."""

    field: str
    term: str
    points: float


@dataclass(frozen=True)
class Scored:
    """A candidate's score by words, and its shares, largest first."""

    key: str
    score: float
    contributions: tuple[Contribution, ...] = field(default=())


def scoring_fields() -> tuple[str, ...]:
    """The fields that are summed here: W, U, L, or U, B, L where words cannot be cut."""
    return ("W", "U", "L") if tokens.has_words() else ("U", "B", "L")


FIELD_TOKENS: dict[str, Callable[[Cut], list[str]]] = {
    "W": Cut.words,
    "U": Cut.chars,
    "B": Cut.bigrams,
    "L": Cut.latin,
}
"""How the terms of each field are made of a text."""


def field_counts(title: str, text: str, *, groups: Sequence[Group] = ()) -> dict[str, Counts]:
    """Count the terms of each field of an entry, title terms `TITLE_WEIGHT` times.

    With synonym `groups` the field S holds the keys of the groups that are mentioned.
    """
    return counts_of_cuts(tokens.cut(title), tokens.cut(text), groups=groups)


def counts_of_cuts(title: Cut, text: Cut, *, groups: Sequence[Group] = ()) -> dict[str, Counts]:
    """`field_counts` of texts that are cut already."""
    counted: dict[str, Counts] = {}
    for name in scoring_fields():
        terms = FIELD_TOKENS[name]
        counted[name] = _weighted(terms(title), terms(text))
    if groups:
        counted["S"] = _weighted(concepts(title.plain, groups), concepts(text.plain, groups))
    return counted


def query_counts(query: str, *, groups: Sequence[Group] = ()) -> dict[str, Counts]:
    """Count the terms of each field of a query."""
    pieces = tokens.cut(query)
    counted: dict[str, Counts] = {
        name: Counter(FIELD_TOKENS[name](pieces)) for name in scoring_fields()
    }
    if groups:
        # A repeated mention is no stronger wish.
        counted["S"] = dict.fromkeys(concepts(pieces.plain, groups), 1.0)
    return counted


def average_lengths(entries: Sequence[Mapping[str, Counts]]) -> dict[str, float]:
    """Mean length of each field over the entries that have it."""
    lengths: dict[str, list[float]] = {}
    for entry in entries:
        for name, counts in entry.items():
            if counts:
                lengths.setdefault(name, []).append(sum(counts.values()))
    return {name: sum(values) / len(values) for name, values in lengths.items()}


def figures_of(entries: Sequence[Mapping[str, Counts]]) -> CorpusFigures:
    """Corpus figures of entries that are all in memory."""
    held: Counter[tuple[str, str]] = Counter(
        (name, term) for entry in entries for name, counts in entry.items() for term in counts
    )
    return CorpusFigures(
        len(entries), average_lengths(entries), lambda name, term: held[name, term]
    )


def rank_words(
    query: Mapping[str, Counts], candidates: Sequence[Candidate], figures: CorpusFigures
) -> list[Scored]:
    """Score every candidate by summed BM25; best first, equal scores by key."""
    weights = {
        name: _term_weights(name, counts, candidates, figures) for name, counts in query.items()
    }
    scored = [_score(candidate, weights, figures) for candidate in candidates]
    return sorted(scored, key=lambda one: (-one.score, one.key))


def add_meaning(
    ranked: Sequence[Scored],
    cosines: Mapping[str, float] | None,
    *,
    factor: float = MEANING_FACTOR,
) -> list[Scored]:
    """Return the candidates by words and meaning together, best first, equal scores by key.

    score = words / best words + factor * (cosine - best cosine), each best of this query.
    `cosines` holds the cosine of query and entry for the entries that have a vector; None or
    empty means that words serve alone (the score is then words / best words).
    An entry without a vector is taken to mean what its neighbors mean: it gets the median cosine of
    the (up to three) entries with a vector whose score by words is nearest to its own. So it stays
    about where its words put it; a fixed value would lift or bury all of them.
    """
    best_words = max((one.score for one in ranked), default=0.0) or 1.0
    known = [one for one in ranked if cosines and one.key in cosines]
    if not cosines or not known:
        scored = [Scored(one.key, one.score / best_words, one.contributions) for one in ranked]
        return sorted(scored, key=lambda one: (-one.score, one.key))
    best = max(cosines[one.key] for one in known)
    scored = []
    for one in ranked:
        cosine = cosines[one.key] if one.key in cosines else _expected(one, known, cosines)
        points = one.score / best_words + factor * (cosine - best)
        scored.append(Scored(one.key, points, one.contributions))
    return sorted(scored, key=lambda one: (-one.score, one.key))


def idf(size: int, df: float) -> float:
    """Lucene's inverse document frequency, never negative."""
    return log(1 + (size - df + 0.5) / (df + 0.5))


def _weighted(title: Sequence[str], text: Sequence[str]) -> Counts:
    counts: dict[str, float] = Counter(text)  # type: ignore[assignment]
    for term in title:
        counts[term] = counts.get(term, 0.0) + TITLE_WEIGHT
    return counts


def _term_weights(
    name: str, counts: Counts, candidates: Sequence[Candidate], figures: CorpusFigures
) -> dict[str, float]:
    """Weight of each query term: idf, times count in the query, times weight of the field."""
    share = SYNONYM_WEIGHT if name == "S" else 1.0
    weights = {}
    for term, count in counts.items():
        held = sum(1 for candidate in candidates if term in candidate.fields.get(name, ()))
        df = max(figures.df(name, term) or 0, held)
        weights[term] = idf(max(figures.size, df), df) * count * share
    return weights


def _score(
    candidate: Candidate, weights: Mapping[str, Mapping[str, float]], figures: CorpusFigures
) -> Scored:
    contributions = []
    for name, terms in weights.items():
        counts = candidate.fields.get(name)
        if not counts:
            continue
        length = sum(counts.values())
        norm = K1 * (1 - B + B * length / (figures.average_lengths.get(name) or length))
        for term, weight in terms.items():
            if (count := counts.get(term, 0.0)) > 0:
                contributions.append(Contribution(name, term, weight * count / (count + norm)))
    contributions.sort(key=lambda share: (-share.points, share.field, share.term))
    return Scored(candidate.key, sum(c.points for c in contributions), tuple(contributions))


def _expected(one: Scored, known: Sequence[Scored], cosines: Mapping[str, float]) -> float:
    nearest = sorted(known, key=lambda other: (abs(other.score - one.score), other.key))
    return median(cosines[other.key] for other in nearest[:_NEIGHBORS])
