"""Which districts and streets an offer reaches."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import queries
from accounts.models import Region, RegionLevel

Group = tuple[str, list[tuple[str, str]]]


def _below_base(deepest: RegionLevel) -> list[Region]:
    """Open districts and what lies below them, inside the base's home region, in order of path."""
    base = queries.base_region()
    inside = Region.objects.filter(
        closed=False, level__gte=RegionLevel.DISTRICT, level__lte=deepest
    )
    return list(inside.filter(path__startswith=base.path if base else "").order_by("path"))


def _grouped(regions: Iterable[Region], top: RegionLevel) -> list[Group]:
    """Regions under the name of the `top`-level place that they lie in, itself first."""
    groups: list[Group] = []
    for region in regions:
        if region.level == top:
            groups.append((region.name, [(region.code, region.name)]))
        elif region.level > top and groups:
            groups[-1][1].append((region.code, region.name))
    return groups


class Served(forms.MultipleChoiceField):
    """Districts and streets; cleans to a list of Regions."""

    def __init__(self, **options: Any) -> None:
        widget = forms.CheckboxSelectMultiple(attrs={"class": "choices flow"})
        super().__init__(required=False, widget=widget, **options)
        self._regions: dict[str, Region] = {}

    def load(self) -> None:
        regions = _below_base(RegionLevel.STREET)
        self._regions = {region.code: region for region in regions}
        self.choices = _grouped(regions, RegionLevel.DISTRICT)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [getattr(one, "code", one) for one in value]
        return value

    def clean(self, value: Any) -> list[Region]:
        codes = super().clean(value)
        if any(code not in self._regions for code in codes):
            raise ValidationError(_("有一个地点已经没有了，请重新选。"))
        return [self._regions[code] for code in codes]
