"""`manage.py audit_verify`: walks the hash chain of the audit trail."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import audit


class Command(BaseCommand):
    help = "Verify the audit chain: digests, order, missing rows, triggers; exit 1 on any fault."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--anchor",
            default="",
            help="a head digest noted earlier that the chain must hold",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        result = audit.verify(options["anchor"])
        self.stdout.write(
            f"seals {result.seals}, audit rows sealed {result.sealed}, "
            f"sealed late {result.late}, unsealed tail {result.unsealed}, head {result.head}"
        )
        for fault in result.faults:
            self.stderr.write(f"FAULT {fault}")
        if result.faults:
            raise CommandError(f"{len(result.faults)} faults in the audit chain")
        self.stdout.write("audit chain verified")
