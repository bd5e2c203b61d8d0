"""Proposals and links over the API: the two sides and the operator; finished links in public."""

from collections.abc import Callable
from typing import Any, ClassVar, cast

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_view
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiScope
from core.api import IdempotentPost, NewestFirst, api_actor, checked_number
from core.api_input import YesNoFilter
from core.errors import Invalid, NotAllowed
from core.permissions import NOBODY, Actor
from matching import operations, permissions, queries
from matching.models import Match, Side
from matching.serializers import (
    AcceptInput,
    DeclineInput,
    DeliveryInput,
    DeliveryShape,
    LinkShape,
    NothingInput,
    ProposalShape,
    delivery_values,
    link_values,
    proposal_values,
)
from matching.states import MatchState

_NOT_FOUND = _("没有这一条，或它不对你公开，都是 404。")


def _example(value: dict[str, Any]) -> list[OpenApiExample]:
    return [OpenApiExample("example", value=value, request_only=True)]


class ProposalFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=MatchState.choices, label=_("状态"))
    waiting = YesNoFilter(method="waits", label=_("还等着你们回复"))

    class Meta:
        model = Match
        fields: list[str] = []

    def waits(self, rows: QuerySet[Match], _name: str, wanted: bool) -> QuerySet[Match]:
        waiting = queries.waiting_for(
            api_actor(cast(Request, self.request)).organization_id
        ).values("pk")
        return rows.filter(pk__in=waiting) if wanted else rows.exclude(pk__in=waiting)


class LinkFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(choices=MatchState.choices, label=_("状态"))

    class Meta:
        model = Match
        fields: list[str] = []


class _Matches(GenericAPIView[Any]):
    """What the views of proposals and links share."""

    pagination_class = NewestFirst
    input_class: ClassVar[Any] = NothingInput

    @property
    def actor(self) -> Actor:
        return api_actor(self.request)

    def found(self, number: str) -> Match:
        return queries.get_match(checked_number(number), self.actor)

    def taken(self, request: Request) -> dict[str, Any]:
        form = self.input_class(data=request.data)
        form.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(form.validated_data)
        return values


class _Proposals(_Matches):
    read_scope = ApiScope.PROPOSALS_READ
    write_scope = ApiScope.PROPOSALS_DECIDE
    serializer_class = ProposalShape

    def found(self, number: str) -> Match:
        return queries.get_proposal(checked_number(number), self.actor)


class _Links(_Matches):
    read_scope = ApiScope.LINKS_READ
    write_scope = ApiScope.LINKS_WRITE
    serializer_class = LinkShape


def side_for(actor: Actor, match: Match, wanted: str | None) -> Side:
    """The side that answers: the one asked for, or the only one that the actor stands on."""
    sides = permissions.sides_of(actor, match)
    if not sides:
        raise NotAllowed(_("只有收到推荐的单位可以回复。"))
    if wanted is None and len(sides) > 1:
        raise Invalid({"side": _("两边都是你们单位，请写明以哪一方回复。")})
    side = Side(wanted) if wanted else sides[0]
    if side not in sides:
        raise NotAllowed(_("你们不在这一方。"))
    return side


class _Answer(_Proposals, IdempotentPost):
    """A POST that answers one proposal by one operation."""

    act: ClassVar[Callable[..., Match]]

    def post(self, request: Request, number: str) -> Response:
        values, match = self.taken(request), self.found(number)

        def perform() -> tuple[dict[str, Any], str]:
            side = side_for(self.actor, match, values.pop("side", None))
            answered = type(self).act(match, side, by=self.actor, at=timezone.now(), **values)
            shown = queries.get_match(answered.number, self.actor)
            return proposal_values(shown, self.actor), f"/api/v1/proposals/{match.number}/"

        return self.once(request, perform, status_code=200)


@extend_schema_view(
    get=extend_schema(
        operation_id="proposals_list",
        summary=_("推荐列表"),
        description=_("推荐给本单位的，最新的在前；运营方看到本区域的。"),
        responses=ProposalShape(many=True),
    )
)
class ProposalList(_Proposals):
    filterset_class = ProposalFilter

    def get_queryset(self) -> QuerySet[Match]:
        return queries.proposals_for(self.actor)

    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([proposal_values(m, self.actor) for m in page or []])


@extend_schema_view(
    get=extend_schema(
        operation_id="proposals_read",
        summary=_("一条推荐"),
        description=_NOT_FOUND,
        responses=ProposalShape,
    )
)
class ProposalDetail(_Proposals):
    def get(self, request: Request, number: str) -> Response:
        return Response(proposal_values(self.found(number), self.actor))


@extend_schema_view(
    post=extend_schema(
        operation_id="proposals_accept",
        summary=_("同意推荐"),
        description=_(
            "双方都同意就对接上了。先同意的可以改数量，后同意的可以写少，按少的算；"
            "不写 quantity 就是按现在的数量。"
        ),
        request=AcceptInput,
        examples=_example({"quantity": "16", "version": 2}),
        responses={200: ProposalShape},
    )
)
class ProposalAccept(_Answer):
    input_class = AcceptInput
    act = staticmethod(operations.accept)


@extend_schema_view(
    post=extend_schema(
        operation_id="proposals_decline",
        summary=_("谢绝推荐"),
        description=_("原因要写代码；选了“其他”还要写一句话。"),
        request=DeclineInput,
        examples=_example({"code": "TOO_FAR", "version": 2}),
        responses={200: ProposalShape},
    )
)
class ProposalDecline(_Answer):
    input_class = DeclineInput
    act = staticmethod(operations.decline)


@extend_schema_view(
    get=extend_schema(
        operation_id="links_list",
        summary=_("对接列表"),
        description=_("不带令牌：已有结果、双方都同意公开的。带令牌：加上本单位的。"),
        responses=LinkShape(many=True),
    )
)
class LinkList(_Links):
    public_read = True
    filterset_class = LinkFilter

    def get_queryset(self) -> QuerySet[Match]:
        return queries.links_for(linking_actor(self.actor))

    def get(self, request: Request) -> Response:
        actor = linking_actor(self.actor)
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        files = queries.delivery_files(page or [], actor)
        return self.get_paginated_response([link_values(m, actor, files) for m in page or []])


def linking_actor(actor: Actor) -> Actor:
    """A token reads its organization's links only with the scope for it, else the public ones."""
    if actor.channel == "api" and ApiScope.LINKS_READ not in actor.api_scopes:
        return NOBODY
    return actor


@extend_schema_view(
    get=extend_schema(
        operation_id="links_read",
        summary=_("一条对接"),
        description=_NOT_FOUND,
        responses=LinkShape,
    )
)
class LinkDetail(_Links):
    public_read = True

    def get(self, request: Request, number: str) -> Response:
        actor = linking_actor(self.actor)
        match = queries.get_link(checked_number(number), actor)
        return Response(link_values(match, actor, queries.delivery_files([match], actor)))


@extend_schema_view(
    post=extend_schema(
        operation_id="links_deliver",
        summary=_("登记一次交付"),
        description=_(
            "哪一方都可以登记，由需求方确认。比到那天约定的多，要写 over 和原因；多出太多的不收。"
        ),
        request=DeliveryInput,
        examples=_example({"quantity": "16", "day": "2026-12-01"}),
        responses={201: DeliveryShape},
    )
)
class LinkDeliveries(_Links, IdempotentPost):
    input_class = DeliveryInput

    def post(self, request: Request, number: str) -> Response:
        values, match = self.taken(request), self.found(number)

        def perform() -> tuple[dict[str, Any], str]:
            values.setdefault("quantity", None)
            made = operations.record_delivery(match, by=self.actor, at=timezone.now(), **values)
            return delivery_values(made), f"/api/v1/links/{match.number}/"

        return self.once(request, perform)


@extend_schema_view(
    post=extend_schema(
        operation_id="links_confirm",
        summary=_("需求方确认全部收到"),
        description=_("还没确认的交付一起确认；有出入的要先说清楚。"),
        request=NothingInput,
        responses={200: LinkShape},
    )
)
class LinkConfirm(_Links, IdempotentPost):
    def post(self, request: Request, number: str) -> Response:
        self.taken(request)
        match = self.found(number)

        def perform() -> tuple[dict[str, Any], str]:
            operations.confirm_all(match, by=self.actor, at=timezone.now())
            shown = queries.get_match(match.number, self.actor)
            files = queries.delivery_files([shown], self.actor)
            return link_values(shown, self.actor, files), f"/api/v1/links/{match.number}/"

        return self.once(request, perform, status_code=200)
