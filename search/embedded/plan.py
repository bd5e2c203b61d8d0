"""From a query to what is looked for here: the shared rule, with the counts of this index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search import ranking
from search.analysis.synonyms import Group
from search.embedded.token_index import token_index
from search.embedded.write import EVERY_FIELD
from search.gateways import terms
from search.gateways.plan import floor_of, pool_of, weights_of
from search.models import FieldLength, TermFrequency


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
    pool = pool_of(q, query)
    asked = {letter + term for term in pool}
    asked |= {terms.index_term(level, field, t) for field, found in query.items() for t in found}
    known = frequencies(sorted(asked))
    figures = _figures(level, known)
    weights = weights_of(pool, {name[1:]: n for name, n in known.items()}, figures.size)
    return Plan(query, weights, floor_of(weights), figures)


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
