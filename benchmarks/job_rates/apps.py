"""The app that gives the benchmark's job to every process of it: one that does nothing."""

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from core.outbox import Event

JOB = "benchmark.job"


class JobRates(AppConfig):
    name = "benchmarks.job_rates"

    def ready(self) -> None:
        from core import outbox  # noqa: PLC0415 - its tables are there by now

        outbox.handles(JOB)(nothing)


def nothing(_event: "Event") -> None:
    """What is measured is the engine."""
