from datetime import UTC, datetime, time, timedelta

import pytest

from core import jobs
from core.jobs import Job
from core.models import PeriodicJob
from tests.core.cases import MINUTE, NOW
from tests.database import needs_postgresql, together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_jobs")]

HOUR = timedelta(hours=1)


def declare(fails: list[bool] | None = None) -> list[datetime]:
    """An hourly job; returns the moments at which it ran."""
    ran: list[datetime] = []

    def job(at: datetime) -> None:
        ran.append(at)
        if fails and fails.pop(0):
            raise RuntimeError("no connection")

    jobs.periodic(every=HOUR, label="每小时的事")(job)
    jobs.ensure_rows(NOW)
    return ran


def test_a_new_job_is_due_at_once_and_then_at_its_time() -> None:
    ran = declare()
    assert [jobs.run_due(at) for at in (NOW, NOW + MINUTE, NOW + HOUR)] == [1, 0, 1]
    assert ran == [NOW, NOW + HOUR]
    row = PeriodicJob.objects.get()
    assert (row.due_at, row.leased_until, row.last_error) == (NOW + HOUR * 2, None, "")
    assert row.last_done_at is not None


def test_a_failed_job_is_tried_again_in_ten_minutes() -> None:
    ran = declare([True, False])
    assert jobs.run_due(NOW) == 1
    row = PeriodicJob.objects.get()
    assert (row.last_error, row.last_done_at) == ("RuntimeError: no connection", None)
    assert row.due_at == NOW + MINUTE * 10
    assert jobs.run_due(row.due_at) == 1
    row.refresh_from_db()
    assert (row.last_error, row.due_at) == ("", NOW + MINUTE * 10 + HOUR)
    assert len(ran) == 2


def test_a_job_in_hand_is_left_alone_until_its_lease_runs_out() -> None:
    ran = declare()
    held: list[PeriodicJob] = []
    claimed = jobs._claim(NOW, ())
    assert claimed is not None
    assert jobs.run_due(NOW + MINUTE) == 0
    jobs.extend(claimed, NOW + jobs.LEASE)
    assert jobs.run_due(NOW + jobs.LEASE + MINUTE) == 0
    assert jobs.run_due(NOW + jobs.LEASE * 2 + MINUTE, held.append) == 1
    assert [row.fence for row in held] == [2]
    assert len(ran) == 1


def test_rows_are_made_once_and_undeclared_ones_never_run() -> None:
    declare()
    jobs.ensure_rows(NOW)
    PeriodicJob.objects.create(name="gone.away", due_at=NOW)
    assert jobs.run_due(NOW) == 1
    assert PeriodicJob.objects.count() == 2


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (datetime(2026, 11, 25, 2, 0, tzinfo=UTC), datetime(2026, 11, 25, 19, 10, tzinfo=UTC)),
        (datetime(2026, 11, 25, 19, 9, tzinfo=UTC), datetime(2026, 11, 25, 19, 10, tzinfo=UTC)),
        (datetime(2026, 11, 25, 19, 10, tzinfo=UTC), datetime(2026, 11, 26, 19, 10, tzinfo=UTC)),
    ],
)
def test_a_daily_job_runs_by_the_clock_on_the_wall(at: datetime, due: datetime) -> None:
    assert Job("x", print, daily=time(3, 10)).after(at) == due


@pytest.mark.parametrize("arguments", [{}, {"every": HOUR, "daily": time(3)}])
def test_a_job_has_one_kind_of_time(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        jobs.periodic(**arguments)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
@needs_postgresql
def test_two_workers_run_a_job_once() -> None:
    ran = declare()
    assert sum(together(*[lambda: jobs.run_due(NOW)] * 4)) == 1
    assert len(ran) == 1
