"""The region picker: one select a level, cascading on the server, searchable where htmx runs."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from accounts import queries
from accounts.models import Region, RegionLevel


def _codes(data: Mapping[str, Any], name: str) -> list[str]:
    """What the selects say from the top down; or the one code given under the field's own name."""
    levels = [str(data.get(f"{name}_{level}") or "") for level in RegionLevel.values]
    chosen = [code for code in levels if code]
    return chosen or [str(data.get(name) or "")]


def chosen_region(codes: list[str]) -> Region | None:
    """The deepest of the codes that still hang together, from the top down.

    Who changes the district has the old district's street still selected below: it falls away.
    """
    current: Region | None = None
    for code in codes:
        region = queries.get_region(code) if 0 < len(code) <= 20 else None
        if region is None or (current is not None and region.parent_id != current.pk):
            break
        current = region
    return current


class RegionPicker(forms.Widget):
    """Selects named after field and level (`region_3`), from the base's home region (or the provinces) down.

    Works without JavaScript: a button opens the next level, another leaves the home region.
    `deepest` is the last level offered.
    """

    template_name = "accounts/widgets/region.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.deepest: int = RegionLevel.COMMUNITY
        self.wide = False

    def value_from_datadict(
        self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str
    ) -> dict[str, Any]:
        step = str(data.get(f"{name}_step", ""))
        return {
            "region": chosen_region(_codes(data, name)),
            "wide": bool(data.get(f"{name}_wide")) or step == "wide",
            "step": bool(step),
        }

    def value_omitted_from_data(
        self, data: Mapping[str, Any], files: Mapping[str, Any], name: str
    ) -> bool:
        names = (name, *(f"{name}_{level}" for level in RegionLevel.values))
        return not any(one in data for one in names)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        state = value if isinstance(value, dict) else {"region": value, "wide": False}
        region = state.get("region")
        if not isinstance(region, Region):
            region = queries.get_region(str(region)) if region else None
        base = None if state.get("wide") else queries.base_region()
        if base and region and not base.contains(region.path):
            base = None
        context["widget"] |= {
            "selects": self._selects(region, base),
            "base": base,
            "wide": base is None and queries.base_region() is not None,
            "deepest": self.deepest,
        }
        return context

    def _selects(self, region: Region | None, base: Region | None) -> list[dict[str, Any]]:
        line = queries.region_line(region) if region else []
        top = base.level if base else 0
        line = [step for step in line if step.level > top]
        parents: list[Region | None] = [base, *line]
        selects = []
        for index, parent in enumerate(parents):
            if parent is not None and parent.level >= self.deepest:
                break
            options = list(queries.child_regions(parent))
            if not options:
                break
            chosen = line[index].code if index < len(line) else ""
            level = RegionLevel(options[0].level)
            selects.append(
                {"level": level, "label": level.label, "options": options, "chosen": chosen}
            )
        return selects


class RegionField(forms.Field):
    """A region, at least as deep as `level`; cleans to a `Region` or None.

    `deepest` is the last level that is offered: a street by default for people and resources
    that need no community.
    """

    widget = RegionPicker

    def __init__(
        self,
        *,
        level: RegionLevel = RegionLevel.STREET,
        deepest: RegionLevel = RegionLevel.COMMUNITY,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.level = level
        cast(RegionPicker, self.widget).deepest = deepest

    def clean(self, value: Any) -> Region | None:
        state = value if isinstance(value, dict) else {"region": value, "step": False}
        region = state.get("region")
        if state.get("step"):
            raise ValidationError(_("请接着选地点。"), code="step")
        if region is None:
            if self.required:
                raise ValidationError(_("请选择地点。"), code="required")
            return None
        if region.level < self.level and queries.child_regions(region).exists():
            level = RegionLevel(self.level).label
            raise ValidationError(
                _("请接着选到%(level)s这一级。"), code="level", params={"level": level}
            )
        return cast(Region, region)

    def has_changed(self, initial: Any, data: Any) -> bool:
        region = data.get("region") if isinstance(data, dict) else data
        return bool(getattr(initial, "pk", initial) != getattr(region, "pk", region))
