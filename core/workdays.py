"""Working days: the published holidays and make-up days, corrected by the base's staff."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import chinese_calendar
from django.utils import timezone

from core.models import CalendarDay


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment, and whether a year without published holidays lay on the way (provisional)."""

    at: datetime
    provisional: bool


def is_workday(day: date, edits: dict[date, bool]) -> tuple[bool, bool]:
    """(working day?, known?): unknown years count Monday to Friday and say so."""
    if day in edits:
        return edits[day], True
    try:
        return bool(chinese_calendar.is_workday(day)), True
    except NotImplementedError:
        return day.weekday() < 5, False


def add_workdays(start: datetime, days: int) -> Deadline:
    """The end (23:59:59 local) of the n-th working day after `start`'s own day.

    One query for the staff's corrections; `days` must be at least 1.
    """
    if days < 1:
        raise ValueError("days must be at least 1")
    day = timezone.localtime(start).date()
    horizon = day + timedelta(days=days * 3 + 40)
    edits = dict(
        CalendarDay.objects.filter(day__gt=day, day__lte=horizon).values_list("day", "is_working")
    )
    provisional, left = False, days
    while left:
        day += timedelta(days=1)
        working, known = is_workday(day, edits)
        provisional = provisional or not known
        left -= working
    end = timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
    return Deadline(end, provisional)
