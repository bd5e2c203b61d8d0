"""Forms of the staff lists: categories, units, groups of beneficiaries."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.forms.fields import WholeNumber, Words
from marketplace.models import BeneficiaryGroup, Category, Unit


class ListedForm(forms.Form):
    """`values()` is what the operations take."""

    name = Words(
        label=gettext_lazy("名称"),
        max_length=30,
        required=True,
        css="mid",
        error_messages={"required": gettext_lazy("请写名称。")},
    )
    name_en = Words(
        label=gettext_lazy("英文名称"),
        max_length=60,
        css="mid",
        help_text=gettext_lazy("可以不填，英文页面就显示中文名称。"),
    )
    order = WholeNumber(
        label=gettext_lazy("次序"),
        max_value=30000,
        too_big=gettext_lazy("次序最大 30000。"),
        help_text=gettext_lazy("数小的排在前面。"),
    )
    closed = forms.BooleanField(
        label=gettext_lazy("不再使用（旧的内容照常显示，新的不能再选）"), required=False
    )

    def clean_order(self) -> int:
        return int(self.cleaned_data["order"] or 100)

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


def _lines(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[、，,;；\n]", text) if part.strip()]


class CategoryForm(ListedForm):
    topics = Words(
        label=gettext_lazy("包括哪些事"),
        max_length=500,
        rows=3,
        help_text=gettext_lazy("用顿号隔开，例如“助餐、助浴、陪伴”。按文字猜类别时也用它们。"),
    )
    field_order = ("name", "name_en", "topics", "order", "closed")

    def clean_topics(self) -> list[str]:
        topics = _lines(self.cleaned_data["topics"])
        if any(len(topic) > 20 for topic in topics):
            raise ValidationError(_("每一项最多 20 个字，请用顿号隔开。"))
        return topics


class UnitForm(ListedForm):
    aliases = Words(
        label=gettext_lazy("同义写法"),
        max_length=300,
        rows=3,
        help_text=gettext_lazy(
            "一行一个，例如“斤 0.5”：1 斤等于 0.5 个本单位；等于 1 的可以不写数。"
        ),
    )
    field_order = ("name", "name_en", "aliases", "order", "closed")

    def clean_aliases(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        for line in _lines(self.cleaned_data["aliases"]):
            word, _space, number = line.replace("=", " ").partition(" ")
            found.append({"label": word[:20], "factor": self._factor(number.strip() or "1")})
        if len({alias["label"] for alias in found}) != len(found):
            raise ValidationError(_("同一个写法出现了两次。"))
        return found

    def _factor(self, text: str) -> str:
        try:
            factor = Decimal(text)
        except InvalidOperation as error:
            raise ValidationError(_("“%(t)s”不是数，请写成“斤 0.5”。") % {"t": text}) from error
        if not factor.is_finite() or not 0 < factor <= 100000:
            raise ValidationError(_("换算的数要大于 0，最多 100000。"))
        return str(factor)


class GroupForm(ListedForm):
    parent = forms.ModelChoiceField(
        label=gettext_lazy("属于"),
        queryset=BeneficiaryGroup.objects.none(),
        to_field_name="code",
        required=False,
        empty_label=gettext_lazy("不属于别的人群"),
    )
    field_order = ("name", "name_en", "parent", "order", "closed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_groups = BeneficiaryGroup.objects.filter(closed=False).order_by("order", "id")
        self.fields["parent"].queryset = open_groups  # type: ignore[attr-defined]


def initial_of_listed(row: Category | Unit | BeneficiaryGroup) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": row.name,
        "name_en": row.name_en,
        "order": row.order,
        "closed": row.closed,
    }
    if isinstance(row, Category):
        values["topics"] = "、".join(row.topics)
    elif isinstance(row, Unit):
        values["aliases"] = "\n".join(f"{a['label']} {a['factor']}" for a in row.aliases)
    else:
        values["parent"] = row.parent.code if row.parent else None
    return values
