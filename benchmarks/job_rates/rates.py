"""`python -m benchmarks.job_rates.rates [--fleet N]`: jobs a second on the database that is set.

Every job is an event with one delivery, published and delivered as the product does it. Published
twice: all in one transaction, and each in its own, as acts do. Delivered by the lease worker in this
process; with `--fleet N` by a feeder and N processes behind the broker that AMQP_URL names, the
clock running from the first job done to the last.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.tables import at_least

GOALS = {"sqlite": 2500.0, "postgresql": 140.0}
"""Jobs a second of the lease worker, by the database."""
FLEET_GOAL = 600.0
_PATIENCE = 300.0


def publish(jobs: int, *, together: bool) -> float:
    """Jobs a second."""
    from django.db import transaction  # noqa: PLC0415 - Django is set up by now
    from django.utils import timezone  # noqa: PLC0415

    from benchmarks.job_rates.apps import JOB  # noqa: PLC0415
    from core import outbox  # noqa: PLC0415
    from core.permissions import SYSTEM  # noqa: PLC0415
    from core.ports import Subject  # noqa: PLC0415

    at = timezone.now()

    def one(number: int) -> None:
        outbox.publish(JOB, Subject("benchmark", str(number), number), by=SYSTEM, at=at)

    begun = time.perf_counter()
    if together:
        with transaction.atomic():
            for number in range(jobs):
                one(number)
    else:
        for number in range(jobs):
            with transaction.atomic():
                one(number)
    return jobs / (time.perf_counter() - begun)


def left() -> int:
    from core.models import Delivery  # noqa: PLC0415

    return Delivery.objects.filter(status=Delivery.State.WAITING).count()


def lease_worker(jobs: int) -> float:
    from core import outbox  # noqa: PLC0415

    begun = time.perf_counter()
    outbox.drain()
    took = time.perf_counter() - begun
    assert left() == 0
    return jobs / took


def fleet(processes: int) -> float:
    """Jobs a second from the first that is done to the last."""
    commands = [["work", "--poll", "0.1"], *[["fleet"]] * processes]
    running = [
        subprocess.Popen([sys.executable, "manage.py", *command])  # noqa: S603
        for command in commands
    ]
    try:
        end = time.monotonic() + _PATIENCE
        most = left()
        while (first := left()) == most:
            _breathe(end)
        begun = time.perf_counter()
        while left():
            _breathe(end)
        return first / (time.perf_counter() - begun)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def _breathe(end: float) -> None:
    if time.monotonic() > end:
        sys.exit(f"NOT MEASURED: {left()} jobs are still open after {_PATIENCE:.0f} s.")
    time.sleep(0.02)


def report(jobs: int, processes: int) -> Iterator[str]:
    from django.db import connection  # noqa: PLC0415

    database = connection.vendor
    yield f"{database}: published {publish(jobs, together=True):,.0f} a second in one transaction"
    if processes:
        yield at_least(
            "goal", f"fleet of {processes} on {database}", fleet(processes), FLEET_GOAL, "/s"
        )
        return
    yield at_least("goal", f"lease worker on {database}", lease_worker(jobs), GOALS[database], "/s")
    yield f"{database}: published {publish(jobs // 10, together=False):,.0f} a second, each by itself"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=5000)
    parser.add_argument("--fleet", type=int, default=0)
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.job_rates.settings"
    import django  # noqa: PLC0415 - after the environment is set
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)
    for line in report(options.jobs, options.fleet):
        print(line, flush=True)


if __name__ == "__main__":
    main()
