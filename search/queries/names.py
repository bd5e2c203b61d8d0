"""The words for codes in the index: categories, groups of people, places."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from accounts.models import Region, RegionLevel
from marketplace.models import BeneficiaryGroup, Category
from marketplace.queries import localized_names

MOST_STREETS = 60
_STREET_SLASHES = 4


def category_names() -> dict[str, str]:
    """Every category, closed ones too: old entries still have them."""
    return localized_names(Category)


def group_names() -> dict[str, str]:
    """Every group of beneficiaries, closed ones too."""
    return localized_names(BeneficiaryGroup)


def known_paths(paths: Collection[str]) -> set[str]:
    """Those paths that a region has."""
    asked = [path for path in paths if path and "\0" not in path][:MOST_STREETS]
    if not asked:
        return set()
    return set(Region.objects.filter(path__in=asked).values_list("path", flat=True))


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a filter names it; `row` and `column` lie on the grid of tiles, 0 for none."""

    path: str
    name: str
    level: int
    row: int
    column: int


def places(counts: Mapping[str, int], chosen: Collection[str]) -> dict[str, Place]:
    """The streets with the most entries, those on the grid of tiles, and what is chosen.

    `counts` are entries by path, as the facet of regions gives them. A name that two streets
    share is told with the district's in front.
    """
    streets = [path for path in counts if path.count("/") >= _STREET_SLASHES]
    most = sorted(streets, key=lambda path: (-counts[path], path))[: 2 * MOST_STREETS]
    rows = Region.objects.filter(path__in={*most, *chosen}) | Region.objects.filter(
        tile_row__isnull=False, tile_column__isnull=False, closed=False
    )
    found = list(rows.select_related("parent").order_by("path"))
    names = [region.name for region in found]
    return {
        region.path: Place(
            region.path,
            _name(region, unique=names.count(region.name) == 1),
            region.level,
            region.tile_row or 0,
            region.tile_column or 0,
        )
        for region in found
        if region.level == RegionLevel.STREET or region.path in chosen
    }


def _name(region: Region, *, unique: bool) -> str:
    return region.name if unique or region.parent is None else region.parent.name + region.name
