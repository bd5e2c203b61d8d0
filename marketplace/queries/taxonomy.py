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


def localized_names(
    model: type[Category] | type[Unit] | type[BeneficiaryGroup], codes: Iterable[str] | None = None
) -> dict[str, str]:
    """Names by code in the reader's language, closed ones too: old entries still have them."""
    rows = model._default_manager.all()
    if codes is not None:
        rows = rows.filter(code__in=list(codes))
    return {row.code: row.localized for row in rows}


def localized_words() -> dict[str, str]:
    """For words that were stored in Chinese: each category's and unit's name as the reader reads
    it; empty where that is Chinese."""
    rows = [*Category.objects.all(), *Unit.objects.all()]
    return {row.name: row.localized for row in rows if row.localized != row.name}


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
