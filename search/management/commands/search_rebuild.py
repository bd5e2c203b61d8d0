"""Write the whole index again from the rows."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from core.ports import search_documents
from search import operations
from search.gateways import GatewayError
from search.queries.engines import elasticsearch

COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TimeRemainingColumn(),
)


class Command(BaseCommand):
    help = "Write the index again from the rows; a stopped run goes on where it was."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kind", action="append", default=[], help="only this kind of things")
        parser.add_argument("--fresh", action="store_true", help="begin again, do not resume")
        parser.add_argument(
            "--server", action="store_true", help="only the search server, from the rows"
        )
        parser.add_argument(
            "--drop-old",
            action="store_true",
            help="delete the server's indexes that no longer serve",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        kinds: list[str] = options["kind"]
        if options["drop_old"]:
            return self.drop_old()
        if not options["server"]:
            self.rebuild(kinds, options)
        if elasticsearch() is not None and not kinds:
            self.rebuild_server(options)
        return None

    def drop_old(self) -> None:
        names = operations.drop_idle_indexes()
        self.stdout.write(f"deleted: {', '.join(names) or 'nothing'}")

    def rebuild_server(self, options: dict[str, Any]) -> None:
        total = sum(1 for source in search_documents().values() for _id in source.ids())
        with Progress(*COLUMNS) as bar:
            task = bar.add_task("…", total=total)
            try:
                old = operations.rebuild_engine(
                    at=timezone.now(),
                    fresh=options["fresh"],
                    progress=lambda kind, n: bar.update(task, description=kind, advance=n),
                )
            except GatewayError as error:
                raise CommandError(str(error)) from error
        self.stdout.write("the search server serves the new indexes")
        if old:
            self.stdout.write(f"kept until --drop-old: {', '.join(old)}")

    def rebuild(self, kinds: list[str], options: dict[str, Any]) -> None:
        left = operations.things_left([] if options["fresh"] else kinds)
        with Progress(*COLUMNS) as bar:
            task = bar.add_task("…", total=left)
            written = operations.rebuild(
                kinds=kinds,
                fresh=options["fresh"],
                progress=lambda kind, n: bar.update(task, description=kind, advance=n),
            )
        self.stdout.write(f"{written} documents written")
