"""`manage.py restore DIR`: put a backup in place, bring it up to date and prove it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError

from core import audit, backup
from core.errors import DomainError


class Command(BaseCommand):
    help = "Restore a backup. Stop the site and the worker first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", type=Path)
        parser.add_argument(
            "--replace", action="store_true", help="the data that is here now is given up"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = backup.restore(options["dir"], replace=options["replace"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        differences = backup.differences(manifest)
        call_command("migrate", interactive=False, verbosity=0)
        faults = [*differences, *audit.verify(manifest.audit_head).faults]
        for fault in faults:
            self.stderr.write(f"FAULT {fault}")
        if faults:
            raise CommandError(f"restored, but {len(faults)} faults were found")
        if manifest.key != backup.key_mark():
            self.stderr.write(
                "DJANGO_SECRET_KEY is not the one of the backup: everybody signs in again, and "
                "hashed values of the audit trail no longer compare with new ones."
            )
        self.stdout.write(
            f"restored the backup of {manifest.made_at}: {sum(manifest.rows.values())} rows, "
            f"{len(manifest.parts)} parts, audit verified"
        )
        if "search_check" in get_commands():
            call_command("search_check", stdout=self.stdout, stderr=self.stderr)
