"""Filters of the API's lists of needs and resource offers."""

from datetime import datetime
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError

from accounts.queries import get_region
from core.api_input import YesNoFilter
from marketplace.models import Category, Need, NeedKind, OfferKind, ResourceOffer
from marketplace.queries import localized_names
from marketplace.states import EntryState


class EntryFilter(django_filters.FilterSet):
    """`region` holds everything below it; several states may be given."""

    category = django_filters.CharFilter(method="of", max_length=30, label=_("类别代码"))
    region = django_filters.CharFilter(
        method="inside", max_length=20, label=_("地区代码，包括下级")
    )
    state = django_filters.MultipleChoiceFilter(choices=EntryState.choices, label=_("状态"))
    organization = django_filters.CharFilter(
        field_name="organization__number", max_length=20, label=_("单位编号")
    )
    updated_since = django_filters.IsoDateTimeFilter(
        method="since", label=_("这个时间以后改过的，如 2026-11-25T08:00:00+08:00")
    )

    def inside(self, rows: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        region = get_region(code)
        if region is None:
            raise ValidationError({"region": [_("没有这个地区代码。")]})
        return rows.filter(region__path__startswith=region.path)

    def of(self, rows: QuerySet[Any], name: str, code: str) -> QuerySet[Any]:
        if code not in localized_names(Category):
            raise ValidationError({name: [_("没有这个类别代码。")]})
        return rows.filter(category__code=code)

    def since(self, rows: QuerySet[Any], name: str, moment: datetime) -> QuerySet[Any]:
        if not 2000 <= moment.year <= 2100:
            raise ValidationError({name: [_("时间要在 2000 年到 2100 年之间。")]})
        return rows.filter(updated_at__gte=moment)


class NeedFilter(EntryFilter):
    kind = django_filters.ChoiceFilter(choices=NeedKind.choices, label=_("种类"))
    micro_wish = YesNoFilter(label=_("微心愿"))

    class Meta:
        model = Need
        fields: list[str] = []


class ResourceFilter(EntryFilter):
    kind = django_filters.ChoiceFilter(choices=OfferKind.choices, label=_("种类"))

    class Meta:
        model = ResourceOffer
        fields: list[str] = []
