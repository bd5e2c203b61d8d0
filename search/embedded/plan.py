"""From a query to what is looked for: its terms, how rare each is, which of them find candidates.

The candidate rule, the same on both databases: of the query's pairs, Latin tokens, characters
and synonym groups, take the rarest until together they stand in `BUDGET` entries (the rarest
always). An entry's weight is the sum of the idf of those it holds, a synonym group counting
half; an entry matches when its weight is at least `FLOOR` of all they could give, or that of the
query's rarest synonym group. The heaviest
hundred, among equals the latest indexed, are ranked again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from search import ranking
from search.analysis.synonyms import Group
from search.embedded.token_index import token_index
from search.embedded.write import EVERY_FIELD
from search.gateways import terms
from search.gateways.shapes import BUDGET
from search.models import FieldLength, TermFrequency

FLOOR = 0.15
"""Share of the possible weight below which an entry shares too little with the query to be a hit.
On judged queries a floor of 0.15 removes three quarters of the hits and none of the answers."""
_SCALE = 1_000
"""Weights are whole thousandths: adding them in any order gives the same sum."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`weights` are the index terms that find candidates, without their level's letter."""

    query: Mapping[str, ranking.Counts]
    weights: Mapping[str, int]
    floor: int
    figures: ranking.CorpusFigures


def plan(level: str, q: str, groups: Sequence[Group]) -> Plan:
    """What to look for at one level; counts in two or three queries."""
    query = ranking.query_counts(q, groups=groups)
    letter = terms.LEVEL_LETTERS[level]
    groups_named = [terms.index_term(level, "S", key)[1:] for key in query.get("S", ())]
    pool = [letter + term for term in (*terms.query_terms(q), *groups_named)]
    asked = set(pool)
    asked |= {terms.index_term(level, field, t) for field, found in query.items() for t in found}
    known = frequencies(sorted(asked))
    figures = _figures(level, known)
    weights = _weights(pool, known, figures.size)
    return Plan(query, weights, floor_of(weights), figures)


def floor_of(weights: Mapping[str, int]) -> int:
    """The least weight of a match, never nothing: what says the same by another word is in."""
    floor = ceil(FLOOR * sum(weights.values()))
    groups = [weight for term, weight in weights.items() if term[0] == terms.INDEX_LETTERS["S"]]
    return max(1, min([floor, *([max(groups)] if groups else [])]))


def frequencies(asked: Sequence[str]) -> dict[str, int]:
    """Entries per index term: frequent terms from the table, the others counted now."""
    known = dict(TermFrequency.objects.filter(term__in=asked).values_list("term", "df"))
    known.update(token_index().frequencies([term for term in asked if term not in known]))
    return known


def _figures(level: str, known: Mapping[str, int]) -> ranking.CorpusFigures:
    rows = FieldLength.objects.filter(level=level, entries__gt=0)
    entries = {
        field: (n, total) for field, n, total in rows.values_list("field", "entries", "total")
    }
    return ranking.CorpusFigures(
        size=entries.get(EVERY_FIELD, (0, 0.0))[0],
        average_lengths={
            field: total / n for field, (n, total) in entries.items() if field != EVERY_FIELD
        },
        df=lambda field, term: known.get(terms.index_term(level, field, term), 0),
    )


def _weights(pool: Sequence[str], known: Mapping[str, int], size: int) -> dict[str, int]:
    """The rarest terms within the budget, each with its weight."""
    weights: dict[str, int] = {}
    spent = 0
    for df, name in sorted((known[name], name[1:]) for name in pool if known.get(name)):
        if weights and spent + df > BUDGET:
            break
        spent += df
        share = ranking.SYNONYM_WEIGHT if name[0] == terms.INDEX_LETTERS["S"] else 1.0
        weights[name] = max(1, round(ranking.idf(max(size, df), df) * share * _SCALE))
    return weights
