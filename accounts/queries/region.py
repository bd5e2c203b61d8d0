"""Reads of the tree of regions."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Region, RegionLevel
from core.errors import NotFound
from core.options import Option, declare, name_group

BASE_REGION = declare(
    Option(
        "base.region",
        "",
        _("本基地所在区域"),
        _("行政区划代码，例如 440103。选择地点时从这里开始；留空则从省份选起。"),
    )
)


name_group("base", _("本地"))


def get_region(code: str) -> Region | None:
    """The open region of a code, or None."""
    return Region.objects.filter(code=code, closed=False).first()


def region_words(code: str) -> str:
    """A place's full name with its code, as an option shows it; the code where there is none."""
    region = Region.objects.filter(code=code).first()
    return f"{region.full_name}（{code}）" if region else code


def load_region(code: str) -> Region:
    """The region of a code, closed ones included; raises NotFound."""
    region = Region.objects.select_related("parent").filter(code=code).first()
    if region is None:
        raise NotFound(_("没有这个地区。"))
    return region


def base_region() -> Region | None:
    """Where the base is at home: pickers begin below it; None until staff have set it."""
    code = BASE_REGION.get()
    return get_region(code) if code else None


def regions_below(path: str, level: RegionLevel) -> QuerySet[Region]:
    """Open regions of one level inside a path ("" for everywhere)."""
    return Region.objects.filter(path__startswith=path, level=level, closed=False).order_by("code")


def child_regions(parent: Region | None) -> QuerySet[Region]:
    """Open regions directly below one, or the provinces."""
    return Region.objects.filter(parent=parent, closed=False).order_by("code")


def region_line(region: Region) -> list[Region]:
    """The region and everything above it, from the top."""
    codes = region.path.rstrip("/").split("/")
    return list(Region.objects.filter(code__in=codes).order_by("level"))


def regions_named(text: str, *, inside: str = "", limit: int = 12) -> QuerySet[Region]:
    """Open regions whose full name holds the words of `text`, the higher levels first."""
    found = Region.objects.filter(closed=False, path__startswith=inside)
    for word in text.split():
        found = found.filter(full_name__contains=word)
    return found.order_by("level", "code")[:limit]


def communities(inside: str = "") -> QuerySet[Region]:
    """What staff have added, closed ones included."""
    return (
        Region.objects.filter(by_staff=True, path__startswith=inside)
        .select_related("parent")
        .order_by("path")
    )
