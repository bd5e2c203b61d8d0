"""Filters of the staff's lists."""

from typing import ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, OrganizationKind, Region
from accounts.states import OrganizationState


class OrganizationFilter(django_filters.FilterSet):
    """Free text over name, short name, number and code; kind, state, region (with all below it)."""

    q = django_filters.CharFilter(
        label=_("名称、编号或信用代码"),
        method="search",
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("名称、编号或信用代码"), "class": "mid"}
        ),
    )
    kind = django_filters.ChoiceFilter(
        label=_("类型"), choices=OrganizationKind.choices, empty_label=_("全部类型")
    )
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=OrganizationState.choices, empty_label=_("全部状态")
    )
    region = django_filters.CharFilter(label=_("所在地"), method="inside", widget=forms.HiddenInput)

    class Meta:
        model = Organization
        fields: ClassVar[list[str]] = []

    def search(self, rows: QuerySet[Organization], name: str, value: str) -> QuerySet[Organization]:
        text = value.strip()
        return rows.filter(
            Q(name__contains=text)
            | Q(short_name__contains=text)
            | Q(number=text.upper())
            | Q(uscc=text.upper())
        )

    def inside(self, rows: QuerySet[Organization], name: str, value: str) -> QuerySet[Organization]:
        region = Region.objects.filter(code=value).first()
        return rows.filter(region__path__startswith=region.path) if region else rows.none()
