"""Compare rows and index, and mend what differs."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import operations
from search.gateways import GatewayError

SHOWN = 50


class Command(BaseCommand):
    help = "Compare rows and index; exit 1 where they differ, --mend repairs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="write again what differs")
        parser.add_argument("--kind", action="append", default=[], help="only this kind of things")

    def handle(self, *args: Any, **options: Any) -> None:
        kinds: list[str] = options["kind"]
        found = self._report(kinds)
        if found and options["mend"]:
            operations.mend(list(operations.find_differences(kinds)))
            found = self._report(kinds)
        found += self._server(mend=options["mend"] and not found)
        if found:
            raise CommandError(f"the index differs in {found} places; --mend repairs it")
        self.stdout.write("the index is what the rows say")

    def _server(self, *, mend: bool) -> int:
        """The same for the search server, where one is set."""
        try:
            keys = list(operations.find_engine_differences())
            if keys and mend:
                operations.mend_engine(keys)
                keys = list(operations.find_engine_differences())
        except GatewayError as error:
            self.stdout.write(str(error))
            return 1
        for kind, object_id in keys[:SHOWN]:
            self.stdout.write(f"server    {kind} {object_id}")
        return len(keys)

    def _report(self, kinds: list[str]) -> int:
        """Print what differs, one line each up to a limit; return how much it is in all."""
        differences = list(operations.find_differences(kinds))
        for one in differences[:SHOWN]:
            kind, object_id = one.key
            self.stdout.write(f"{one.fault:9} {kind} {object_id} {one.level}")
        for fault, n in sorted(Counter(one.fault for one in differences).items()):
            self.stdout.write(f"{n} {fault}")
        faults = operations.index_faults()
        for sentence in faults:
            self.stdout.write(sentence)
        return len(differences) + len(faults)
