from datetime import UTC, date, datetime

import pytest

from core import workdays
from core.errors import Invalid, NotFound
from core.models import AuditEvent, CalendarDay
from core.workdays import Deadline, SpecialDay, add_workdays, is_workday
from tests.core.cases import COORDINATOR, NOW

pytestmark = pytest.mark.django_db


def at(year: int, month: int, day: int, hour: int = 2) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def end_of(year: int, month: int, day: int) -> datetime:
    """23:59:59 in Shanghai."""
    return datetime(year, month, day, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (at(2025, 6, 4), 1, end_of(2025, 6, 5)),
        (at(2025, 6, 6), 1, end_of(2025, 6, 9)),  # over a weekend
        (at(2025, 9, 26), 1, end_of(2025, 9, 28)),  # a Sunday made up for the holiday
        (at(2025, 9, 30), 1, end_of(2025, 10, 9)),  # over the national holiday
        (at(2025, 9, 30), 3, end_of(2025, 10, 11)),  # the make-up Saturday counts
        (at(2025, 6, 4, 16), 1, end_of(2025, 6, 6)),  # past midnight in Shanghai already
        (at(2025, 6, 7), 5, end_of(2025, 6, 13)),  # from a Saturday
    ],
)
def test_working_days_follow_the_published_calendar(
    start: datetime, days: int, end: datetime
) -> None:
    assert add_workdays(start, days) == Deadline(end, provisional=False)


def test_a_year_without_published_holidays_is_provisional() -> None:
    found = add_workdays(at(2040, 10, 1), 1)
    assert found == Deadline(end_of(2040, 10, 2), provisional=True)
    assert workdays.is_provisional(2040)
    assert workdays.is_provisional(1999)
    assert not workdays.is_provisional(2025)


def test_a_deadline_that_reaches_into_an_unknown_year_is_provisional() -> None:
    last = max(year for year in range(2020, 2040) if not workdays.is_provisional(year))
    assert not add_workdays(at(last, 12, 1), 5).provisional
    assert add_workdays(at(last, 12, 25), 10).provisional


def test_staffs_corrections_stand_above_the_calendar() -> None:
    workdays.set_day(date(2025, 6, 5), is_working=False, note="停电", by=COORDINATOR, at=NOW)
    workdays.set_day(date(2025, 6, 7), is_working=True, note="", by=COORDINATOR, at=NOW)
    assert add_workdays(at(2025, 6, 4), 1).at == end_of(2025, 6, 6)
    assert add_workdays(at(2025, 6, 6), 1).at == end_of(2025, 6, 7)
    assert is_workday(date(2040, 1, 2), {date(2040, 1, 2): False}) == (False, True)


def test_at_least_one_day() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        add_workdays(NOW, 0)


def test_special_days_are_those_that_differ_from_their_weekday() -> None:
    workdays.set_day(date(2025, 6, 5), is_working=False, note="停电", by=COORDINATOR, at=NOW)
    found = {day.day: day for day in workdays.special_days(2025)}
    assert found[date(2025, 6, 5)] == SpecialDay(
        date(2025, 6, 5), is_working=False, published=True, corrected=True, note="停电"
    )
    assert found[date(2025, 9, 28)] == SpecialDay(
        date(2025, 9, 28), is_working=True, published=True, corrected=False
    )
    assert found[date(2025, 10, 1)].is_working is False
    assert date(2025, 6, 4) not in found
    assert date(2025, 6, 7) not in found
    assert list(found) == sorted(found)


def test_corrections_are_audited_changed_and_taken_back() -> None:
    day = date(2025, 6, 5)
    workdays.set_day(day, is_working=False, note="停电", by=COORDINATOR, at=NOW)
    workdays.set_day(day, is_working=False, note="检修", by=COORDINATOR, at=NOW)
    workdays.clear_day(day, by=COORDINATOR, at=NOW)
    assert not CalendarDay.objects.exists()
    rows = AuditEvent.objects.order_by("id").values_list("act", "before", "after")
    assert list(rows) == [
        ("calendar_day.set", {}, {"is_working": False, "note": "停电"}),
        (
            "calendar_day.set",
            {"is_working": False, "note": "停电"},
            {"is_working": False, "note": "检修"},
        ),
        ("calendar_day.clear", {"is_working": False, "note": "检修"}, {}),
    ]
    with pytest.raises(NotFound):
        workdays.clear_day(day, by=COORDINATOR, at=NOW)
    with pytest.raises(Invalid, match="最多写 100 个字"):
        workdays.set_day(day, is_working=True, note="长" * 101, by=COORDINATOR, at=NOW)
