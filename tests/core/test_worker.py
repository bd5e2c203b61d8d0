"""`manage.py work` as a process of its own, killed for real."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from core import outbox
from core.models import Delivery, NumberTicket, PeriodicJob, WorkerBeat
from core.outbox import Registration
from core.ports import Subject
from tests.core.cases import COORDINATOR
from tests.core.probe.handlers import slow
from tests.database import ROOT, environment

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("handlers")]


def start(folder: Path, *words: str, **more: str) -> "subprocess.Popen[str]":
    env = environment("tests.core.worker_settings", PROBE_DIR=str(folder), **more)
    return subprocess.Popen(
        [sys.executable, "manage.py", "work", "--poll", "0.1", *words],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def until(true: Callable[[], object], worker: "subprocess.Popen[str]") -> None:
    end = time.monotonic() + 90
    while not true():
        if worker.poll() is not None:
            raise AssertionError(f"the worker ended by itself: {worker.communicate()[0]}")
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.05)


def publish(count: int = 1) -> None:
    outbox.handles("probe.went")(slow)
    for n in range(1, count + 1):
        outbox.publish(
            "probe.went", Subject("need", f"P-{n}", n), by=COORDINATOR, at=timezone.now()
        )


@pytest.mark.parametrize("moment", ["compute", "finish"])
def test_killed_at_work_the_effect_happens_once(moment: str, tmp_path: Path) -> None:
    publish()
    victim = start(tmp_path, PROBE_AT=moment, PROBE_PAUSE="60")
    try:
        until(lambda: list(tmp_path.glob("at-*")), victim)
    finally:
        os.kill(victim.pid, signal.SIGKILL)
        victim.communicate(timeout=20)
    row = Delivery.objects.get()
    assert (row.status, row.tries, NumberTicket.objects.count()) == ("WAITING", 1, 0)
    assert row.leased_until is not None
    assert row.leased_until > timezone.now()
    # The lease would run out by itself after half a minute; the test does not wait for it.
    Delivery.objects.update(leased_until=timezone.now())
    second = start(tmp_path, "--once")
    said, _none = second.communicate(timeout=60)
    assert second.returncode == 0, said
    assert NumberTicket.objects.filter(prefix="E1").count() == 1
    row.refresh_from_db()
    assert (row.status, row.tries) == ("DONE", 2)


def test_two_workers_and_a_clean_stop(tmp_path: Path) -> None:
    publish(30)
    workers = [start(tmp_path), start(tmp_path)]
    try:
        until(lambda: not Delivery.objects.exclude(status="DONE").exists(), workers[0])
        until(lambda: WorkerBeat.objects.count() == 2, workers[1])
    finally:
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        said = [worker.communicate(timeout=30)[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], said
    assert all("work: stopped" in text for text in said)
    effects = list(NumberTicket.objects.order_by("prefix").values_list("prefix", flat=True))
    assert sorted(effects) == sorted(f"E{n}" for n in range(1, 31))
    assert WorkerBeat.objects.count() == 0
    assert PeriodicJob.objects.filter(last_done_at__isnull=False).exists()


def test_the_probe_is_known_under_one_name() -> None:
    publish()
    name = Delivery.objects.get().handler
    assert isinstance(outbox.registrations()[name], Registration)
    assert name == "tests.core.probe.handlers.slow:probe.went"
