"""Facets with live counts: each counted under every filter but its own."""

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Count, Q

from search.embedded.scope import Rows, narrowed, readable
from search.gateways.shapes import CLOSING_DAYS, NEVER, NEVER_CLOSES, OWN, Counts, Filters
from search.models import EntryFacet

COLUMNS = {
    "kind": "kind",
    "category": "category",
    "state": "state",
    "region": "region",
    "organization": "organization_id",
}


def facets(level: str, filters: Filters, ids: list[int] | None) -> dict[str, Counts]:
    """Counts by facet name and value; ids are what matched the words, None when none were typed.

    A region's count includes everything below it, so streets, districts and the city can all be
    read from one answer. Facets of the documents' own are named with `OWN` before
    their name.
    """
    rows = readable(level, ids)
    counts = {
        name: _column(narrowed(rows, filters, but=name), column) for name, column in COLUMNS.items()
    }
    counts["region"] = rolled_up(counts["region"])
    counts.update(_own(rows, filters))
    return counts


def closing(level: str, filters: Filters, ids: list[int] | None, at: datetime) -> Counts:
    """Entries by closing day: within each of `CLOSING_DAYS` from now, and never."""
    rows = narrowed(readable(level, ids), filters, but="closing")
    within = {
        str(days): Count(
            "pk", filter=Q(closes_at__gte=at, closes_at__lte=at + timedelta(days=days))
        )
        for days in CLOSING_DAYS
    }
    never = Count("pk", filter=Q(closes_at=NEVER_CLOSES))
    found: dict[str, int] = rows.order_by().aggregate(
        **{f"within_{days}": counted for days, counted in within.items()}, never=never
    )
    counts = {days: found[f"within_{days}"] for days in within} | {NEVER: found["never"]}
    return {value: n for value, n in counts.items() if n}


def _column(rows: Rows, column: str) -> Counts:
    found = rows.order_by().values_list(column).annotate(n=Count("*"))
    return {str(value): n for value, n in found if value not in ("", 0)}


def rolled_up(counts: Counts) -> Counts:
    """Add each region's count to every region it lies in."""
    sums: Counter[str] = Counter()
    for path, n in counts.items():
        place = path.find("/")
        while place >= 0:
            sums[path[: place + 1]] += n
            place = path.find("/", place + 1)
        if not path.endswith("/"):
            sums[path] += n
    return dict(sums)


def _own(rows: Rows, filters: Filters) -> dict[str, Counts]:
    """Facets that the documents brought, each without its own filter where it has one."""
    chosen = [name for name, values in filters.facets if values]
    counts: dict[str, dict[str, int]] = {}
    for but in ("", *chosen):
        left = narrowed(rows, filters, but=OWN + but).order_by()
        found = EntryFacet.objects.filter(entry__in=left)
        found = found.filter(name=but) if but else found.exclude(name__in=chosen)
        for name, value, n in found.values_list("name", "value").annotate(n=Count("*")):
            counts.setdefault(OWN + name, {})[value] = n
    return dict(counts)
