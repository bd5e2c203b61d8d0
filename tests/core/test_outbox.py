from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from core import outbox
from core.models import AuditEvent, Delivery, NumberTicket, OutboxEvent
from core.outbox import Event
from core.ports import Subject
from tests.core.cases import COORDINATOR, NOW
from tests.database import needs_postgresql, together

pytestmark = pytest.mark.usefixtures("handlers")

SUBJECT = Subject("need", "XQ26-000001", 5, 2)


def publish(subject: Subject = SUBJECT, version: int = 1) -> OutboxEvent:
    return outbox.publish(
        "test.went", subject, by=COORDINATOR, at=NOW, facts={"n": 3}, version=version
    )


def effects() -> int:
    return NumberTicket.objects.count()


def leave_effect() -> None:
    NumberTicket.objects.create(prefix="E", at=NOW)


def register(inline: bool = False, version: int = 1) -> list[Event]:
    """A handler that leaves one row; returns the events it has seen."""
    seen: list[Event] = []

    def handler(event: Event) -> Callable[[], None]:
        seen.append(event)
        return leave_effect

    outbox.handles("test.went", inline=inline, version=version)(handler)
    return seen


def register_failing(times: int) -> list[int]:
    """A handler that fails so many times, then works."""
    calls: list[int] = []

    def handler(_event: Event) -> Callable[[], None]:
        calls.append(1)
        if len(calls) <= times:
            raise RuntimeError("the far side is down")
        return leave_effect

    outbox.handles("test.went")(handler)
    return calls


@pytest.mark.django_db(transaction=True)
def test_rolled_back_news_leaves_nothing() -> None:
    seen = register(inline=True)
    with transaction.atomic():
        publish()
        transaction.set_rollback(True)
    assert (OutboxEvent.objects.count(), Delivery.objects.count(), seen) == (0, 0, [])


@pytest.mark.django_db(transaction=True)
def test_inline_runs_right_after_commit_with_the_whole_envelope() -> None:
    seen = register(inline=True)
    with transaction.atomic():
        row = publish()
        assert seen == []
    delivery = Delivery.objects.get()
    assert seen == [
        Event(
            uid=row.uid,
            name="test.went",
            version=1,
            at=NOW,
            subject=SUBJECT,
            actor={
                "user_id": 7,
                "organization_id": 3,
                "channel": "web",
                "request_id": "request-1",
            },
            facts={"n": 3},
            key=f"{row.uid}:{delivery.handler}",
        )
    ]
    assert (delivery.status, effects()) == ("DONE", 1)


@pytest.mark.django_db
def test_what_is_not_inline_waits_for_the_worker(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    register()
    with django_capture_on_commit_callbacks(execute=True):
        publish()
    assert (Delivery.objects.get().status, effects()) == ("WAITING", 0)
    assert outbox.drain(NOW) == 1
    assert (Delivery.objects.get().status, effects()) == ("DONE", 1)
    assert outbox.drain(NOW) == 0


@pytest.mark.django_db
def test_failure_backs_off_then_dies_and_is_sent_again() -> None:
    calls = register_failing(outbox.MAX_TRIES)
    publish()
    at, waits = NOW, []
    for _try in range(outbox.MAX_TRIES):
        assert outbox.drain(at) == 0
        row = Delivery.objects.get()
        waits.append((row.available_at - at).total_seconds())
        assert row.last_error == "RuntimeError: the far side is down"
        assert outbox.claim(at) == []
        at = row.available_at
    assert waits == [2, 10, 60, 300, 1800, 7200, 7200, 7200]
    assert (row.status, row.tries, effects()) == ("DEAD", 8, 0)
    assert outbox.drain(at + timedelta(days=9)) == 0
    assert outbox.send_again([row.pk], by=COORDINATOR, at=at) == 1
    assert outbox.send_again([row.pk], by=COORDINATOR, at=at) == 0
    event = AuditEvent.objects.get()
    assert (event.act, event.actor_name, event.before["tries"]) == (
        "news.send_again",
        "周敏",
        8,
    )
    assert outbox.drain(at) == 1
    assert (Delivery.objects.get().status, effects(), len(calls)) == ("DONE", 1, 9)


@pytest.mark.django_db
def test_a_failing_write_leaves_none_of_its_writes() -> None:
    def handler(_event: Event) -> Callable[[], None]:
        def finish() -> None:
            leave_effect()
            raise RuntimeError("half-way")

        return finish

    outbox.handles("test.went")(handler)
    publish()
    assert outbox.drain(NOW) == 0
    assert effects() == 0
    assert Delivery.objects.get().last_error == "RuntimeError: half-way"


@pytest.mark.django_db
def test_unknown_and_newer_wait_visibly_and_do_not_stop_the_queue() -> None:
    register(version=1)
    for _n in range(25):
        publish(version=2)
    unknown = publish()
    Delivery.objects.filter(event=unknown).update(handler="gone.module.run:test.went")
    assert outbox.waiting_unknown() == 26
    publish()
    assert outbox.drain(NOW) == 1
    assert effects() == 1
    assert outbox.waiting_unknown() == 26
    assert Delivery.objects.filter(status="WAITING", tries=0).count() == 26


@pytest.mark.django_db
def test_a_lost_lease_rolls_back() -> None:
    register()
    publish()
    (mine,) = outbox.claim(NOW)
    assert outbox.claim(NOW + outbox.LEASE / 2) == []
    (theirs,) = outbox.claim(NOW + outbox.LEASE * 2)
    assert theirs.fence == mine.fence + 1
    assert outbox.deliver(mine, NOW) is False
    assert (effects(), Delivery.objects.get().status) == (0, "WAITING")
    assert outbox.deliver(theirs, NOW) is True
    assert effects() == 1
    assert outbox.deliver(mine, NOW) is False
    assert effects() == 1


@pytest.mark.django_db
def test_a_late_failure_does_not_touch_the_new_holders_work() -> None:
    register_failing(1)
    publish()
    (mine,) = outbox.claim(NOW)
    (theirs,) = outbox.claim(NOW + outbox.LEASE * 2)
    assert outbox.deliver(mine, NOW) is False
    row = Delivery.objects.get()
    assert (row.last_error, row.leased_until) == ("", theirs.leased_until)


@pytest.mark.django_db
def test_a_heartbeat_keeps_the_lease() -> None:
    register()
    publish()
    batch = outbox.claim(NOW)
    outbox.extend(batch, NOW + outbox.LEASE)
    assert outbox.claim(NOW + outbox.LEASE * 1.5) == []
    assert len(outbox.claim(NOW + outbox.LEASE * 3)) == 1


@pytest.mark.django_db
def test_a_handler_that_takes_its_worker_down_is_given_up() -> None:
    register()
    publish()
    at = NOW
    for _crash in range(outbox.MAX_TRIES):
        assert len(outbox.claim(at)) == 1
        at += outbox.LEASE * 2
    assert outbox.claim(at) == []
    row = Delivery.objects.get()
    assert (row.status, row.last_error) == ("DEAD", "the worker ended while at it, 8 times")


@pytest.mark.django_db
def test_lower_numbers_go_first() -> None:
    order: list[str] = []

    def make(name: str) -> outbox.Handler:
        def handler(_event: Event) -> None:
            order.append(name)

        handler.__name__ = name
        return handler

    outbox.handles("test.went", priority=90)(make("late"))
    outbox.handles("test.went", priority=10)(make("early"))
    publish()
    assert outbox.drain(NOW) == 2
    assert order == ["early", "late"]


@pytest.mark.django_db
def test_prune_forgets_only_what_is_old_and_done() -> None:
    register_failing(0)
    for _n in range(2):
        publish()
    outbox.drain(NOW)
    waiting = publish()
    OutboxEvent.objects.filter(pk=waiting.pk - 1).update(at=NOW + timedelta(days=40))
    outbox.prune(NOW + timedelta(days=30))
    assert list(OutboxEvent.objects.order_by("pk").values_list("pk", flat=True)) == [
        waiting.pk - 1,
        waiting.pk,
    ]


@pytest.mark.django_db(transaction=True)
@needs_postgresql
def test_two_workers_do_each_once() -> None:
    register()
    for n in range(60):
        publish(Subject("need", f"XQ26-{n:06d}", n + 1))

    def work() -> int:
        return outbox.drain(NOW)

    done = together(work, work, work)
    assert sum(done) == 60
    assert all(count > 0 for count in done)
    assert (effects(), Delivery.objects.filter(status="DONE").count()) == (60, 60)
