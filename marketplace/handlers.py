"""The clock of the market, and what its people are told of it."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.jobs import periodic
from core.outbox import Event, Finish, handles
from core.permissions import SYSTEM, Actor
from inbox import operations as inbox_operations
from marketplace import operations, queries
from marketplace.models import EntryVersion, Need, ResourceOffer, VersionStatus


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


# -- telling ------------------------------------------------------------------------------
def _entry(event: Event) -> Need | ResourceOffer | None:
    return queries.entries_by_id(event.subject.kind, [event.subject.id]).get(event.subject.id)


def _tell(
    event: Event,
    entry: Need | ResourceOffer,
    code: str,
    to: inbox_operations.Recipients | None = None,
    deadline_at: datetime | None = None,
    **figures: Any,
) -> Finish:
    """The message to the owner's people (or to `to`), to be written with the mark "done"."""
    url = reverse(f"marketplace:{entry.KIND}-detail", args=[entry.number])
    return partial(
        _write,
        to=to or inbox_operations.organization(entry.organization_id),
        code=code,
        figures={"side": entry.KIND, "title": entry.title, **figures},
        by=Actor(user_id=int(event.actor.get("user_id") or 0), channel="system"),
        at=event.at,
        subject=event.subject,
        url=url,
        deadline_at=deadline_at,
        key=event.key,
    )


def _write(**message: Any) -> None:
    inbox_operations.tell(**message)


def _by_owner(actor: Mapping[str, Any], entry: Need | ResourceOffer) -> bool:
    """Whether the owner's own people did it (on the phone it was somebody else's hand)."""
    own = actor.get("organization_id") == entry.organization_id
    return own and actor.get("channel") != "phone"


@handles("need.posted", "resource.posted")
def tell_posted(event: Event) -> Finish | None:
    entry = _entry(event)
    if entry is None or _by_owner(event.actor, entry):
        return None
    return _tell(event, entry, "entry.posted")


@handles("need.returned", "resource.returned")
def tell_returned(event: Event) -> Finish | None:
    entry = _entry(event)
    return _tell(event, entry, "entry.returned", reason=entry.state_reason) if entry else None


@handles("need.changed", "resource.changed")
def tell_edit_approved(event: Event) -> Finish | None:
    entry = _entry(event) if "approved_edit" in event.facts else None
    return _tell(event, entry, "entry.edit_approved") if entry else None


@handles("need.edit_refused", "resource.edit_refused")
def tell_edit_refused(event: Event) -> Finish | None:
    entry = _entry(event)
    if entry is None:
        return None
    refused = EntryVersion.objects.filter(
        **{event.subject.kind: event.subject.id}, status=VersionStatus.REFUSED
    )
    last = refused.order_by("-no").first()
    return _tell(event, entry, "entry.edit_refused", reason=last.reason if last else "")


@handles("need.closing", "resource.closing")
def tell_closing(event: Event) -> Finish | None:
    entry = _entry(event)
    if entry is None or entry.closes_on is None:
        return None
    due = timezone.make_aware(datetime.combine(entry.closes_on, time(23, 59, 59)))
    return _tell(event, entry, "entry.closing", deadline_at=due, days=event.facts["days"])


@handles("need.closed", "resource.closed")
def tell_expired(event: Event) -> Finish | None:
    """Only what closed by itself: who withdraws knows it."""
    entry = _entry(event) if event.actor.get("channel") == SYSTEM.channel else None
    return _tell(event, entry, "entry.expired") if entry else None


@handles("need.taken_over", "resource.taken_over")
def tell_taken_over(event: Event) -> Finish | None:
    entry = _entry(event)
    registrar = User.objects.filter(pk=event.facts["registrar"], is_active=True)
    if entry is None or not registrar:
        return None
    return _tell(event, entry, "entry.taken_over", to=inbox_operations.people(registrar))
