"""Periodic jobs: declared beside the code they run, kept on time by a row each."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from core.errors import Sentence
from core.models import PeriodicJob

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
# A failed job does not wait for tomorrow.
RETRY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Job:
    """`run(at)` every `every`, or daily at `daily` (local time); `label` is what staff read."""

    name: str
    run: Callable[[datetime], object]
    every: timedelta | None = None
    daily: time | None = None
    label: Sentence = ""

    def after(self, at: datetime) -> datetime:
        if self.every is not None:
            return at + self.every
        local = timezone.localtime(at)
        assert self.daily is not None
        due = local.replace(hour=self.daily.hour, minute=self.daily.minute, second=0, microsecond=0)
        return due if due > local else due + timedelta(days=1)


_jobs: dict[str, Job] = {}

Run = Callable[[datetime], object]


def periodic(
    *, every: timedelta | None = None, daily: time | None = None, label: Sentence = ""
) -> Callable[[Run], Run]:
    """Register a job; exactly one of `every` and `daily`. A job must be safe to run twice."""
    if (every is None) == (daily is None):
        raise ValueError("give exactly one of every and daily")

    def register(run: Run) -> Run:
        name = f"{run.__module__}.{run.__name__}"
        _jobs[name] = Job(name, run, every, daily, label)
        return run

    return register


def jobs() -> dict[str, Job]:
    return dict(_jobs)


def _due(at: datetime) -> QuerySet[PeriodicJob]:
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=at)
    return PeriodicJob.objects.filter(free, name__in=_jobs, due_at__lte=at)


def due(at: datetime) -> list[str]:
    """Names of the jobs that are due and that nobody is at."""
    return list(_due(at).order_by("due_at").values_list("name", flat=True))


def _claim(at: datetime, only: Collection[str]) -> PeriodicJob | None:
    with transaction.atomic():
        rows = _due(at)
        if only:
            rows = rows.filter(name__in=only)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        row = rows.order_by("due_at").first()
        if row is None:
            return None
        row.leased_until, row.last_started_at = at + LEASE, at
        row.fence += 1
        row.save(update_fields=["leased_until", "last_started_at", "fence"])
    return row


def ensure_rows(at: datetime) -> None:
    """A row for each declared job; a new one is due at once."""
    present = set(PeriodicJob.objects.values_list("name", flat=True))
    PeriodicJob.objects.bulk_create(
        [PeriodicJob(name=name, due_at=at) for name in _jobs if name not in present],
        ignore_conflicts=True,
    )


def extend(row: PeriodicJob, at: datetime) -> None:
    """Heartbeat: keep the lease of a job that takes longer than one lease."""
    PeriodicJob.objects.filter(pk=row.pk, fence=row.fence, leased_until__isnull=False).update(
        leased_until=at + LEASE
    )


def run_due(
    at: datetime,
    hold: Callable[[PeriodicJob], object] | None = None,
    *,
    only: Collection[str] = (),
) -> int:
    """Run every job that is due (of `only`, if given), one process at a time each.

    Returns how many ran. `hold` is told of each claimed row, so that a heartbeat can extend its
    lease.
    """
    ran = 0
    while row := _claim(at, only):
        if hold:
            hold(row)
        job, failure = _jobs[row.name], ""
        try:
            job.run(at)
        except Exception as error:  # the worker's boundary: recorded, tried again soon
            log.exception("periodic job %s failed", job.name)
            failure = f"{type(error).__name__}: {error}"[:2000]
        PeriodicJob.objects.filter(pk=row.pk, fence=row.fence).update(
            leased_until=None,
            due_at=min(job.after(at), at + RETRY) if failure else job.after(at),
            last_error=failure,
            last_done_at=F("last_done_at") if failure else timezone.now(),
        )
        ran += 1
    return ran
