"""`manage.py work`: delivers events and runs periodic jobs until told to stop."""

import logging
import os
import signal
import socket
import threading
import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection
from django.utils import timezone

from core import jobs, outbox
from core.models import Delivery, PeriodicJob, WorkerBeat

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 8.0


class Heartbeat(threading.Thread):
    """Says that the worker lives, and extends its leases while a handler takes its time."""

    def __init__(self, name: str) -> None:
        super().__init__(daemon=True, name="heartbeat")
        self.worker = name
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._batch: list[Delivery] = []
        self._job: PeriodicJob | None = None

    def hold(self, batch: list[Delivery]) -> None:
        with self._lock:
            self._batch = list(batch)

    def hold_job(self, job: PeriodicJob | None) -> None:
        with self._lock:
            self._job = job

    def stop(self) -> None:
        self._ended.set()

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


class Command(BaseCommand):
    help = "Deliver events and run periodic jobs; stop with SIGTERM or Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="stop when nothing is ready")
        parser.add_argument("--poll", type=float, default=0.5, help="seconds between looks")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = False
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        heartbeat = Heartbeat(f"{socket.gethostname()}:{os.getpid()}"[:120])
        heartbeat.beat(timezone.now())
        heartbeat.start()
        jobs.ensure_rows(timezone.now())
        self.stdout.write("work: started")
        while not self.stopping:
            busy = self._round(heartbeat)
            if options["once"] and not busy:
                break
            if not busy:
                time.sleep(options["poll"])
        heartbeat.stop()
        heartbeat.join()
        WorkerBeat.objects.filter(name=heartbeat.worker).delete()
        self.stdout.write("work: stopped")

    def _stop(self, *_args: object) -> None:
        self.stopping = True

    def _round(self, heartbeat: Heartbeat) -> bool:
        """One look at the queue and the clock; whether there was anything to do."""
        try:
            close_old_connections()
            now = timezone.now()
            ran = jobs.run_due(now, heartbeat.hold_job)
            heartbeat.hold_job(None)
            batch = outbox.claim(now)
            heartbeat.hold(batch)
            for delivery in batch:
                outbox.deliver(delivery, timezone.now())
        except Exception:  # the database may be away for a while; the next round tries again
            log.exception("worker round failed")
            time.sleep(2)
            return False
        finally:
            heartbeat.hold([])
            heartbeat.hold_job(None)
        return bool(batch or ran)
