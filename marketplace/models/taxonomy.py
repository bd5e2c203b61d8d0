"""Lists that staff keep: categories, units, groups of beneficiaries."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Listed(models.Model):
    """A row of a staff list: closed ones stay on old entries and are no longer offered."""

    code = models.CharField(_("代码"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=30)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(_("次序"), default=100)
    closed = models.BooleanField(_("不再使用"), default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.localized

    @property
    def localized(self) -> str:
        """The name in the reader's language; the Chinese one where no other was given."""
        return (
            self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name
        )


class Category(Listed):
    """A field of service; `icon` names a symbol of the icon set."""

    icon = models.CharField(max_length=40, blank=True)
    topics = models.JSONField(_("包括"), default=list, blank=True)


class Unit(Listed):
    """A unit of quantity. `aliases`: `[{"label": "斤", "factor": "0.5"}]`, quantity in the alias
    × factor = quantity in the unit."""

    dimension = models.CharField(_("量的种类"), max_length=10, default="count")
    aliases = models.JSONField(_("同义写法"), default=list, blank=True)


class BeneficiaryGroup(Listed):
    """Whom a need is for, or whom an offer is limited to; a group may lie in a wider one."""

    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("属于")
    )
