"""Appoints the first administrator and registers the operator's organization."""

import getpass
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import operations, queries
from core.errors import DomainError, Invalid


class Command(BaseCommand):
    help = (
        "Create the first administrator and the operator's organization. The password is asked "
        "for, or read from OPERATOR_PASSWORD."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="the person's name")
        parser.add_argument("--account", required=True, help="phone, e-mail or account name")
        parser.add_argument("--organization", required=True, help="the operator's full name")
        parser.add_argument("--region", required=True, help="code of the operator's place")

    def handle(self, *args: Any, **options: Any) -> None:
        region = queries.get_region(options["region"])
        if region is None:
            raise CommandError(
                f"There is no region {options['region']}. Run `manage.py load_regions` first."
            )
        try:
            user = operations.found_base(
                name=options["name"],
                account=options["account"],
                password=self._password(),
                organization=options["organization"],
                region=region,
                at=timezone.now(),
            )
        except Invalid as error:
            lines = [f"{name}: {s}" for name, all_ in error.fields.items() for s in all_]
            raise CommandError("\n".join(lines)) from error
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{user.name} ({user.account}) is administrator and coordinator.")

    def _password(self) -> str:
        given = os.environ.get("OPERATOR_PASSWORD", "")
        if given:
            return given
        if not sys.stdin.isatty():
            raise CommandError("Set OPERATOR_PASSWORD, or run this in a terminal.")
        return getpass.getpass("Password: ")
