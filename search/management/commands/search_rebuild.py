"""Write the whole index again from the rows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from search import operations


class Command(BaseCommand):
    help = "Write the index again from the rows; a stopped run goes on where it was."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", action="append", default=[], help="only this kind of things")
        parser.add_argument("--fresh", action="store_true", help="begin again, do not resume")

    def handle(self, *args: Any, **options: Any) -> None:
        kinds: list[str] = options["kind"]
        left = operations.things_left([] if options["fresh"] else kinds)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns) as bar:
            task = bar.add_task("…", total=left)
            written = operations.rebuild(
                kinds=kinds,
                fresh=options["fresh"],
                progress=lambda kind, n: bar.update(task, description=kind, advance=n),
            )
        self.stdout.write(f"{written} documents written")
