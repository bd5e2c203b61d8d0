"""Many workers behind a message broker: Celery on RabbitMQ, fed from the rows of `core.outbox`.

`AMQP_URL` switches it on. Then `manage.py work` hands over what is ready, and any number of
`manage.py fleet` processes do it. A message names rows and their fencing numbers, nothing else:

- The rows are the truth. A message that comes late, twice, or after its rows were given to
  somebody else finds another fencing number and is dropped.
- What was handed over and is not begun within `outbox.HANDED` is handed over anew, whatever
  happened to its message; what a dead worker had begun comes back when its lease runs out.
- While the broker is away, the feeder does the work itself.

Retries, their waiting times and dead letters are those of the rows: the staff page is the same.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from amqp.exceptions import AMQPError
from celery import Celery, Task
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from kombu.connection import Connection
from kombu.entity import Exchange, Queue
from kombu.exceptions import KombuError

from core import jobs, outbox
from core.health import Health
from core.outbox import Handed
from core.worker import Heartbeat, LeaseWorker

log = logging.getLogger(__name__)

PRIORITIES = 10
# Rows of one message: done by one worker one after the other, so few.
BATCH = 10
# Most rows that lie with the broker at a time: the rest waits in the database, where it is sorted.
HIGH_WATER = 2000
# How long the feeder works alone before it knocks at the broker again.
AWAY = timedelta(seconds=10)
# A periodic job that is due is announced again after this time, in case its message was lost.
ANNOUNCED = timedelta(seconds=60)
CONNECT_SECONDS = 4
TROUBLE = (KombuError, AMQPError, OSError)


def _make_app() -> Celery:
    app = Celery("gongyi")
    name = settings.FLEET["queue"]
    app.conf.update(
        broker_url=settings.FLEET["url"],
        broker_connection_timeout=CONNECT_SECONDS,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        # One process does one message at a time and cannot answer heartbeats meanwhile.
        broker_heartbeat=0,
        # A publish that returns was taken by the broker.
        broker_transport_options={"confirm_publish": True},
        task_queues=[
            Queue(  # type: ignore[no-untyped-call]
                name,
                Exchange(name, type="direct"),  # type: ignore[no-untyped-call]
                routing_key=name,
                queue_arguments={"x-max-priority": PRIORITIES},
            )
        ],
        task_default_queue=name,
        task_default_exchange=name,
        task_default_routing_key=name,
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_acks_late=True,
        task_publish_retry=False,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_enable_remote_control=False,
        timezone=settings.TIME_ZONE,
    )
    return app


app = _make_app()
# Of this process, while it is one of the fleet; the tasks run in its main thread.
_heartbeat: Heartbeat | None = None


def serve(heartbeat: Heartbeat) -> None:
    """Be one process of the fleet until SIGTERM; what is in hand then is finished."""
    global _heartbeat  # noqa: PLW0603 - a task is called by Celery, which hands nothing on
    _heartbeat = heartbeat
    worker = app.Worker(
        hostname=heartbeat.worker.replace(" ", "-"),
        pool_cls="solo",
        concurrency=1,
        loglevel=settings.LOG_LEVEL,
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()


@app.task(name="core.deliver")  # type: ignore[untyped-decorator]
def deliver(handed: list[tuple[int, int]]) -> None:
    """Do the rows of one message that are still this message's."""
    close_old_connections()
    batch = outbox.take(dict(handed), timezone.now())
    if _heartbeat is not None:
        _heartbeat.hold(batch)
    try:
        for delivery in batch:
            outbox.deliver(delivery, timezone.now())
    finally:
        if _heartbeat is not None:
            _heartbeat.rest()


@app.task(name="core.run_job")  # type: ignore[untyped-decorator]
def run_job(name: str) -> None:
    """Run one periodic job if it is still due and nobody is at it."""
    close_old_connections()
    try:
        jobs.run_due(timezone.now(), _heartbeat.hold_job if _heartbeat else None, only=[name])
    finally:
        if _heartbeat is not None:
            _heartbeat.rest()


class Feeder(LeaseWorker):
    """Hands what is ready to the fleet; does it itself while the broker is away."""

    def __init__(self, heartbeat: Heartbeat) -> None:
        super().__init__(heartbeat)
        self._away_until: datetime | None = None
        self._announced: dict[str, datetime] = {}

    def round(self, at: datetime) -> bool:
        if self._away_until is not None and at < self._away_until:
            return super().round(at)
        try:
            fed = self._feed(at)
        except TROUBLE as error:
            log.warning(
                "the message broker does not answer (%s: %s); this process does the work itself "
                "until it does. Look whether RabbitMQ runs and whether AMQP_URL names it.",
                type(error).__name__,
                error,
            )
            self._away_until = at + AWAY
            return super().round(at)
        if self._away_until is not None:
            log.warning("the message broker answers again; the fleet works on")
            self._away_until = None
        return fed

    def _feed(self, at: datetime) -> bool:
        for name in jobs.due(at):
            if at - self._announced.get(name, at - ANNOUNCED) >= ANNOUNCED:
                _send(run_job, [name], priority=PRIORITIES - 1)
                self._announced[name] = at
        handed = outbox.hand_over(at, limit=max(0, HIGH_WATER - outbox.in_hand(at)))
        _send_all(handed)
        return bool(handed)


def _send_all(handed: list[Handed]) -> None:
    """A message for every `BATCH` rows of a like priority; on trouble the rest is taken back."""
    left = list(handed)
    try:
        for priority, rows in groupby(handed, key=lambda row: _broker_priority(row.priority)):
            for batch in _batches(list(rows)):
                _send(deliver, [[(row.pk, row.fence) for row in batch]], priority=priority)
                left = left[len(batch) :]
    except TROUBLE:
        outbox.take_back(left)
        raise


def _batches(rows: list[Handed]) -> Iterable[list[Handed]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _broker_priority(priority: int) -> int:
    """Ours run from 0 (first) to 99, the broker's from 9 (first) to 0."""
    return PRIORITIES - 1 - min(max(priority, 0), 99) // PRIORITIES


def _send(task: Task, arguments: list[object], *, priority: int) -> None:
    task.apply_async(args=arguments, priority=priority, retry=False)


def broker(_at: datetime) -> Health:
    """The part of `/readyz`: whether the broker answers this process."""
    try:
        with Connection(settings.FLEET["url"], connect_timeout=1) as line:  # type: ignore[no-untyped-call]
            line.connect()
            return Health(ok=True, detail="answers", vital=False)
    except TROUBLE:
        return Health(ok=False, detail="does not answer; the feeder works alone", vital=False)
