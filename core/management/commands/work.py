"""`manage.py work`: delivers events and runs periodic jobs until told to stop."""

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection
from django.utils import timezone

from core import jobs, outbox
from core.models import Delivery

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 8.0


class Heartbeat(threading.Thread):
    """Extends the leases of the batch in hand while a handler takes its time."""

    def __init__(self) -> None:
        super().__init__(daemon=True, name="heartbeat")
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._batch: list[Delivery] = []

    def hold(self, batch: list[Delivery]) -> None:
        with self._lock:
            self._batch = list(batch)

    def stop(self) -> None:
        self._stop.set()

    def run(self) -> None:
        while not self._stop.wait(HEARTBEAT_SECONDS):
            with self._lock:
                batch = list(self._batch)
            try:
                outbox.extend(batch, timezone.now())
            except Exception:  # noqa: BLE001 - a missed beat only means another worker may take over
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
        heartbeat = Heartbeat()
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
        self.stdout.write("work: stopped")

    def _stop(self, *_args: object) -> None:
        self.stopping = True

    def _round(self, heartbeat: Heartbeat) -> bool:
        """One look at the queue and the clock; whether there was anything to do."""
        try:
            close_old_connections()
            now = timezone.now()
            ran = jobs.run_due(now)
            batch = outbox.claim(now)
            heartbeat.hold(batch)
            for delivery in batch:
                outbox.deliver(delivery, timezone.now())
        except Exception:  # noqa: BLE001 - the database may be away for a while; the next round tries again
            log.exception("worker round failed")
            time.sleep(2)
            return False
        finally:
            heartbeat.hold([])
        return bool(batch or ran)
