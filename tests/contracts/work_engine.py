"""What holds for every engine that delivers news: the lease worker and the fleet behind a broker.

A test module subclasses `WorkEngineContract` and gives the fixture `engine`. The programs are
real ones, on the test's own database, and are killed for real.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import outbox
from core.models import Delivery, NumberTicket, OutboxEvent, PeriodicJob, WorkerBeat
from core.outbox import Registration
from core.ports import Subject
from tests.core.cases import COORDINATOR
from tests.core.probe.handlers import register
from tests.database import ROOT, environment
from tests.factories import accounts as make

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PATIENCE = 90  # seconds


class Engine:
    """The programs of one engine. `feeders` hand over, `workers` do; here both are one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[str]] = []

    def variables(self) -> dict[str, str]:
        return {}

    def start(self, count: int = 1, **more: str) -> None:
        """Start `count` processes that do the work."""
        for _number in range(count):
            self.run("work", "--poll", "0.1", **more)

    def queue_up(self) -> None:
        """Where something lies between rows and workers: let everything be handed over now."""

    def run(self, *words: str, **more: str) -> "subprocess.Popen[str]":
        env = environment(
            "tests.core.worker_settings",
            PROBE_DIR=str(self.folder),
            **{**self.variables(), **more},
        )
        log = (self.folder / f"log-{len(self.processes)}").open("w", encoding="utf-8")
        with log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", *words],
                cwd=ROOT,
                env=env,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
            )
        self.processes.append(process)
        return process

    def said(self) -> str:
        return "\n".join(
            path.read_text(encoding="utf-8") for path in sorted(self.folder.glob("log-*"))
        )

    def until(self, true: Callable[[], object], *, dying: int = 0) -> None:
        """Wait for it; `dying` is the process that may have ended."""
        end = time.monotonic() + PATIENCE
        while not true():
            ended = [p for p in self.processes if p.poll() is not None and p.pid != dying]
            if ended or time.monotonic() > end:
                raise AssertionError(f"waited in vain; the programs said:\n{self.said()}")
            time.sleep(0.05)

    def stop(self) -> list[int]:
        """End everything as a supervisor does; the exit statuses."""
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        return [process.wait(timeout=40) for process in self.processes]

    def kill(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait(timeout=20)


def publish(count: int = 1, name: str = "probe.went", start: int = 1) -> None:
    register()
    for n in range(start, start + count):
        outbox.publish(name, Subject("need", f"P-{n}", n), by=COORDINATOR, at=timezone.now())


def effects() -> list[str]:
    """What the handlers left, in the order in which they left it."""
    left = NumberTicket.objects.filter(prefix__startswith="E").order_by("id")
    return list(left.values_list("prefix", flat=True))


def all_done() -> bool:
    return not Delivery.objects.exclude(status="DONE").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("handlers")
class WorkEngineContract:
    def test_what_is_rolled_back_is_never_done(self, engine: Engine) -> None:
        register()
        with transaction.atomic():
            publish(3)
            transaction.set_rollback(True)
        publish(1, start=9)
        engine.start()
        engine.until(all_done)
        assert engine.stop() == [0] * len(engine.processes), engine.said()
        assert effects() == ["E9"]

    @pytest.mark.parametrize("moment", ["compute", "finish"])
    def test_killed_at_work_the_effect_happens_once(self, moment: str, engine: Engine) -> None:
        publish()
        engine.start(PROBE_AT=moment, PROBE_PAUSE="60")
        engine.until(lambda: list(engine.folder.glob("at-*")))
        (at,) = engine.folder.glob("at-*")
        victim = int(at.name.removeprefix("at-"))
        os.kill(victim, signal.SIGKILL)
        row = Delivery.objects.get()
        assert (row.status, row.tries, effects()) == ("WAITING", 1, [])
        assert row.leased_until is not None
        assert row.leased_until > timezone.now()
        # The lease would run out by itself after half a minute; the test does not wait for it.
        Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        engine.start()
        engine.until(all_done, dying=victim)
        row.refresh_from_db()
        assert (row.status, row.tries, effects()) == ("DONE", 2, ["E1"])

    def test_what_is_urgent_goes_first(self, engine: Engine) -> None:
        publish(2, "probe.last", start=1)
        publish(2, "probe.went", start=3)
        publish(2, "probe.first", start=5)
        engine.queue_up()
        engine.start()
        engine.until(all_done)
        assert effects() == ["E5", "E6", "E3", "E4", "E1", "E2"]

    def test_a_failure_waits_and_is_tried_again(self, engine: Engine) -> None:
        publish()
        engine.start(PROBE_FAILS="1")
        engine.until(lambda: list(engine.folder.glob("failed-*")))
        engine.until(all_done)
        row = Delivery.objects.get()
        assert (row.status, row.tries, effects()) == ("DONE", 2, ["E1"])
        assert row.done_at is not None
        assert row.done_at - row.event.at >= timedelta(seconds=outbox.BACK_OFF[0])

    def test_the_dead_are_seen_by_staff_and_sent_again(self, engine: Engine) -> None:
        publish()
        Delivery.objects.update(tries=outbox.MAX_TRIES - 1)
        engine.start(PROBE_FAILS="1")
        engine.until(lambda: Delivery.objects.filter(status="DEAD").exists())
        user = make.make_user()
        make.make_role_grant(user, "COORDINATOR")
        staff = Client()
        staff.force_login(user, backend=BACKEND)
        assert "RuntimeError: 没连上" in staff.get(reverse("core:outbox")).content.decode()
        row = Delivery.objects.get(status="DEAD")
        staff.post(reverse("core:outbox-send-again"), {"delivery": str(row.pk)})
        engine.until(lambda: Delivery.objects.filter(pk=row.pk, status="DONE").exists())
        assert effects() == ["E1"]

    def test_many_workers_do_everything_once_and_stop_cleanly(self, engine: Engine) -> None:
        publish(60)
        engine.start(2)
        engine.until(all_done)
        engine.until(lambda: PeriodicJob.objects.filter(last_done_at__isnull=False).exists())
        beats = len(engine.processes)
        engine.until(lambda: WorkerBeat.objects.count() == beats)
        assert engine.stop() == [0] * beats, engine.said()
        assert sorted(effects()) == sorted(f"E{n}" for n in range(1, 61))
        assert WorkerBeat.objects.count() == 0

    def test_news_from_a_newer_version_wait_and_stop_nobody(self, engine: Engine) -> None:
        publish(2)
        newer = Delivery.objects.order_by("id").first()
        assert newer is not None
        OutboxEvent.objects.filter(pk=newer.event_id).update(version=2)
        engine.start()
        engine.until(lambda: effects() == ["E2"])
        newer.refresh_from_db()
        assert (newer.status, newer.tries) == ("WAITING", 0)
        assert outbox.waiting_unknown() == 1

    def test_the_probe_is_known_under_one_name(self) -> None:
        publish()
        name = Delivery.objects.get().handler
        assert isinstance(outbox.registrations()[name], Registration)
        assert name == "tests.core.probe.handlers.slow:probe.went"
