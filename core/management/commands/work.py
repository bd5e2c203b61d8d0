"""`manage.py work`: delivers events and runs periodic jobs until told to stop."""

import logging
import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from core import jobs
from core.worker import Heartbeat, LeaseWorker

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Deliver events and run periodic jobs; stop with SIGTERM or Ctrl-C. With AMQP_URL the work "
        "is handed to the processes of `manage.py fleet`."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="stop when nothing is ready")
        parser.add_argument("--poll", type=float, default=0.5, help="seconds between looks")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stopping = False
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        with Heartbeat("work") as heartbeat:
            worker = LeaseWorker(heartbeat)
            if settings.FLEET["url"]:
                from core.fleet import Feeder  # noqa: PLC0415 - needs the extra `fleet`

                worker = Feeder(heartbeat)
            jobs.ensure_rows(timezone.now())
            self.stdout.write("work: started")
            while not self.stopping:
                busy = self._round(worker)
                if options["once"] and not busy:
                    break
                if not busy:
                    time.sleep(options["poll"])
        self.stdout.write("work: stopped")

    def _stop(self, *_args: object) -> None:
        self.stopping = True

    def _round(self, worker: LeaseWorker) -> bool:
        try:
            close_old_connections()
            return worker.round(timezone.now())
        except Exception:  # the database may be away for a while; the next round tries again
            log.exception("worker round failed")
            time.sleep(2)
            return False
