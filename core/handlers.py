"""Periodic jobs of the ground floor itself."""

from datetime import datetime, time, timedelta

from django.utils.translation import gettext_lazy as _

from core import audit, outbox
from core.jobs import periodic
from core.models import RateBucket, Submission, WorkerBeat


@periodic(every=timedelta(seconds=5), label=_("给新的操作记录编号加封"))
def seal_audit(at: datetime) -> None:
    while audit.seal(at) == audit.SEAL_BATCH:
        pass


@periodic(daily=time(3, 10), label=_("查漏：给迟到的操作记录加封"))
def seal_late_audit(at: datetime) -> None:
    """The full pass: rows that a very long transaction committed below the window."""
    while audit.seal(at, window=None) == audit.SEAL_BATCH:
        pass


@periodic(daily=time(3, 30), label=_("清理过期的内部记录"))
def forget_old(at: datetime) -> None:
    """Done events after 30 days, taken forms after 7, full buckets and silent workers after 1."""
    outbox.prune(at - timedelta(days=30))
    Submission.objects.filter(at__lt=at - timedelta(days=7)).delete()
    RateBucket.objects.filter(at__lt=at - timedelta(days=1)).delete()
    WorkerBeat.objects.filter(seen_at__lt=at - timedelta(days=1)).delete()


class TrailBroken(Exception):
    """The audit trail does not verify; the message lists the faults."""


@periodic(daily=time(4, 0), label=_("核对全部操作记录"))
def verify_audit(_at: datetime) -> None:
    """The nightly proof; a fault stays on the jobs page and the audit page until it is gone."""
    faults = audit.verify().faults
    if faults:
        raise TrailBroken("; ".join(faults[:10]))
