"""How rare a query's terms are: one request tells it for all of them.

The server is shown the query as if it were a document and says in how many entries each term
stands, how many entries have each field, and how long they are together. With several shards one
shard answers, as a sample of all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from search import ranking
from search.gateways.elasticsearch.connection import Connection
from search.gateways.elasticsearch.documents import TEXT_TIMES
from search.gateways.plan import floor_of, pool_of, weights_of

_CANDIDATES = "terms"


@dataclass(frozen=True, slots=True)
class Plan:
    """A query made ready: the counts of its terms, which of them find candidates, how rare all are."""

    query: Mapping[str, ranking.Counts]
    weights: Mapping[str, int]
    floor: int
    figures: ranking.CorpusFigures


def plan(
    connection: Connection, index: str, level: str, q: str, query: Mapping[str, ranking.Counts]
) -> Plan:
    """Raises Away."""
    pool = pool_of(q, query)
    asked = {
        field.lower(): " ".join(term.replace(" ", "") for term in counts)
        for field, counts in query.items()
        if counts
    }
    asked[_CANDIDATES] = " ".join(pool)
    found = connection.ask(
        lambda es: es.termvectors(
            index=index,
            doc=asked,
            fields=sorted(asked),
            term_statistics=True,
            field_statistics=True,
            offsets=False,
            payloads=False,
            positions=False,
        ),
        level=level,
    )
    vectors = found.get("term_vectors", {})
    size = _field(vectors, _CANDIDATES)[0]
    known = _frequencies(vectors, _CANDIDATES)
    weights = weights_of(pool, known, size)
    return Plan(query, weights, floor_of(weights), _figures(vectors, query, size))


def _frequencies(vectors: Mapping[str, Any], field: str) -> dict[str, int]:
    terms = vectors.get(field, {}).get("terms", {})
    return {term: facts["doc_freq"] for term, facts in terms.items() if "doc_freq" in facts}


def _field(vectors: Mapping[str, Any], field: str) -> tuple[int, float]:
    """Entries that have the field, and its mean length."""
    facts = vectors.get(field, {}).get("field_statistics", {})
    entries = max(int(facts.get("doc_count", 0)), 0)
    return entries, max(float(facts.get("sum_ttf", 0)), 0.0) / entries if entries else 0.0


def _figures(
    vectors: Mapping[str, Any], query: Mapping[str, ranking.Counts], size: int
) -> ranking.CorpusFigures:
    held = {name: _frequencies(vectors, name.lower()) for name in query}
    lengths = {name: _field(vectors, name.lower())[1] / TEXT_TIMES for name in query}
    return ranking.CorpusFigures(
        size=size,
        average_lengths={name: length for name, length in lengths.items() if length},
        df=lambda name, term: held.get(name, {}).get(term.replace(" ", ""), 0),
    )
