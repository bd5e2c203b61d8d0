"""`manage.py propose`: candidates for every open need, from one fit, with a progress bar."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from rich.progress import Progress

from marketplace.models import Need, ResourceOffer
from marketplace.queries import entry_queryset
from marketplace.states import SEEKING
from matching import operations, queries
from matching.queries import corpus

BATCH = 500


class Command(BaseCommand):
    help = "Compute the candidates of every open need anew; nobody is told."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        corpus.current(at, fresh=True)
        needs = list(entry_queryset(Need).filter(state__in=SEEKING).order_by("number"))
        proposals = queries.proposals_for_all(needs, at)
        offers = {
            row.number: row for row in entry_queryset(ResourceOffer).filter(state__in=SEEKING)
        }
        made = without = 0
        with Progress(disable=options["quiet"]) as progress:
            task = progress.add_task("候选", total=len(needs))
            for need, found in zip(needs, proposals, strict=True):
                made += len(operations.suggest(need, found, offers, at=at))
                without += found.nothing_fits
                progress.advance(task)
        self.stdout.write(
            f"{len(needs)} needs, {made} candidates, {without} needs with nothing that fits"
        )
