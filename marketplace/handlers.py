"""The clock of the market: deadlines come near, entries close by themselves."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from core.jobs import periodic
from core.outbox import Event, Finish, handles
from marketplace import operations
from marketplace.models import Need, ResourceOffer


@periodic(every=timedelta(minutes=10))
def close_expired(at: datetime) -> None:
    for model in (Need, ResourceOffer):
        while operations.expire_due(model, at) == 500:
            pass


@periodic(daily=time(8, 0))
def remind_before_deadlines(at: datetime) -> None:
    for model in (Need, ResourceOffer):
        while operations.remind_due(model, at) >= 500:
            pass


@handles("import.confirmed")
def run_confirmed_import(event: Event) -> Finish | None:
    """Bring the rows in; a worker that ends half-way leaves the rest to the next one."""
    operations.run_import(event.subject.id, at=timezone.now())
    return None
