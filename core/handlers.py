"""Periodic jobs of the ground floor itself."""

from datetime import datetime, time, timedelta

from core import audit, outbox
from core.jobs import periodic
from core.models import RateBucket, Submission


@periodic(every=timedelta(seconds=5))
def seal_audit(at: datetime) -> None:
    while audit.seal(at) == audit.SEAL_BATCH:
        pass


@periodic(daily=time(3, 10))
def seal_late_audit(at: datetime) -> None:
    """The full pass: rows that a very long transaction committed below the window."""
    while audit.seal(at, window=None) == audit.SEAL_BATCH:
        pass


@periodic(daily=time(3, 30))
def forget_old(at: datetime) -> None:
    """Done events after 30 days, taken forms after 7, full buckets after 1."""
    outbox.prune(at - timedelta(days=30))
    Submission.objects.filter(at__lt=at - timedelta(days=7)).delete()
    RateBucket.objects.filter(at__lt=at - timedelta(days=1)).delete()
