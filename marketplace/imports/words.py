"""The staff lists as a spreadsheet names them: by words instead of codes."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accounts.models import Region
from marketplace.models import BeneficiaryGroup, Category, Unit


def bare(text: str) -> str:
    """A word without spaces, marks and differences of width, for comparing."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\s·,，、/\\|>-]+", "", plain)


@dataclass(frozen=True, slots=True)
class PlaceWord:
    """A street or community with the label that the template offers: `滨河街道 春晓社区`."""

    region: Region
    label: str


@dataclass(frozen=True)
class Lists:
    """What may stand in the cells of list columns, and what it means.

    `places` maps a bare word to the regions that it may mean; `place_labels` are offered in the
    template (empty where there are too many to choose from).
    """

    categories: Mapping[str, Category]
    units: Mapping[str, tuple[Unit, Decimal]]
    groups: Mapping[str, BeneficiaryGroup]
    places: Mapping[str, Sequence[Region]]
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)


def make_lists(
    categories: Iterable[Category],
    units: Iterable[Unit],
    groups: Iterable[BeneficiaryGroup],
    places: Iterable[PlaceWord],
    most_labels: int,
) -> Lists:
    categories, units = list(categories), list(units)
    groups, places = list(groups), list(places)
    offered = [place.label for place in places] if len(places) <= most_labels else []
    return Lists(
        categories=_by_name(categories),
        units=_by_unit(units),
        groups=_by_name(groups),
        places=_by_place(places),
        labels={
            "category": [row.name for row in categories],
            "unit": [row.name for row in units],
            "region": offered,
        },
    )


def _by_name(rows: Iterable[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in rows:
        found[bare(row.code)] = row
        found[bare(row.name)] = row
    return found


def _by_unit(units: Iterable[Unit]) -> dict[str, tuple[Unit, Decimal]]:
    found: dict[str, tuple[Unit, Decimal]] = {}
    for unit in units:
        for other in unit.aliases:
            found[bare(other["label"])] = unit, Decimal(other["factor"])
    for unit in units:
        found[bare(unit.code)] = found[bare(unit.name)] = unit, Decimal(1)
    return found


def _by_place(places: Iterable[PlaceWord]) -> dict[str, list[Region]]:
    found: dict[str, list[Region]] = {}
    for place in places:
        region = place.region
        for word in {bare(w) for w in (region.code, region.name, region.full_name, place.label)}:
            found.setdefault(word, []).append(region)
    return found
