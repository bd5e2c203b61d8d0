"""The staff lists as smart paste needs them: `parse(text, today=…, side=…, **paste_words())`."""

from decimal import Decimal
from typing import TypedDict

from accounts.models import Region, RegionLevel
from accounts.queries import base_region
from marketplace.paste import CategoryWord, Place, UnitWord
from marketplace.queries.taxonomy import categories, units


class PasteWords(TypedDict):
    """The lists that `marketplace.paste.parse` takes by name."""

    places: list[Place]
    units: list[UnitWord]
    categories: list[CategoryWord]


def paste_words() -> PasteWords:
    """Streets and communities of the base's region, units with their other names, categories."""
    return {"places": _places(), "units": _units(), "categories": _categories()}


def _places() -> list[Place]:
    rows = Region.objects.filter(level__gte=RegionLevel.STREET, closed=False)
    base = base_region()
    if base is not None:
        rows = rows.filter(path__startswith=base.path)
    found = rows.order_by("code").values_list("code", "name", "level", "parent__code")
    return [Place(code, name, level, parent or "") for code, name, level, parent in found]


def _units() -> list[UnitWord]:
    found = []
    for unit in units():
        found.append(UnitWord(unit.code, unit.name, Decimal(1), unit.dimension, unit.name))
        found += [
            UnitWord(unit.code, other["label"], Decimal(other["factor"]), unit.dimension, unit.name)
            for other in unit.aliases
        ]
    return found


def _categories() -> list[CategoryWord]:
    return [
        CategoryWord(category.code, word, category.name)
        for category in categories()
        for word in (category.name, *category.topics)
    ]
