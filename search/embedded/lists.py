"""Lists in a plain order, newest or closing soon, paged without counting off rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from search.embedded.scope import Rows
from search.gateways.cursors import Cursor
from search.gateways.shapes import CLOSING, SearchRequest
from search.models import SearchEntry


@dataclass(frozen=True, slots=True)
class _Part:
    """Rows in one order: by `column`, then the latest indexed first."""

    rows: Rows
    column: str
    descending: bool

    def behind(self, after: tuple[datetime, int] | None) -> Rows:
        rows = self.rows.order_by(f"{'-' if self.descending else ''}{self.column}", "-id")
        if after is None:
            return rows
        moment, entry = after
        beyond = f"{self.column}__{'lt' if self.descending else 'gt'}"
        # Written as a bound and an exception, so that an index can be entered at the bound.
        return rows.filter(Q(**{f"{beyond}e": moment}), Q(**{beyond: moment}) | Q(pk__lt=entry))


def listed(
    rows: Rows, request: SearchRequest, cursor: Cursor, size: int
) -> tuple[list[SearchEntry], Cursor | None]:
    """The next `size` rows and the cursor behind them, None at the end.

    A page begins after the last row shown, found by an index: any depth costs the same.
    """
    parts = _parts(rows, request)
    found: list[SearchEntry] = []
    after = cursor.after
    for part in parts[cursor.phase :]:
        found += part.behind(after)[: size + 1 - len(found)]
        if len(found) > size:
            break
        after = None
    if len(found) <= size:
        return found, None
    last = found[size - 1] if size else found[0]
    phase = int(len(parts) > 1 and last.closes_at < request.at)
    moment = getattr(last, parts[phase].column)
    return found[:size], replace(cursor, phase=phase, after=(moment, last.pk))


def _parts(rows: Rows, request: SearchRequest) -> Sequence[_Part]:
    """Closing soon has two parts: what is still to close, soonest first; then what has closed."""
    if request.sort != CLOSING:
        return [_Part(rows, "posted_at", descending=True)]
    return [
        _Part(rows.filter(closes_at__gte=request.at), "closes_at", descending=False),
        _Part(rows.filter(closes_at__lt=request.at), "closes_at", descending=True),
    ]
