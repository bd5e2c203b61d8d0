"""How the agreed amount of a link adds up over its days, and what of it is still to be handed over.

An amount a day, week or month falls due anew with each period that begins; an amount that is there
once falls due with the link. A delivery in question does not count.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from marketplace.models import Need, Period, ResourceOffer
from matching.models import Delivery, Match
from matching.options import DELIVERY_FACTOR
from matching.states import DeliveryState

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Due:
    """What falls due by one day and what of it is written down, in the need's unit.

    `left` may still be handed over by the agreement, `most` at all: both are the least over this
    day and every later day that has a delivery, so that it does not matter which was written first.
    """

    expected: Decimal
    delivered: Decimal
    left: Decimal
    most: Decimal


def due_of(match: Match, day: date, *, without: Delivery | None = None) -> Due | None:
    """What a delivery on `day` may amount to; None where no number was agreed, or nothing yet.
    `without` is the delivery that is being corrected."""
    if match.quantity is None or match.linked_at is None:
        return None
    counted = [
        row
        for row in match.deliveries.all()
        if row.quantity is not None
        and row.state != DeliveryState.QUESTIONED
        and (without is None or row.pk != without.pk)
    ]
    factor = DELIVERY_FACTOR.get()
    days = {day, *(row.day for row in counted if row.day > day)}
    by_day = {one: (expected_by(match, one), _until(counted, one)) for one in days}
    return Due(
        expected=by_day[day][0],
        delivered=by_day[day][1],
        left=max(NOTHING, min(expected - done for expected, done in by_day.values())),
        most=max(NOTHING, min(expected * factor - done for expected, done in by_day.values())),
    )


def _until(rows: Iterable[Delivery], day: date) -> Decimal:
    return sum((row.quantity or NOTHING for row in rows if row.day <= day), NOTHING)


def expected_by(match: Match, day: date) -> Decimal:
    """The agreed amount times the periods that have begun by `day`, within the days of the link."""
    first, last = days_of(match)
    until = min(day, last) if last else day
    return (match.quantity or NOTHING) * periods(match.need.period, first, until)


def days_of(match: Match) -> tuple[date, date | None]:
    """The first day on which the link hands something over and the last; None: without an end."""
    both = (match.need, match.resource)
    assert match.linked_at is not None, "only a link has days"
    starts = [timezone.localdate(match.linked_at)]
    starts += [entry.starts_on for entry in both if entry.starts_on]
    ends = [entry.ends_on for entry in both if entry.ends_on]
    return max(starts), min(ends, default=None)


def periods(period: str, first: date, day: date) -> int:
    """How many periods have begun from `first` to `day`. The first counts before it has begun:
    what is agreed may be handed over ahead."""
    days = (day - first).days
    if period == Period.ONCE or days <= 0:
        return 1
    if period == Period.DAY:
        return days + 1
    if period == Period.WEEK:
        return days // 7 + 1
    return (day.year - first.year) * 12 + day.month - first.month + (day.day >= first.day)


def excesses(match: Match, deliveries: Sequence[Delivery]) -> dict[int, Decimal]:
    """By how much each delivery goes beyond what fell due by its day; only those that do."""
    found: dict[int, Decimal] = {}
    if match.quantity is None:
        return found
    done = NOTHING
    for row in sorted(deliveries, key=lambda one: (one.day, one.pk)):
        if row.quantity is None or row.state == DeliveryState.QUESTIONED:
            continue
        done += row.quantity
        over = min(row.quantity, done - expected_by(match, row.day))
        if over > 0:
            found[row.pk] = over
    return found


def delivered_of(match: Match) -> Decimal:
    """What is written down of a link and not in question."""
    rows = match.deliveries.exclude(state=DeliveryState.QUESTIONED)
    return sum((row.quantity or NOTHING for row in rows), NOTHING)


def given_back(
    match: Match, entry: Need | ResourceOffer, today: date, *, confirmed: bool
) -> Decimal:
    """What of its amount an entry has free again when the link ends now.

    Of an amount that is there once: what was not handed over. A periodic amount of a resource is
    free from now on. Of a periodic need it is, too, when the link is cancelled, or confirmed
    before the need's own last day: then days are left that nobody serves.
    """
    amount = match.quantity if entry.KIND == Need.KIND else match.resource_quantity
    if amount is None:
        return NOTHING
    if entry.period == Period.ONCE:
        return (amount * _open_share(match, confirmed=confirmed)).quantize(Decimal("0.01"))
    if confirmed and isinstance(entry, Need):
        return amount if entry.ends_on and entry.ends_on > today else NOTHING
    return amount


def _open_share(match: Match, *, confirmed: bool) -> Decimal:
    """What part of the whole was not handed over. Where the whole is not known, everything of a
    cancelled link and nothing of a confirmed one."""
    last = days_of(match)[1]
    endless = match.need.period != Period.ONCE and last is None
    if match.quantity is None or endless:
        return NOTHING if confirmed else Decimal(1)
    whole = expected_by(match, last or date.max)
    return max(NOTHING, whole - delivered_of(match)) / whole
