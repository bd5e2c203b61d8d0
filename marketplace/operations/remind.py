"""Reminders before a deadline: news only, the entry itself is not touched by anybody."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core import audit, outbox
from core.permissions import SYSTEM
from marketplace.models import Need, ResourceOffer
from marketplace.states import SEEKING

FIRST, LAST = 7, 1


def _due(
    model: type[Need] | type[ResourceOffer], today: date, days: int
) -> QuerySet[Need] | QuerySet[ResourceOffer]:
    """Open entries that end within `days` and have not been reminded so late yet."""
    rows = model._default_manager.filter(
        state__in=SEEKING, closes_on__gte=today, closes_on__lte=today + timedelta(days=days)
    )
    rows = rows.filter(reminded_days=0) if days == FIRST else rows.exclude(reminded_days=LAST)
    return rows.order_by("id")


def remind_due(model: type[Need] | type[ResourceOffer], at: datetime, limit: int = 500) -> int:
    """Announce `need.closing` (fact `days`) 7 days and 1 day before the deadline, once each.

    Who posted it shorter than that before the deadline knows, and is not told. The version
    stays: nobody's open form is disturbed. Returns how many were announced.
    """
    today = timezone.localdate(at)
    told = 0
    for days in (LAST, FIRST):
        for entry in _due(model, today, days)[:limit]:
            told += _remind(entry, days, at)
    return told


@transaction.atomic
def _remind(entry: Need | ResourceOffer, days: int, at: datetime) -> int:
    rows = type(entry)._default_manager.filter(
        pk=entry.pk, state__in=SEEKING, reminded_days=entry.reminded_days
    )
    if not rows.update(reminded_days=days):
        return 0
    assert entry.closes_on is not None
    posted = timezone.localdate(entry.posted_at) if entry.posted_at else date.min
    if (entry.closes_on - posted).days <= days:
        return 0
    left = (entry.closes_on - timezone.localdate(at)).days
    subject = audit.subject_of(entry)
    outbox.publish(f"{entry.KIND}.closing", subject, by=SYSTEM, at=at, facts={"days": left})
    return 1
