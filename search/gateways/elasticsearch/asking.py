"""Parts of a question: filters, the query that finds candidates, the one that ranks, facets."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from elasticsearch.dsl import A, Q
from elasticsearch.dsl.aggs import Agg
from elasticsearch.dsl.query import Query

from search import ranking
from search.gateways.elasticsearch.documents import FACET, name_of, whole
from search.gateways.shapes import (
    CLOSING_DAYS,
    NEVER,
    NEVER_CLOSES,
    OWN,
    WINDOW,
    Counts,
    Filters,
    Key,
    Neighborhood,
)

FIRST = float(2**22)
"""Weight of what is a candidate by its meaning: before all others, and exact in 32 bits."""
COLUMNS = {
    "kind": ("kind", 50),
    "category": ("category", 500),
    "state": ("state", 50),
    "region": ("regions", 5_000),
    "organization": ("organization_id", 1_000),
}
"""Facet to field, and how many values are counted."""
_OWN_VALUES = 1_000
_NEVER = whole(NEVER_CLOSES)


def candidates(weights: Mapping[str, int], extras: Sequence[str]) -> Query:
    """Each term that an entry holds adds its weight; asked with the floor as `min_score`."""
    parts = [
        Q("constant_score", filter=Q("term", terms=term), boost=float(weight))
        for term, weight in weights.items()
    ]
    if extras:
        parts.append(Q("constant_score", filter=Q("ids", values=list(extras)), boost=FIRST))
    return Q("bool", should=parts, minimum_should_match=1)


def ranked(query: Mapping[str, ranking.Counts]) -> Query:
    """The words' score: BM25 summed over the fields, a synonym group counting half."""
    parts: list[Query] = []
    for field, counts in query.items():
        # A term that was typed twice weighs twice, as in `search.ranking`.
        typed = " ".join(
            part for term, n in counts.items() for part in [term.replace(" ", "")] * int(n)
        )
        if typed:
            boost = ranking.SYNONYM_WEIGHT if field == "S" else 1.0
            parts.append(Q("match", **{field.lower(): {"query": typed, "boost": boost}}))
    return Q("bool", should=parts)


def rescored(query: Query, window: int) -> dict[str, Any]:
    return {
        "window_size": window,
        "query": {
            "rescore_query": query.to_dict(),
            "query_weight": 0.0,
            "rescore_query_weight": 1.0,
        },
    }


def these(keys: Sequence[Key]) -> list[str]:
    return [name_of(*key) for key in keys]


# -- meaning ------------------------------------------------------------------------------
def neighbors(asked: Neighborhood) -> dict[str, Any]:
    """The window's nearest vectors by the server's graph; twice as many are looked at a shard."""
    return {
        "field": "vector",
        "query_vector": list(asked.vector),
        "k": WINDOW,
        "num_candidates": 2 * WINDOW,
    }


def near_enough(hits: Sequence[Mapping[str, Any]], asked: Neighborhood) -> tuple[str, ...]:
    """Names of those within the bounds; the server's score of a cosine is (1 + cosine) / 2."""
    cosines = {hit["_id"]: 2 * float(hit["_score"]) - 1 for hit in hits}
    least = max(max(cosines.values(), default=0.0) - asked.near, asked.least)
    return tuple(name for name, cosine in cosines.items() if cosine >= least)


# -- filters ------------------------------------------------------------------------------
def conditions(filters: Filters, *, but: str = "") -> list[Query]:
    """The filters, leaving out the one named `but`."""
    plain = {
        "kind": ("kind", filters.kinds),
        "category": ("category", filters.categories),
        "state": ("state", filters.states),
        "organization": ("organization_id", filters.organizations),
    }
    found = [
        Q("terms", **{field: list(values)})
        for name, (field, values) in plain.items()
        if values and name != but
    ]
    if filters.regions and but != "region":
        below = [Q("prefix", region=path) for path in filters.regions]
        found.append(Q("bool", should=below, minimum_should_match=1))
    for name, values in filters.facets:
        if values and OWN + name != but:
            found.append(Q("terms", facet=[f"{name}{FACET}{value}" for value in values]))
    if but != "closing" and (closing := _closing(filters)) is not None:
        found.append(closing)
    if filters.posted_since and but != "posted":
        found.append(Q("range", posted={"gte": whole(filters.posted_since)}))
    return found


def _closing(filters: Filters) -> Query | None:
    wanted: list[Query] = []
    if filters.never_closes:
        wanted.append(Q("term", closes=_NEVER))
    if filters.closes_from or filters.closes_until:
        bounds: dict[str, int] = {"lt": _NEVER}
        if filters.closes_from:
            bounds["gte"] = whole(filters.closes_from)
        if filters.closes_until:
            bounds["lte"] = whole(filters.closes_until)
        wanted.append(Q("range", closes=bounds))
    return Q("bool", should=wanted, minimum_should_match=1) if wanted else None


def _all(parts: Sequence[Query]) -> Query:
    return Q("bool", filter=list(parts)) if parts else Q("match_all")


# -- facets -------------------------------------------------------------------------------
def facet_aggregations(filters: Filters, at: datetime) -> dict[str, Agg[Any]]:
    """Each facet under every filter but its own."""
    found: dict[str, Agg[Any]] = {}
    for name, (field, size) in COLUMNS.items():
        found[name] = _under(filters, name, A("terms", field=field, size=size))
    chosen = [name for name, values in filters.facets if values]
    for but in ("", *chosen):
        names = [but] if but else chosen
        pattern = "|".join(f"{re.escape(name)}{FACET}.*" for name in names)
        bound = {} if not pattern else {"include" if but else "exclude": pattern}
        values = A("terms", field="facet", size=_OWN_VALUES, **bound)
        found[OWN + but] = _under(filters, OWN + but, values)
    spans: dict[str, Any] = {
        str(days): Q("range", closes={"gte": whole(at), "lte": whole(at + timedelta(days=days))})
        for days in CLOSING_DAYS
    }
    spans[NEVER] = Q("term", closes=_NEVER)
    found["closing"] = _under(filters, "closing", A("filters", filters=spans))
    return found


def _under(filters: Filters, but: str, counted: Agg[Any]) -> Agg[Any]:
    return A("filter", filter=_all(conditions(filters, but=but)), aggs={"values": counted})


def facet_counts(answer: Mapping[str, Any]) -> tuple[dict[str, Counts], Counts]:
    """The facets, and the closing days, of an answer's aggregations."""
    facets: dict[str, dict[str, int]] = {}
    for name, facts in answer.items():
        buckets = facts["values"]["buckets"]
        if name == "closing":
            continue
        for bucket in buckets:
            value, n = str(bucket["key"]), int(bucket["doc_count"])
            if name.startswith(OWN):
                own, _mark, value = value.partition(FACET)
                facets.setdefault(OWN + own, {})[value] = n
            else:
                facets.setdefault(name, {})[value] = n
        if not name.startswith(OWN):
            facets.setdefault(name, {})
    spans = answer["closing"]["values"]["buckets"] if "closing" in answer else {}
    closing = {span: int(facts["doc_count"]) for span, facts in spans.items()}
    return dict(facets), {span: n for span, n in closing.items() if n}
