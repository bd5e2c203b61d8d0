"""Writes about regions: loading the vendored table, communities added by staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Region, RegionLevel
from accounts.validators import plain_line
from core import audit
from core.errors import Conflict, Invalid
from core.permissions import Actor
from core.ports import Subject

# Second-level rows of the table that stand for a kind of place, not for one: 上海市市辖区黄浦区.
NAMELESS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
LEVEL_BY_LENGTH = {
    2: RegionLevel.PROVINCE,
    4: RegionLevel.CITY,
    6: RegionLevel.DISTRICT,
    9: RegionLevel.STREET,
    12: RegionLevel.COMMUNITY,
}
BATCH = 2000


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One line of a table of regions; `parent` is a code, "" at the top."""

    code: str
    name: str
    parent: str = ""
    tile_row: int | None = None
    tile_column: int | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many regions a load added, changed and closed."""

    added: int
    changed: int
    closed: int


def subject_of(region: Region) -> Subject:
    return Subject("region", region.code, region.pk)


@transaction.atomic
def load_regions(*, rows: Iterable[RegionRow], by: Actor, at: datetime) -> Loaded:
    """Bring the tree to a table: by code, parents before children, in any order of lines.

    Codes that the table no longer has are closed, never deleted, within the provinces it names;
    what staff have added stays. Raises Invalid when a line's parent is nowhere.
    """
    table = sorted(rows, key=lambda row: (len(row.code), row.code))
    known = {region.code: region for region in Region.objects.all()}
    added: list[Region] = []
    changed: list[Region] = []
    for row in table:
        region = known.get(row.code)
        fresh = _as_region(row, known)
        if region is None:
            known[row.code] = fresh
            added.append(fresh)
        elif _take_over(region, fresh):
            changed.append(region)
    for level in RegionLevel.values:
        _insert([region for region in added if region.level == level])
    fields = ["name", "full_name", "tile_row", "tile_column", "closed"]
    Region.objects.bulk_update(changed, fields, batch_size=BATCH)
    closed = _close_missing({row.code for row in table})
    counts = {"added": len(added), "changed": len(changed), "closed": closed}
    audit.record(Subject("region", ""), "region.load", by=by, at=at, after=counts)
    return Loaded(**counts)


def _as_region(row: RegionRow, known: dict[str, Region]) -> Region:
    parent = known.get(row.parent) if row.parent else None
    if row.parent and parent is None:
        raise Invalid({"": f"{row.code} {row.name}: its parent {row.parent} is not in the table"})
    level = LEVEL_BY_LENGTH.get(len(row.code))
    if level is None or level != (parent.level + 1 if parent else RegionLevel.PROVINCE):
        raise Invalid({"": f"{row.code} {row.name}: the code's length does not fit its parent"})
    above = parent.full_name if parent else ""
    return Region(
        code=row.code,
        name=row.name,
        level=level,
        parent=parent,
        path=f"{parent.path if parent else ''}{row.code}/",
        full_name=above if row.name in NAMELESS else above + row.name,
        tile_row=row.tile_row,
        tile_column=row.tile_column,
    )


def _take_over(region: Region, fresh: Region) -> bool:
    """Copy what a newer table says; False when nothing differs. Tiles set by staff stay."""
    tiles = (fresh.tile_row or region.tile_row, fresh.tile_column or region.tile_column)
    now = (fresh.name, fresh.full_name, *tiles, False)
    before = (
        region.name,
        region.full_name,
        region.tile_row,
        region.tile_column,
        region.closed,
    )
    (
        region.name,
        region.full_name,
        region.tile_row,
        region.tile_column,
        region.closed,
    ) = now
    return now != before


def _insert(regions: list[Region]) -> None:
    for region in regions:
        region.parent_id = region.parent.pk if region.parent else None
    Region.objects.bulk_create(regions, batch_size=BATCH)


def _close_missing(codes: set[str]) -> int:
    provinces = {code[:2] for code in codes}
    rows = Region.objects.filter(by_staff=False, closed=False).values_list("pk", "code")
    gone = [pk for pk, code in rows if code[:2] in provinces and code not in codes]
    for start in range(0, len(gone), 500):
        Region.objects.filter(pk__in=gone[start : start + 500]).update(closed=True)
    return len(gone)


@transaction.atomic
def add_community(*, street: Region, name: str, code: str, by: Actor, at: datetime) -> Region:
    """A community (社区, 村) under a street. `code` is the official one if known, else made up.

    Raises Invalid at `name` or `code`.
    """
    permissions.can_edit_region(by, street).require()
    if street.level != RegionLevel.STREET:
        raise Invalid({"street": _("社区只能加在街道（乡镇）下面。")})
    label = _community_name(name, street)
    street = Region.objects.select_for_update().get(pk=street.pk)
    given = plain_line(code)
    if given and not (given.isdigit() and len(given) == 12 and given.startswith(street.code)):
        raise Invalid({"code": _("社区代码是 12 位数字，前 9 位是街道的代码。不知道就留空。")})
    chosen = given or _next_code(street)
    if Region.objects.filter(code=chosen).exists():
        raise Invalid({"code": _("这个代码已经用过了。")})
    community = Region.objects.create(
        code=chosen,
        name=label,
        level=RegionLevel.COMMUNITY,
        parent=street,
        path=f"{street.path}{chosen}/",
        full_name=street.full_name + label,
        by_staff=True,
    )
    audit.record(subject_of(community), "region.add", by=by, at=at, after={"name": label})
    return community


def _community_name(name: str, street: Region, besides: int = 0) -> str:
    label = plain_line(name)
    if not 2 <= len(label) <= 60:
        raise Invalid({"name": _("社区名称要 2 到 60 个字。")})
    same = Region.objects.filter(parent=street, name=label).exclude(pk=besides)
    if same.exists():
        raise Invalid({"name": _("这个街道下已经有同名的社区。")})
    return label


def _next_code(street: Region) -> str:
    count = Region.objects.filter(parent=street, by_staff=True).count()
    while Region.objects.filter(code=(code := f"{street.code}-{count + 1:02d}")).exists():
        count += 1
    return code


@transaction.atomic
def edit_region(*, region: Region, name: str, closed: bool, by: Actor, at: datetime) -> Region:
    """Rename or close a community that staff have added. Raises Invalid, Conflict."""
    permissions.can_edit_region(by, region).require()
    if not region.by_staff or region.parent is None:
        raise Conflict(_("这个地区来自全国行政区划表，不能在这里改。"))
    region = Region.objects.select_for_update(of=("self",)).get(pk=region.pk)
    before = {"name": region.name, "closed": region.closed}
    assert region.parent is not None
    region.name = _community_name(name, region.parent, besides=region.pk)
    region.full_name = region.parent.full_name + region.name
    region.closed = closed
    region.save(update_fields=["name", "full_name", "closed"])
    after = {"name": region.name, "closed": closed}
    audit.record(subject_of(region), "region.edit", by=by, at=at, before=before, after=after)
    return region
