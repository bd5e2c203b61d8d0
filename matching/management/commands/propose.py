"""`manage.py propose`: candidates for every open need, from one fit, with a progress bar."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from rich.progress import Progress

from matching import operations


class Command(BaseCommand):
    help = "Compute the candidates of every open need anew; nobody is told."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:
        with Progress(disable=options["quiet"]) as progress:
            task = progress.add_task("候选", total=None)
            tally = operations.suggest_all(
                at=timezone.now(),
                tell=lambda done, total: progress.update(task, completed=done, total=total),
            )
        self.stdout.write(
            f"{tally.needs} needs, {tally.made} candidates, "
            f"{tally.without} needs with nothing that fits"
        )
