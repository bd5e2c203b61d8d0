"""Reads every archived content again and says what is not as it was stored."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from archive import operations


class Command(BaseCommand):
    help = (
        "Compare every archived content with its hash and with the rows. Fails when one is "
        "missing or changed; --prune removes contents that no row names."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--prune", action="store_true", help="remove loose contents")

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(operations.check_contents(at=timezone.now()))
        for fault in faults:
            self.stdout.write(f"{fault.kind}: {fault.digest} {' '.join(fault.numbers)}".rstrip())
        loose = [fault.digest for fault in faults if fault.kind == "loose"]
        if loose and options["prune"]:
            removed = operations.remove_loose(loose)
            self.stdout.write(f"{removed} loose contents removed")
        bad = len(faults) - len(loose)
        if bad:
            raise CommandError(f"{bad} contents are missing or changed")
        self.stdout.write(f"archive ok, {len(loose)} loose")
