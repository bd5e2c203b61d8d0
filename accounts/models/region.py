"""The tree of regions: province to street from a vendored table, communities by staff."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RegionLevel(models.IntegerChoices):
    PROVINCE = 1, _("省")
    CITY = 2, _("市")
    DISTRICT = 3, _("区县")
    STREET = 4, _("街道（乡镇）")
    COMMUNITY = 5, _("社区（村）")


class Region(models.Model):
    """One place. `path` holds the codes from the top, each closed by a slash: `44/4401/440103/`.

    A place lies in another if its path starts with the other's path. `tile_row` and
    `tile_column` place a street on the tile grid map; no borders are shipped.
    """

    code = models.CharField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=60)
    level = models.PositiveSmallIntegerField(_("级别"), choices=RegionLevel)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=120, unique=True)
    full_name = models.CharField(max_length=200)
    tile_row = models.PositiveSmallIntegerField(null=True, blank=True)
    tile_column = models.PositiveSmallIntegerField(null=True, blank=True)
    by_staff = models.BooleanField(_("工作人员添加"), default=False)
    closed = models.BooleanField(_("不再使用"), default=False)

    class Meta:
        indexes = [models.Index(fields=["parent", "code"], name="region_children")]

    def __str__(self) -> str:
        return self.full_name

    def contains(self, path: str) -> bool:
        return path.startswith(self.path)
