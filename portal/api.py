"""`/api/v1/codes/` and `/api/v1/regions/`: every code that the API takes, with its name."""

import re
from collections.abc import Iterable
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Region, RegionLevel
from accounts.queries import get_region
from core.api import CursorPages, bad_cursor, check_parameters
from core.errors import Invalid
from marketplace import queries as market
from marketplace.models import (
    Availability,
    BeneficiaryGroup,
    Category,
    Cost,
    LegalRoute,
    Level,
    NeedKind,
    NeedSource,
    OfferKind,
    Period,
    Unit,
)
from marketplace.serializers import ListedShape, Named, named
from marketplace.states import EntryState
from matching import decline_reasons
from matching.models import Side
from matching.states import MatchState

_POSITION = re.compile(r"[0-9A-Za-z-]{1,20}")


class DeclineReasonShape(Named):
    sides = serializers.ListField(
        child=serializers.CharField(), help_text=_("哪一方可以用：NEED、RESOURCE")
    )
    needs_note = serializers.BooleanField(help_text=_("true 表示还要写一句话（note）"))


class CodesShape(serializers.Serializer[Any]):
    categories = ListedShape(many=True, help_text=_("类别"))
    units = ListedShape(many=True, help_text=_("数量单位"))
    groups = ListedShape(many=True, help_text=_("人群"))
    need_kinds = Named(many=True, help_text=_("需求的种类"))
    resource_kinds = Named(many=True, help_text=_("资源的种类"))
    states = Named(many=True, help_text=_("需求和资源的状态"))
    match_states = Named(many=True, help_text=_("推荐和对接的状态"))
    visibility = Named(many=True, help_text=_("给谁看"))
    availability = Named(many=True, help_text=_("次数"))
    periods = Named(many=True, help_text=_("数量是每多久的"))
    sources = Named(many=True, help_text=_("需求是怎么收集的"))
    costs = Named(many=True, help_text=_("收费"))
    legal_routes = Named(many=True, help_text=_("资源怎么提供"))
    decline_reasons = DeclineReasonShape(many=True, help_text=_("谢绝的原因"))


def _choices(choices: Any) -> list[dict[str, str]]:
    return [{"code": str(code), "name": str(name)} for code, name in choices.choices]


def _listed(rows: Iterable[Category | Unit | BeneficiaryGroup]) -> list[dict[str, str] | None]:
    return [named(row) for row in rows]


def _reasons() -> list[dict[str, Any]]:
    return [
        {
            "code": reason.code,
            "name": reason.label,
            "sides": [side for side in Side.values if reason.side in ("BOTH", side)],
            "needs_note": reason.needs_text,
        }
        for reason in decline_reasons.all_reasons()
    ]


class Codes(APIView):
    """The lists of codes, those that are in use."""

    public_read = True

    @extend_schema(
        operation_id="codes",
        summary=_("代码表"),
        description=_(
            "类别、单位、人群、种类、状态、原因等代码和名称，一次全给。"
            "name 按 Accept-Language 是中文或英文；categories、units、groups 的 name 是中文，英文在 name_en。"
        ),
        responses=CodesShape,
    )
    def get(self, request: Request) -> Response:
        check_parameters(request, ())
        return Response(
            {
                "categories": _listed(market.categories()),
                "units": _listed(market.units()),
                "groups": _listed(market.groups()),
                "need_kinds": _choices(NeedKind),
                "resource_kinds": _choices(OfferKind),
                "states": _choices(EntryState),
                "match_states": _choices(MatchState),
                "visibility": _choices(Level),
                "availability": _choices(Availability),
                "periods": _choices(Period),
                "sources": _choices(NeedSource),
                "costs": _choices(Cost),
                "legal_routes": _choices(LegalRoute),
                "decline_reasons": _reasons(),
            }
        )


class RegionShape(Named):
    full_name = serializers.CharField()
    level = serializers.ChoiceField(
        choices=RegionLevel.choices, help_text=_("1 省，2 市，3 区县，4 街道（乡镇），5 社区（村）")
    )
    parent = serializers.CharField(  # type: ignore[assignment]
        allow_null=True, help_text=_("上一级的代码")
    )


class RegionFilter(django_filters.FilterSet):
    parent = django_filters.CharFilter(
        method="below", max_length=20, label=_("上一级的代码；只给它下面一级的")
    )
    level = django_filters.TypedChoiceFilter(
        choices=RegionLevel.choices, coerce=int, label=_("级别，1 到 5")
    )
    name = django_filters.CharFilter(lookup_expr="contains", max_length=30, label=_("名称里有的字"))

    class Meta:
        model = Region
        fields: list[str] = []

    def below(self, rows: QuerySet[Region], _name: str, code: str) -> QuerySet[Region]:
        region = get_region(code)
        if region is None:
            raise Invalid({"parent": _("没有这个地区代码。")})
        return rows.filter(parent=region)


class RegionPages(CursorPages):
    """By code, so that what lies together stands together."""

    ordering = "code"

    def decode_cursor(self, request: Request) -> Any:
        cursor = super().decode_cursor(request)
        if cursor is None or cursor.position is None:
            return cursor
        if not _POSITION.fullmatch(str(cursor.position)):
            raise bad_cursor()
        return cursor


class Regions(GenericAPIView[Region]):
    """The tree of places that are in use."""

    public_read = True
    pagination_class = RegionPages
    filterset_class = RegionFilter
    serializer_class = RegionShape

    def get_queryset(self) -> QuerySet[Region]:
        return Region.objects.filter(closed=False).select_related("parent")

    @extend_schema(
        operation_id="regions_list",
        summary=_("地区代码"),
        description=_("从省到社区。发布时的 region 要用街道或社区（level 4、5）的代码。"),
        responses=RegionShape(many=True),
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([_region(region) for region in page or []])


def _region(region: Region) -> dict[str, Any]:
    return {
        "code": region.code,
        "name": region.name,
        "full_name": region.full_name,
        "level": region.level,
        "parent": region.parent.code if region.parent else None,
    }
