"""What staff set of the matcher: impossible pairs of categories, changed weights."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.models import Category


class ImpossiblePair(models.Model):
    """A category of needs that no offer of another category can meet; none ships marked."""

    need_category = models.ForeignKey(
        Category, on_delete=models.CASCADE, related_name="+", verbose_name=_("需求类别")
    )
    resource_category = models.ForeignKey(
        Category, on_delete=models.CASCADE, related_name="+", verbose_name=_("资源类别")
    )
    note = models.CharField(_("为什么"), max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need_category", "resource_category"], name="impossible_pair_once"
            )
        ]


class WeightChange(models.Model):
    """A weight that the base set differently from the shipped table."""

    code = models.CharField(max_length=30, unique=True)
    value = models.FloatField()
    note = models.CharField(_("为什么"), max_length=200)
