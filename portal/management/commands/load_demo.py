"""`manage.py load_demo`: the sample city, its market and its past links; once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from core import audit, outbox
from marketplace import operations as market
from marketplace.models import Need, ResourceOffer
from matching import operations as matching
from matching import queries as matches
from matching.models import Match
from portal.demo.city import PASSWORD, City, read
from portal.demo.entries import Calendar, Entries
from portal.demo.links import Links

# Made here by rebuild and propose instead of one by one.
_DERIVED = ("search.handlers.", "matching.handlers.suggesting.")


class Command(BaseCommand):
    help = "Load the demo city once: organizations, people, needs, resources, links."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="only print the accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["accounts"] and not Need.objects.exists():
            with outbox.holding_inline():
                self._load()
            self._derive()
        self._print_accounts()

    @transaction.atomic
    def _load(self) -> None:
        at = timezone.localtime()
        city, calendar = City(at), Calendar(at)
        city.load()
        entries = Entries(city, calendar)
        for row in read("needs")["needs"]:
            entries.plan_need(row)
        for row in read("resources")["resources"]:
            entries.plan_resource(row)
        links = Links(city, entries, calendar)
        for row in read("links")["links"]:
            links.plan(row)
        done = calendar.run()
        for model in (Need, ResourceOffer):
            market.expire_due(model, at)
        while audit.seal(at) == audit.SEAL_BATCH:
            pass
        self.stdout.write(f"demo city loaded: {done} acts")

    def _derive(self) -> None:
        """Index, candidates and vectors of the whole city at once."""
        names = [n for n in outbox.registrations() if n.startswith(_DERIVED)]
        outbox.settle(names, timezone.now())
        call_command("search_rebuild", verbosity=0)
        call_command("search_vectors", verbosity=0)
        call_command("propose", quiet=True)
        self._give_reasons()
        # The city's past is told in the messages; nobody is mailed about it.
        outbox.settle([n for n in outbox.registrations() if "send_mail" in n], timezone.now())
        outbox.drain()

    def _give_reasons(self) -> None:
        """The demo's matches were chosen by its data; the engine says why they fit."""
        at = timezone.now()
        for match in Match.objects.filter(model_version="").select_related("need", "resource"):
            pair = matches.pair_of(match.need, match.resource, at)
            matching.describe(match, pair, at)

    def _print_accounts(self) -> None:
        city = read("city")
        names = {row["id"]: row["name"] for row in city["people"]}
        self.stdout.write(f"\n演示账号（密码都是 {PASSWORD}）：")
        for row in city["accounts"]:
            self.stdout.write(f"  {row['account']:<10} {names[row['person']]}  {row['try_this']}")
