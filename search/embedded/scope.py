"""Which rows a request is about: the reader's level, the filters, the ids that matched."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from search.gateways.shapes import NEVER_CLOSES, OWN, Filters, Widening
from search.models import EntryFacet, SearchEntry

Rows = QuerySet[SearchEntry]


def among(ids: Sequence[int]) -> RawSQL:
    """Ids as a table of one parameter: thousands of them fit, unlike in a list of parameters."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(ids))])


def readable(level: str, ids: Sequence[int] | None = None) -> Rows:
    """The rows of one level, or those of them that are among `ids`: every reading starts here."""
    if ids is None:
        return SearchEntry.objects.filter(level=level)
    return SearchEntry.objects.alias(read_at=at_level("level")).filter(
        read_at=level, pk__in=among(ids)
    )


def at_level(column: str) -> Coalesce:
    """A column that no index serves: without statistics SQLite takes any index for choosy, and
    would walk all rows of a level instead of looking up the ids.
    """
    return Coalesce(F(column), Value(""))


def narrowed(rows: Rows, filters: Filters, *, but: str = "") -> Rows:
    """Apply the filters, leaving out the one named `but`."""
    plain: dict[str, tuple[str, Sequence[Any]]] = {
        "kind": ("kind__in", filters.kinds),
        "category": ("category__in", filters.categories),
        "state": ("state__in", filters.states),
        "organization": ("organization_id__in", filters.organizations),
    }
    for name, (lookup, values) in plain.items():
        if values and name != but:
            rows = rows.filter(**{lookup: values})
    if filters.regions and but != "region":
        rows = rows.filter(_under(filters.regions))
    for name, values in filters.facets:
        if values and OWN + name != but:
            rows = rows.filter(pk__in=_holding(name, values))
    return _within(rows, filters, but)


def _under(paths: Iterable[str]) -> Q:
    below = Q()
    for path in paths:
        below |= Q(region__startswith=path)
    return below


def _holding(name: str, values: Sequence[str]) -> QuerySet[EntryFacet, int]:
    return EntryFacet.objects.filter(name=name, value__in=values).values_list("entry_id", flat=True)


def _within(rows: Rows, filters: Filters, but: str) -> Rows:
    if but != "closing":
        rows = rows.filter(_closing(filters))
    if filters.posted_since and but != "posted":
        rows = rows.filter(posted_at__gte=filters.posted_since)
    return rows


def _closing(filters: Filters) -> Q:
    """Everything, where nothing is asked of the closing day."""
    wanted = Q(closes_at=NEVER_CLOSES) if filters.never_closes else Q()
    if filters.closes_from or filters.closes_until:
        bounds = Q(closes_at__lt=NEVER_CLOSES)
        if filters.closes_from:
            bounds &= Q(closes_at__gte=filters.closes_from)
        if filters.closes_until:
            bounds &= Q(closes_at__lte=filters.closes_until)
        wanted |= bounds
    return wanted


def counted(rows: Rows, limit: int) -> tuple[int, bool]:
    """How many rows, and whether there are more than the limit that was counted to."""
    found = rows.order_by()[: limit + 1].count()
    return min(found, limit), found > limit


def widenings(
    level: str, filters: Filters, ids: Sequence[int] | None, limit: int
) -> list[Widening]:
    """For an empty result: what leaving out one filter, or the words, would show. Largest first."""
    rows = readable(level, ids)
    found = [
        Widening(name, counted(narrowed(rows, filters, but=name), limit)[0])
        for name in filters.names()
    ]
    if ids is not None:
        found.append(Widening("", counted(narrowed(readable(level), filters), limit)[0]))
    return sorted((w for w in found if w.total), key=lambda w: (-w.total, w.name))
