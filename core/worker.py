"""The process behind the pages: delivers news, keeps the clocks, and says that it lives.

`LeaseWorker` needs nothing but the database. `core.fleet` hands the same rows to further
processes through a message broker; what is true stands in the rows either way.
"""

import logging
import os
import socket
import threading
from datetime import datetime
from types import TracebackType

from django.db import connection
from django.utils import timezone

from core import jobs, outbox
from core.models import Delivery, PeriodicJob, WorkerBeat

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 8.0


class Heartbeat(threading.Thread):
    """Says that the process lives, and extends its leases while a handler takes its time.

    Used with `with`: the first beat is there on entry, the row is gone on a clean exit.
    """

    def __init__(self, role: str) -> None:
        super().__init__(daemon=True, name="heartbeat")
        self.worker = f"{role} {socket.gethostname()}:{os.getpid()}"[:120]
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._batch: list[Delivery] = []
        self._job: PeriodicJob | None = None

    def __enter__(self) -> "Heartbeat":
        self.beat(timezone.now())
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self.join()
        WorkerBeat.objects.filter(name=self.worker).delete()

    def hold(self, batch: list[Delivery]) -> None:
        with self._lock:
            self._batch = list(batch)

    def hold_job(self, job: PeriodicJob | None) -> None:
        with self._lock:
            self._job = job

    def rest(self) -> None:
        """Nothing is in hand."""
        self.hold([])
        self.hold_job(None)

    def beat(self, at: datetime) -> None:
        with self._lock:
            batch, job = list(self._batch), self._job
        WorkerBeat.objects.update_or_create(
            name=self.worker,
            defaults={"seen_at": at},
            create_defaults={"started_at": at, "seen_at": at},
        )
        outbox.extend(batch, at)
        if job is not None:
            jobs.extend(job, at)

    def run(self) -> None:
        while not self._ended.wait(HEARTBEAT_SECONDS):
            try:
                self.beat(timezone.now())
            except Exception:  # a missed beat only means another worker may take over
                log.exception("heartbeat failed")
            finally:
                connection.close()


class LeaseWorker:
    """Takes what is ready from the database and does it in this process."""

    def __init__(self, heartbeat: Heartbeat) -> None:
        self.heartbeat = heartbeat

    def round(self, at: datetime) -> bool:
        """One look at the queue and the clock; whether there was anything to do."""
        try:
            ran = jobs.run_due(at, self.heartbeat.hold_job)
            self.heartbeat.hold_job(None)
            batch = outbox.claim(at)
            self.heartbeat.hold(batch)
            for delivery in batch:
                outbox.deliver(delivery, timezone.now())
        finally:
            self.heartbeat.rest()
        return bool(batch or ran)
