"""`manage.py copy_to_postgres FILE`: a grown SQLite installation goes on with PostgreSQL."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from core import copying
from core.errors import DomainError


class Command(BaseCommand):
    help = (
        "Copy everything from a SQLite file into the PostgreSQL database that DATABASE_URL names. "
        "Stop the site and the worker first; the SQLite file is not changed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="for example var/gongyi.sqlite3")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        columns = (TextColumn("{task.description}"), TimeElapsedColumn())
        try:
            with Progress(*columns) as bar:
                task = bar.add_task("…")
                done = copying.copy(
                    options["file"],
                    at=timezone.now(),
                    tell=lambda table, n: bar.update(task, description=f"{table}: {n}"),
                )
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"copied {sum(done.rows.values())} rows of {len(done.rows)} tables, all hashes equal; "
            f"audit verified: {done.audit.sealed} acts under {done.audit.seals} seals"
        )
        self.stdout.write("archived files stay where they are: keep GONGYI_VAR, or copy it")
        if "search_rebuild" in get_commands():
            call_command("search_rebuild", fresh=True, stdout=self.stdout, stderr=self.stderr)
            call_command("search_check", stdout=self.stdout, stderr=self.stderr)
