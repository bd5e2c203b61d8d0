"""What the API takes and gives of needs and resource offers: shapes, and values put into them.

What is given is put together by `need_values` and `resource_values` from the reader's level
alone; contact data is in no shape that leaves the house.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Organization, Region
from core.api_input import PlainText, StrictInput
from core.permissions import Actor
from marketplace import permissions, queries
from marketplace.models import (
    Availability,
    BeneficiaryGroup,
    Category,
    Cost,
    LegalRoute,
    Level,
    Need,
    NeedKind,
    NeedSource,
    OfferKind,
    Period,
    ResourceOffer,
    Unit,
)
from marketplace.states import EntryState
from marketplace.validators import LENGTHS, MAX_QUANTITY, clean_text

MOST_LISTED = 30
_UNKNOWN = _("没有这个代码。")
_NO_CHOICE = _("没有这个选项。")


# -- given ----------------------------------------------------------------------------------
class Named(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


# A row of a list that staff keep; places have no English name.
class ListedShape(Named):
    name_en = serializers.CharField(
        allow_blank=True, help_text=_("英文名称；没有写的为空，请显示 name")
    )


class OrganizationShape(serializers.Serializer[Any]):
    number = serializers.CharField()
    name = serializers.CharField()
    verified = serializers.BooleanField(help_text=_("运营方已核验"))


class PlaceShape(Named):
    full_name = serializers.CharField()


# Docstrings of shapes would stand in the schema that callers read: comments instead.
# The three texts as they were written, for whoever may edit them.
class TextsShape(serializers.Serializer[Any]):
    public = serializers.CharField(allow_blank=True)
    partners = serializers.CharField(allow_blank=True)
    internal = serializers.CharField(allow_blank=True)


def _amount(**more: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=12, decimal_places=2, allow_null=True, **more)


class EntryShape(serializers.Serializer[Any]):
    number = serializers.CharField()
    version = serializers.IntegerField(help_text=_("每次修改加一；修改时要带上"))
    state = serializers.ChoiceField(choices=EntryState.choices)
    level = serializers.ChoiceField(choices=Level.choices, help_text=_("你按哪一级阅读"))
    visibility = serializers.ChoiceField(choices=Level.choices)
    title = serializers.CharField()
    text = serializers.CharField(allow_blank=True, help_text=_("你这一级能看到的说明"))
    texts = TextsShape(allow_null=True, help_text=_("只给发布单位自己"))
    organization = OrganizationShape()
    category = ListedShape(allow_null=True)
    region = PlaceShape(allow_null=True)
    remote = serializers.BooleanField()
    availability = serializers.ChoiceField(choices=Availability.choices)
    quantity = _amount()
    remaining = _amount(help_text=_("还没有对接的数量"))
    unit = ListedShape(allow_null=True)
    period = serializers.ChoiceField(choices=Period.choices)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    closes_on = serializers.DateField(allow_null=True)
    groups = serializers.ListField(child=serializers.CharField())
    conditions = serializers.CharField(allow_blank=True)
    posted_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField()
    url = serializers.CharField(help_text=_("网页的路径"))


class NeedShape(EntryShape):
    kind = serializers.ChoiceField(choices=NeedKind.choices)
    micro_wish = serializers.BooleanField()
    beneficiaries = serializers.IntegerField(allow_null=True)
    budget = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    self_raised = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
    indicators = serializers.CharField(allow_blank=True)
    source = serializers.ChoiceField(  # type: ignore[assignment]  # DRF has one
        choices=NeedSource.choices, allow_blank=True
    )
    meeting_approved = serializers.BooleanField()


class ResourceShape(EntryShape):
    kind = serializers.ChoiceField(choices=OfferKind.choices)
    served = PlaceShape(many=True)
    serves_all = serializers.BooleanField()
    weekdays = serializers.ListField(child=serializers.IntegerField())
    cost = serializers.ChoiceField(choices=Cost.choices)
    naming_wish = serializers.CharField(allow_blank=True)
    legal_route = serializers.ChoiceField(choices=LegalRoute.choices, allow_blank=True)
    max_pieces = serializers.IntegerField(allow_null=True)


def named(row: Category | Unit | BeneficiaryGroup | None) -> dict[str, str] | None:
    return {"code": row.code, "name": row.name, "name_en": row.name_en} if row else None


def place_values(region: Region | None) -> dict[str, str] | None:
    if region is None:
        return None
    return {"code": region.code, "name": region.name, "full_name": region.full_name}


def organization_values(organization: Organization) -> dict[str, Any]:
    return {
        "number": organization.number,
        "name": organization.name,
        "verified": organization.is_verified,
    }


def decimal_text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _same(entry: Need | ResourceOffer, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in names}


def entry_values(entry: Need | ResourceOffer, actor: Actor) -> dict[str, Any]:
    """An entry as this reader may read it; the caller has checked that they may at all."""
    view = queries.view_of(entry, actor)
    edits = bool(permissions.can_edit(actor, entry))
    texts = {
        "public": entry.text_public,
        "partners": entry.text_partners,
        "internal": entry.text_internal,
    }
    return {
        **_same(entry, ("number", "version", "state", "visibility", "kind", "remote")),
        "level": view.level,
        "title": view.title,
        "text": view.text,
        "texts": texts if edits else None,
        "organization": organization_values(entry.organization),
        "category": named(entry.category),
        "region": place_values(entry.region),
        "quantity": decimal_text(entry.quantity),
        "remaining": decimal_text(entry.remaining),
        "unit": named(entry.unit),
        **_same(entry, ("availability", "period", "starts_on", "ends_on", "closes_on", "groups")),
        **_same(entry, ("conditions", "posted_at", "updated_at")),
        "url": reverse(f"marketplace:{entry.KIND}-detail", args=[entry.number]),
        **(_need_values(entry) if isinstance(entry, Need) else _resource_values(entry)),
    }


def _need_values(need: Need) -> dict[str, Any]:
    return {
        **_same(need, ("micro_wish", "beneficiaries", "indicators", "source", "meeting_approved")),
        "budget": decimal_text(need.budget),
        "self_raised": decimal_text(need.self_raised),
    }


def _resource_values(offer: ResourceOffer) -> dict[str, Any]:
    names = ("serves_all", "weekdays", "cost", "naming_wish", "legal_route", "max_pieces")
    places = sorted(offer.served.all(), key=lambda place: place.code)
    return {**_same(offer, names), "served": [place_values(place) for place in places]}


# -- taken ----------------------------------------------------------------------------------
class Words(PlainText):
    """Text in the form in which pages keep it; what pages would cut out is refused."""

    def __init__(self, *, max_length: int, **more: Any) -> None:
        super().__init__(max_length=max_length, **{"allow_blank": True, "required": False} | more)

    def to_internal_value(self, data: Any) -> str:
        return clean_text(super().to_internal_value(data))


@extend_schema_field(OpenApiTypes.STR)
class Coded(serializers.Field[Any, Any, Any, Any]):
    """A row of a list, named by its code."""

    default_error_messages = {"unknown": _UNKNOWN}
    longest = 30

    def __init__(self, rows: QuerySet[Any], **more: Any) -> None:
        self.rows = rows
        super().__init__(**{"required": False, "allow_null": True} | more)

    def to_internal_value(self, data: Any) -> Model:
        if not isinstance(data, str) or len(data) > self.longest or not data.isprintable():
            self.fail("unknown")
        row: Model | None = self.rows.all().filter(code=data).first()
        if row is None:
            self.fail("unknown")
        return row

    def to_representation(self, value: Any) -> str:
        return str(value.code)


def choice(choices: Any, **more: Any) -> serializers.ChoiceField:
    messages: dict[str, Any] = {"invalid_choice": _NO_CHOICE}
    return serializers.ChoiceField(
        choices=choices.choices, required=False, error_messages=messages, **more
    )


class Day(serializers.DateField):
    """A day that a plan can have."""

    default_error_messages = {"range": _("日期要在 2000 年到 2100 年之间。")}

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, allow_null=True, **more)

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if not 2000 <= day.year <= 2100:
            self.fail("range")
        return day


def _money() -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=14, decimal_places=2, min_value=Decimal(0), required=False, allow_null=True
    )


# Content of an entry; `content()` is what the operations take.
class EntryInput(StrictInput):
    title = Words(max_length=LENGTHS["title"])
    category = Coded(Category.objects.filter(closed=False), help_text=_("类别代码"))
    visibility = choice(Level)
    text_public = Words(max_length=LENGTHS["text_public"])
    text_partners = Words(max_length=LENGTHS["text_public"])
    text_internal = Words(max_length=LENGTHS["text_public"])
    region = Coded(Region.objects.filter(closed=False, level__gte=4), help_text=_("街道或社区代码"))
    remote = serializers.BooleanField(required=False)
    availability = choice(Availability)
    quantity = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=MAX_QUANTITY,
        required=False,
        allow_null=True,
    )
    unit = Coded(Unit.objects.filter(closed=False), help_text=_("单位代码"))
    period = choice(Period)
    starts_on, ends_on, closes_on = Day(), Day(), Day()
    groups = serializers.ListField(
        child=PlainText(max_length=30), max_length=MOST_LISTED, required=False
    )
    conditions = Words(max_length=500)
    contact_name = Words(max_length=60, write_only=True)
    contact_phone = Words(max_length=40, write_only=True)
    address = Words(max_length=200, write_only=True)
    submit = serializers.BooleanField(
        required=False, default=False, help_text=_("true 提交发布，false 只存草稿")
    )

    def validate_groups(self, codes: list[str]) -> list[str]:
        known = set(queries.groups().values_list("code", flat=True))
        if not set(codes) <= known:
            raise serializers.ValidationError(_UNKNOWN)
        return list(dict.fromkeys(codes))

    def content(self) -> dict[str, Any]:
        besides = {"submit", "version"}
        taken: Mapping[str, Any] = self.validated_data
        return {name: value for name, value in taken.items() if name not in besides}


class NeedInput(EntryInput):
    kind = choice(NeedKind)
    micro_wish = serializers.BooleanField(required=False)
    beneficiaries = serializers.IntegerField(
        min_value=0, max_value=10_000_000, required=False, allow_null=True
    )
    budget, self_raised = _money(), _money()
    indicators = Words(max_length=500)
    source = choice(NeedSource, allow_blank=True)  # type: ignore[assignment]
    meeting_approved = serializers.BooleanField(required=False)


class ResourceInput(EntryInput):
    kind = choice(OfferKind)
    served = serializers.ListField(
        child=Coded(Region.objects.filter(closed=False), allow_null=False),
        max_length=MOST_LISTED,
        required=False,
    )
    serves_all = serializers.BooleanField(required=False)
    weekdays = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=7), max_length=7, required=False
    )
    cost = choice(Cost)
    naming_wish = Words(max_length=100)
    legal_route = choice(LegalRoute, allow_blank=True)
    max_pieces = serializers.IntegerField(
        min_value=1, max_value=32_767, required=False, allow_null=True
    )


class VersionedNeed(NeedInput):
    version = serializers.IntegerField(min_value=1, max_value=2_000_000_000)


class VersionedResource(ResourceInput):
    version = serializers.IntegerField(min_value=1, max_value=2_000_000_000)


class ReasonInput(StrictInput):
    reason = Words(max_length=300)
