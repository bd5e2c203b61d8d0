"""Needs and offers in bulk: rows as if each had been posted, words as in `generated_texts`."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils import timezone

from accounts.models import Organization, Region
from core.models import NumberTicket
from marketplace.models import (
    Availability,
    BeneficiaryGroup,
    Category,
    Level,
    Need,
    NeedKind,
    OfferKind,
    Period,
    ResourceOffer,
    Unit,
)
from marketplace.states import EntryState

_BATCH = 2_000
# Most of a market is for everybody; some for partners, a little for the operator alone.
_LEVELS = (*[Level.PUBLIC] * 18, Level.PARTNERS, Level.INTERNAL)


@dataclass(frozen=True)
class Lists:
    """What an entry chooses from, read once."""

    organizations: Sequence[Organization]
    streets: Sequence[Region]
    categories: Sequence[Category]
    units: Sequence[Unit]
    groups: Sequence[str]


def read_lists(organizations: Sequence[Organization]) -> Lists:
    """The installation's own staff lists, and who posts."""
    return Lists(
        organizations,
        list(Region.objects.filter(level=4, closed=False).order_by("code")),
        list(Category.objects.filter(closed=False).order_by("code")),
        list(Unit.objects.filter(closed=False).order_by("code")),
        list(BeneficiaryGroup.objects.order_by("code").values_list("code", flat=True)),
    )


def fill(
    model: type[Need] | type[ResourceOffer],
    count: int,
    *,
    lists: Lists,
    texts: Any,
    at: datetime,
    seed: int,
) -> None:
    """Write `count` open entries, spread over the last half year; no event tells of them, so
    index, vectors and candidates are to be rebuilt afterwards."""
    chance = random.Random(seed)
    rows = _rows(model, count, lists, texts, at, chance)
    while some := list(islice(rows, _BATCH)):
        for entry, number in zip(some, _numbers(model.PREFIX, len(some), at), strict=True):
            entry.number = number
        model._default_manager.bulk_create(some)  # type: ignore[arg-type]


def _numbers(prefix: str, count: int, at: datetime) -> list[str]:
    """As `core.numbers.take_number`, many at once."""
    tickets = NumberTicket.objects.bulk_create(
        [NumberTicket(prefix=prefix, at=at) for _ticket in range(count)]
    )
    year = f"{timezone.localtime(at):%y}"
    return [f"{prefix}{year}-{ticket.pk:06d}" for ticket in tickets]


def _rows(
    model: type[Need] | type[ResourceOffer],
    count: int,
    lists: Lists,
    texts: Any,
    at: datetime,
    chance: random.Random,
) -> Iterator[Need | ResourceOffer]:
    for title, text in texts.entries(count):
        facts = _facts(title, text, lists, at, chance)
        if model is Need:
            yield Need(kind=chance.choice(NeedKind.values), **facts)
        else:
            kind = chance.choice(OfferKind.values)
            yield ResourceOffer(kind=kind, serves_all=chance.random() < 0.5, **facts)


def _facts(
    title: str, text: str, lists: Lists, at: datetime, chance: random.Random
) -> dict[str, Any]:
    """What both sides have. Contact data stays with the organization."""
    posted = at - timedelta(minutes=chance.randint(1, 180 * 24 * 60))
    closes = timezone.localdate(at) + timedelta(days=chance.randint(20, 180))
    return {
        "title": title[:60],
        "text_public": text,
        "organization": chance.choice(lists.organizations),
        "region": chance.choice(lists.streets),
        "category": chance.choice(lists.categories),
        "visibility": chance.choice(_LEVELS),
        "quantity": Decimal(chance.randint(1, 200)),
        "unit": chance.choice(lists.units),
        "period": chance.choice(Period.values),
        "availability": chance.choice(Availability.values),
        "groups": chance.sample(lists.groups, chance.randint(0, 2)),
        "closes_on": closes,
        "state": EntryState.OPEN,
        "version": 2,
        "submitted_at": posted,
        "posted_at": posted,
        "created_at": posted,
        "updated_at": posted,
    }
