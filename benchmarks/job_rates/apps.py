"""The app that gives the benchmark's job to every process of it: one that does nothing."""

from django.apps import AppConfig

from core import outbox

JOB = "benchmark.job"


class JobRates(AppConfig):
    name = "benchmarks.job_rates"

    def ready(self) -> None:
        outbox.handles(JOB)(nothing)


def nothing(_event: outbox.Event) -> None:
    """What is measured is the engine."""
