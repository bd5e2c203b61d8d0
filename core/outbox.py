"""News: events written with the act, delivered after commit, done once in effect.

`publish` writes the event and one delivery per handler in the caller's transaction: what is
rolled back leaves nothing. Handlers marked inline are tried right after commit in the same
process (index, suggestions); everything else, and whatever failed inline, waits for
`manage.py work`. A delivery is claimed with a lease and a fencing number; a handler's writes
and the mark "done" share one transaction, so a worker killed at any point makes the effect
happen once. Effects outside the database must use `Event.key` as their idempotency key.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from core import audit, logs
from core.models import Delivery, OutboxEvent
from core.permissions import Actor
from core.ports import Subject

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
# How long a delivery may lie with a message broker before it is handed over anew.
HANDED = timedelta(seconds=60)
MAX_TRIES = 8
# Seconds before the next try; the last value repeats until MAX_TRIES.
BACK_OFF = (2, 10, 60, 300, 1800, 7200)

Finish = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Event:
    """What a handler gets: the envelope, and `key`, unique per delivery and stable over tries."""

    uid: UUID
    name: str
    version: int
    at: datetime
    subject: Subject
    actor: Mapping[str, Any]
    facts: Mapping[str, Any]
    key: str


Handler = Callable[[Event], Finish | None]


@dataclass(frozen=True, slots=True)
class Registration:
    name: str
    event: str
    version: int
    inline: bool | Callable[[], bool]
    priority: int
    run: Handler

    def is_inline(self) -> bool:
        return self.inline if isinstance(self.inline, bool) else self.inline()


# On while a loader writes many acts and afterwards rebuilds what inline handlers would have made.
_inline_held: ContextVar[bool] = ContextVar("inline_held", default=False)

_by_event: dict[str, list[Registration]] = {}
_by_name: dict[str, Registration] = {}


def handles(
    *events: str,
    version: int = 1,
    inline: bool | Callable[[], bool] = False,
    priority: int = 50,
) -> Callable[[Handler], Handler]:
    """Register a handler for events up to `version` (lower priority numbers go first).

    The handler runs outside a transaction, so that it may compute at leisure; it returns a
    callable with its writes (or None), which runs in the transaction that marks the delivery
    done. A handler that only writes can do so in the returned callable. `inline` may be asked at
    each publication: what takes long on a large installation is then left to the worker.
    """

    def register(run: Handler) -> Handler:
        for event in events:
            name = f"{run.__module__}.{run.__name__}:{event}"
            registration = Registration(name, event, version, inline, priority, run)
            if name not in _by_name:
                _by_event.setdefault(event, []).append(registration)
            _by_name[name] = registration
        return run

    return register


def registrations() -> dict[str, Registration]:
    return dict(_by_name)


def publish(
    name: str,
    subject: Subject,
    *,
    by: Actor,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    version: int = 1,
) -> OutboxEvent:
    """Write the event in the current transaction. `facts` hold ids and numbers only."""
    event = OutboxEvent.objects.create(
        name=name,
        version=version,
        at=at,
        actor={
            "user_id": by.user_id,
            "organization_id": by.organization_id,
            "channel": by.channel,
            "request_id": by.request_id,
        },
        subject_kind=subject.kind,
        subject_id=subject.id,
        subject_number=subject.number,
        subject_version=subject.version,
        facts=dict(facts or {}),
    )
    known = _by_event.get(name, [])
    deliveries = Delivery.objects.bulk_create(
        [Delivery(event=event, handler=r.name, priority=r.priority, available_at=at) for r in known]
    )
    inline = (
        []
        if _inline_held.get()
        else [d.pk for d, r in zip(deliveries, known, strict=True) if r.is_inline()]
    )
    if inline:
        # Robust: the act is committed; trouble with its news must not become an error page.
        transaction.on_commit(lambda: run_inline(inline), robust=True)
    return event


@contextmanager
def holding_inline() -> Iterator[None]:
    """Leave inline deliveries waiting instead of trying them after each commit."""
    token = _inline_held.set(True)
    try:
        yield
    finally:
        _inline_held.reset(token)


def settle(handlers: Iterable[str], at: datetime) -> int:
    """Mark waiting deliveries of these handlers done: what they make was made another way."""
    return Delivery.objects.filter(
        status=Delivery.State.WAITING, handler__in=list(handlers)
    ).update(status=Delivery.State.DONE, done_at=at, leased_until=None)


def run_inline(delivery_ids: Iterable[int]) -> None:
    """Try these deliveries now; a failure is logged and left to the worker."""
    at = timezone.now()
    for pk in delivery_ids:
        claimed = claim(at, limit=1, only=[pk])
        for delivery in claimed:
            deliver(delivery, at)


def _ready(at: datetime) -> Q:
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=at)
    return Q(status=Delivery.State.WAITING, available_at__lte=at) & free


def claim(at: datetime, *, limit: int = 20, only: list[int] | None = None) -> list[Delivery]:
    """Lease up to `limit` ready deliveries that this process knows how to handle.

    Events of a name or version unknown here stay waiting, visible to staff: a newer process
    may handle them. Other workers' leased rows are skipped, not waited for.
    """
    with transaction.atomic():
        rows = Delivery.objects.filter(_ready(at) & _handled()).select_related("event")
        if only is not None:
            rows = rows.filter(pk__in=only)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        found = list(rows.order_by("priority", "available_at", "id")[:limit])
        return _lease(found, at)


def _lease(rows: list[Delivery], at: datetime) -> list[Delivery]:
    """Take locked rows for this process; returns those that it is to deliver."""
    for row in rows:
        row.fence += 1
        _take(row, at)
    Delivery.objects.bulk_update(rows, ["fence", "tries", "status", "leased_until", "last_error"])
    return [row for row in rows if row.status == Delivery.State.WAITING]


def _take(row: Delivery, at: datetime) -> None:
    """Lease a row, or give it up when every try so far ended with its worker gone.

    A handler that takes its process down leaves no failure behind, only used-up tries.
    """
    if row.tries >= MAX_TRIES:
        row.status, row.leased_until = Delivery.State.DEAD, None
        row.last_error = row.last_error or f"the worker ended while at it, {row.tries} times"
        return
    row.tries += 1
    row.leased_until = at + LEASE


@dataclass(frozen=True, slots=True)
class Handed:
    """A delivery handed to a broker; whoever shows this fencing number may begin it."""

    pk: int
    fence: int
    priority: int


def hand_over(at: datetime, *, limit: int) -> list[Handed]:
    """Lease up to `limit` ready deliveries to a broker for `HANDED`, in the order of the queue."""
    with transaction.atomic():
        rows = Delivery.objects.filter(_ready(at) & _handled())
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        found = list(rows.order_by("priority", "available_at", "id")[:limit])
        for row in found:
            row.fence, row.leased_until = row.fence + 1, at + HANDED
        Delivery.objects.bulk_update(found, ["fence", "leased_until"], batch_size=500)
    return [Handed(row.pk, row.fence, row.priority) for row in found]


def in_hand(at: datetime) -> int:
    """How many deliveries are leased now, to a process or to a broker."""
    waiting = Delivery.objects.filter(status=Delivery.State.WAITING)
    return waiting.filter(leased_until__gte=at).count()


def take(handed: Mapping[int, int], at: datetime) -> list[Delivery]:
    """Begin what a message names (row: fencing number), as far as it is still the message's."""
    with transaction.atomic():
        rows = Delivery.objects.filter(_handled(), pk__in=handed, status=Delivery.State.WAITING)
        rows = rows.select_related("event").select_for_update(of=("self",))
        found = [row for row in rows.order_by("id") if row.fence == handed[row.pk]]
        return _lease(sorted(found, key=lambda row: (row.priority, row.available_at, row.pk)), at)


def take_back(handed: Sequence[Handed]) -> None:
    """Free deliveries that a broker did not accept."""
    for row in handed:
        Delivery.objects.filter(pk=row.pk, fence=row.fence, status=Delivery.State.WAITING).update(
            leased_until=None
        )


def _handled() -> Q:
    """Deliveries that this process knows: the handler, and no newer version of the event."""
    by_version: dict[int, list[str]] = {}
    for name, registration in _by_name.items():
        by_version.setdefault(registration.version, []).append(name)
    known = Q(pk__in=[])
    for version, names in by_version.items():
        known |= Q(handler__in=names, event__version__lte=version)
    return known


class LeaseLost(Exception):
    """Another worker has taken the delivery over; this one's writes are rolled back."""


def as_event(delivery: Delivery) -> Event:
    row = delivery.event
    subject = Subject(row.subject_kind, row.subject_number, row.subject_id, row.subject_version)
    return Event(
        uid=row.uid,
        name=row.name,
        version=row.version,
        at=row.at,
        subject=subject,
        actor=row.actor,
        facts=row.facts,
        key=f"{row.uid}:{delivery.handler}",
    )


def deliver(delivery: Delivery, at: datetime) -> bool:
    """Run one claimed delivery; True when done. A failure is recorded for another try."""
    with logs.about(str(delivery.event.actor.get("request_id", ""))):
        return _deliver(delivery, at)


def _deliver(delivery: Delivery, at: datetime) -> bool:
    run = _by_name[delivery.handler].run
    try:
        finish = run(as_event(delivery))
        with transaction.atomic():
            if finish is not None:
                finish()
            _mark_done(delivery, at)
    except LeaseLost:
        log.warning("delivery %s: lease lost, effect left to its new holder", delivery.pk)
        return False
    except Exception as error:  # the worker's boundary: recorded, tried again
        log.exception("delivery %s (%s) failed", delivery.pk, delivery.handler)
        _mark_failed(delivery, at, error)
        return False
    return True


def _mark_done(delivery: Delivery, at: datetime) -> None:
    changed = Delivery.objects.filter(pk=delivery.pk, fence=delivery.fence).update(
        status=Delivery.State.DONE, done_at=at, leased_until=None, last_error=""
    )
    if changed != 1:
        raise LeaseLost


def _mark_failed(delivery: Delivery, at: datetime, error: Exception) -> None:
    dead = delivery.tries >= MAX_TRIES
    wait = BACK_OFF[min(delivery.tries, len(BACK_OFF)) - 1]
    Delivery.objects.filter(pk=delivery.pk, fence=delivery.fence).update(
        status=Delivery.State.DEAD if dead else Delivery.State.WAITING,
        available_at=at + timedelta(seconds=wait),
        leased_until=None,
        last_error=f"{type(error).__name__}: {error}"[:2000],
    )


def extend(deliveries: Iterable[Delivery], at: datetime) -> None:
    """Heartbeat: keep the leases of work that takes longer than one lease."""
    for delivery in deliveries:
        Delivery.objects.filter(
            pk=delivery.pk, fence=delivery.fence, status=Delivery.State.WAITING
        ).update(leased_until=at + LEASE)


@transaction.atomic
def send_again(delivery_ids: Iterable[int], *, by: Actor, at: datetime) -> int:
    """Put dead deliveries back into the queue, audited one by one; returns how many."""
    rows = Delivery.objects.filter(pk__in=list(delivery_ids), status=Delivery.State.DEAD)
    sent = list(rows.select_related("event").select_for_update(of=("self",)).order_by("id"))
    for row in sent:
        audit.record(
            Subject("news", row.event.subject_number, row.pk),
            "news.send_again",
            by=by,
            at=at,
            before={"tries": row.tries, "last_error": row.last_error},
            after={"handler": row.handler},
        )
        row.status, row.tries, row.available_at = Delivery.State.WAITING, 0, at
        row.leased_until = None
    Delivery.objects.bulk_update(sent, ["status", "tries", "available_at", "leased_until"])
    return len(sent)


def drain(at: datetime | None = None, *, rounds: int = 1000) -> int:
    """Deliver everything that is ready now, in this process; returns how many were done."""
    done = 0
    for _round in range(rounds):
        now = at or timezone.now()
        batch = claim(now)
        if not batch:
            break
        done += sum(deliver(delivery, now) for delivery in batch)
    return done


def prune(before: datetime) -> int:
    """Forget events whose deliveries are all done and old (they are not the audit trail)."""
    open_events = Delivery.objects.exclude(status=Delivery.State.DONE).values("event_id")
    deleted, _rows = OutboxEvent.objects.filter(at__lt=before).exclude(pk__in=open_events).delete()
    return deleted


def unknown() -> QuerySet[Delivery]:
    """Deliveries that wait for a process that knows their handler or version."""
    return Delivery.objects.filter(Q(status=Delivery.State.WAITING) & ~_handled())


def waiting_unknown() -> int:
    return unknown().count()
