"""`manage.py backup DIR`: database and archived files of one moment, while the site runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core import backup
from core.errors import DomainError


class Command(BaseCommand):
    help = "Back up the database and the archived files into an empty or new folder."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = backup.write(options["dir"], at=timezone.now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        size = sum(part.size for part in made.parts.values())
        self.stdout.write(
            f"{options['dir']}: {sum(made.rows.values())} rows in {len(made.rows)} tables, "
            f"{len(made.parts)} parts, {size} bytes, audit head {made.audit_head}"
        )
