"""The staff lists, as pickers need them."""

from decimal import Decimal

from django.db.models import QuerySet

from marketplace.models import BeneficiaryGroup, Category, Unit


def categories() -> QuerySet[Category]:
    return Category.objects.filter(closed=False).order_by("order", "id")


def units() -> QuerySet[Unit]:
    return Unit.objects.filter(closed=False).order_by("order", "id")


def groups() -> QuerySet[BeneficiaryGroup]:
    return BeneficiaryGroup.objects.filter(closed=False).order_by("order", "id")


def unit_named(word: str) -> tuple[Unit, Decimal] | None:
    """The unit that a word means, with the factor from the word's quantity to the unit's."""
    word = word.strip()
    for unit in units():
        if word == unit.name:
            return unit, Decimal(1)
        for alias in unit.aliases:
            if word == alias["label"]:
                return unit, Decimal(alias["factor"])
    return None
