"""The staff lists, as pickers need them."""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

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


@cache
def _telling_words() -> dict[str, list[str]]:
    path = Path(__file__).resolve().parent.parent / "data" / "category_words.json"
    words: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))["words"]
    return words


def guess_category(text: str, choices: Iterable[Category] | None = None) -> Category | None:
    """The open category whose name, topics and telling words cover most of a text, or None.

    A guess for the form only: the person sees it marked and may change it. Ties go to the
    earlier category of the list.
    """
    best: tuple[int, Category | None] = (0, None)
    for category in categories() if choices is None else choices:
        words = {category.name, *category.topics, *_telling_words().get(category.code, ())}
        covered = {i for word in words for i in _places(text, word)}
        if len(covered) > best[0]:
            best = (len(covered), category)
    return best[1]


def _places(text: str, word: str) -> Iterator[int]:
    start = text.find(word) if word else -1
    while start >= 0:
        yield from range(start, start + len(word))
        start = text.find(word, start + 1)
