"""The candidate rule that every engine shares: which terms of a query find entries, and how many
of them an entry must hold.

Of the query's pairs, Latin tokens, characters and synonym groups, take the rarest until together
they stand in `BUDGET` entries (the rarest always). An entry's weight is the sum of the idf of
those it holds, a synonym group counting half; an entry matches when its weight is at least `FLOOR`
of all they could give, or that of the query's rarest synonym group.
"""

from collections.abc import Mapping, Sequence
from math import ceil

from search import ranking
from search.gateways import terms
from search.gateways.shapes import BUDGET, LEVELS

FLOOR = 0.15
"""Share of the possible weight below which an entry shares too little with the query to be a hit.
On judged queries a floor of 0.15 removes three quarters of the hits and none of the answers."""
_SCALE = 1_000
"""Weights are whole thousandths: adding them in any order gives the same sum."""


def pool_of(q: str, query: Mapping[str, ranking.Counts]) -> list[str]:
    """The terms that may find entries, without their level's letter; `query` is `query_counts`."""
    groups = [terms.index_term(LEVELS[0], "S", key)[1:] for key in query.get("S", ())]
    return [*terms.query_terms(q), *groups]


def weights_of(pool: Sequence[str], df: Mapping[str, int], size: int) -> dict[str, int]:
    """The rarest terms within the budget, each with its weight; `size` is the number of entries."""
    weights: dict[str, int] = {}
    spent = 0
    for held, name in sorted((df[name], name) for name in pool if df.get(name)):
        if weights and spent + held > BUDGET:
            break
        spent += held
        share = ranking.SYNONYM_WEIGHT if name[0] == terms.INDEX_LETTERS["S"] else 1.0
        weights[name] = max(1, round(ranking.idf(max(size, held), held) * share * _SCALE))
    return weights


def floor_of(weights: Mapping[str, int]) -> int:
    """The least weight of a match, never nothing: what says the same by another word is in."""
    floor = ceil(FLOOR * sum(weights.values()))
    groups = [weight for term, weight in weights.items() if term[0] == terms.INDEX_LETTERS["S"]]
    return max(1, min([floor, *([max(groups)] if groups else [])]))
