"""Working days: the published holidays and make-up days, corrected by the base's staff."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import chinese_calendar
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import Invalid, NotFound
from core.models import CalendarDay
from core.permissions import Actor
from core.ports import Subject

KIND = "calendar_day"
MAX_NOTE = 100


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment, and whether a year without published holidays lay on the way (provisional)."""

    at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not what its weekday says, or that staff corrected.

    `published` is what the published calendar (or, without one, the weekday) says.
    """

    day: date
    is_working: bool
    published: bool
    corrected: bool
    note: str = ""


def published_workday(day: date) -> tuple[bool, bool]:
    """(working day?, known?): unknown years count Monday to Friday and say so."""
    try:
        return bool(chinese_calendar.is_workday(day)), True
    except NotImplementedError:
        return day.weekday() < 5, False


def is_workday(day: date, edits: dict[date, bool]) -> tuple[bool, bool]:
    """(working day?, known?) with the staff's corrections on top."""
    if day in edits:
        return edits[day], True
    return published_workday(day)


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


def is_provisional(year: int) -> bool:
    """Whether the holidays of a year are not published yet (or were never)."""
    return not published_workday(date(year, 1, 1))[1]


def special_days(year: int) -> list[SpecialDay]:
    """Holidays on weekdays, make-up days at weekends and every correction, in order (one query)."""
    edits = {row.day: row for row in CalendarDay.objects.filter(day__year=year)}
    found, day = [], date(year, 1, 1)
    while day.year == year:
        published, _known = published_workday(day)
        edit = edits.get(day)
        if edit:
            found.append(SpecialDay(day, edit.is_working, published, True, edit.note))
        elif published != (day.weekday() < 5):
            found.append(SpecialDay(day, published, published, False))
        day += timedelta(days=1)
    return found


@transaction.atomic
def set_day(day: date, *, is_working: bool, note: str, by: Actor, at: datetime) -> CalendarDay:
    """Correct one day; audited. Raises Invalid for a note that is too long."""
    if len(note) > MAX_NOTE:
        raise Invalid({"note": _("最多写 %(n)s 个字。") % {"n": MAX_NOTE}})
    before = CalendarDay.objects.select_for_update().filter(day=day).first()
    row, _new = CalendarDay.objects.update_or_create(
        day=day, defaults={"is_working": is_working, "note": note}
    )
    audit.record(
        Subject(KIND, day.isoformat(), row.pk),
        "calendar_day.set",
        by=by,
        at=at,
        before={"is_working": before.is_working, "note": before.note} if before else {},
        after={"is_working": is_working, "note": note},
    )
    return row


@transaction.atomic
def clear_day(day: date, *, by: Actor, at: datetime) -> None:
    """Take a correction back; audited. Raises NotFound when there is none."""
    row = CalendarDay.objects.select_for_update().filter(day=day).first()
    if row is None:
        raise NotFound(_("这一天没有更正过。"))
    subject = Subject(KIND, day.isoformat(), row.pk)
    before = {"is_working": row.is_working, "note": row.note}
    row.delete()
    audit.record(subject, "calendar_day.clear", by=by, at=at, before=before)
