"""Needs and resource offers over the API: list, read, post, edit, withdraw."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiScope
from core.api import IdempotentPost, NewestFirst, api_actor, checked_number
from core.permissions import Actor
from marketplace import operations, queries
from marketplace.api.filters import NeedFilter, ResourceFilter
from marketplace.models import Need, ResourceOffer
from marketplace.serializers import (
    NeedInput,
    NeedShape,
    ReasonInput,
    ResourceInput,
    ResourceShape,
    VersionedNeed,
    VersionedResource,
    entry_values,
)
from marketplace.states import EntryState
from marketplace.validators import check_draft


def _example(value: dict[str, Any]) -> list[OpenApiExample]:
    return [OpenApiExample("example", value=value, request_only=True)]


_POSTED = {
    "title": "高龄老人午餐配送",
    "category": "elderly",
    "text_public": "午餐送到家，低盐软食。",
    "region": "440103001",
    "quantity": "30",
    "unit": "portion",
    "period": "DAY",
    "submit": True,
}
_NOT_FOUND = _("没有这一条，或它不对你公开，都是 404。")
_CHANGED = {"version": 3, "quantity": "20"}
_DRAFTS = (EntryState.DRAFT, EntryState.RETURNED)


class _Side(GenericAPIView[Any]):
    """What the views of one side share."""

    side: ClassVar[str]
    model: ClassVar[Any]
    input_class: ClassVar[Any]
    public_read = True
    pagination_class = NewestFirst
    write_scope: ClassVar[str]

    @property
    def actor(self) -> Actor:
        return api_actor(self.request)

    def get_queryset(self) -> QuerySet[Any]:
        return queries.readable_entries(self.model, self.actor)

    def taken(self, request: Request) -> Any:
        """The checked input; raises ValidationError."""
        form = self.input_class(data=request.data)
        form.is_valid(raise_exception=True)
        return form

    def found(self, number: str) -> Any:
        return queries.get_entry(self.side, checked_number(number), self.actor)

    def answer(self, entry: Need | ResourceOffer) -> dict[str, Any]:
        return entry_values(queries.entries_by_id(self.side, [entry.pk])[entry.pk], self.actor)

    def write(
        self,
        content: Mapping[str, Any],
        *,
        submit: bool,
        draft: Any = None,
        version: int | None = None,
    ) -> Any:
        by, at = self.actor, timezone.now()
        if not submit:
            check_draft(content)
            return operations.save_draft(
                self.model, content, by=by, at=at, entry=draft, version=version
            )
        if self.model is Need:
            return operations.post_need(content, by=by, at=at, draft=draft, version=version)
        return operations.post_resource(content, by=by, at=at, draft=draft, version=version)


class _List(_Side, IdempotentPost):
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response([entry_values(e, self.actor) for e in page or []])

    def post(self, request: Request) -> Response:
        form = self.taken(request)

        def perform() -> tuple[dict[str, Any], str]:
            entry = self.write(form.content(), submit=form.validated_data["submit"])
            return self.answer(entry), f"/api/v1/{self.side}s/{entry.number}/"

        return self.once(request, perform)


class _Detail(_Side):
    def get(self, request: Request, number: str) -> Response:
        return Response(entry_values(self.found(number), self.actor))

    def patch(self, request: Request, number: str) -> Response:
        entry, form = self.found(number), self.taken(request)
        content = {**queries.content_of(entry), **form.content()}
        version = form.validated_data["version"]
        if entry.state in _DRAFTS:
            submit = form.validated_data["submit"]
            saved = self.write(content, submit=submit, draft=entry, version=version)
        else:
            saved = operations.edit(
                entry, content, by=self.actor, at=timezone.now(), version=version
            )
        return Response(self.answer(saved))


class _Withdraw(_Side, IdempotentPost):
    input_class = ReasonInput

    def post(self, request: Request, number: str) -> Response:
        form = self.taken(request)
        entry = self.found(number)

        def perform() -> tuple[dict[str, Any], str]:
            reason = form.validated_data.get("reason", "")
            gone = operations.withdraw(entry, by=self.actor, at=timezone.now(), reason=reason)
            return self.answer(gone), f"/api/v1/{self.side}s/{entry.number}/"

        return self.once(request, perform, status_code=200)


class _OfNeeds(_Side):
    side, model = "need", Need
    write_scope = ApiScope.NEEDS_WRITE
    serializer_class = NeedShape


class _OfResources(_Side):
    side, model = "resource", ResourceOffer
    write_scope = ApiScope.RESOURCES_WRITE
    serializer_class = ResourceShape


@extend_schema_view(
    get=extend_schema(
        operation_id="needs_list",
        summary=_("需求列表"),
        description=_("你能看到的需求，最新的在前。不带令牌读公开的；令牌按本单位能看到的一级读。"),
        responses=NeedShape(many=True),
    ),
    post=extend_schema(
        operation_id="needs_create",
        summary=_("发布需求"),
        description=_(
            "`submit` 为 true 就提交，为 false 存成草稿。带 `Idempotency-Key` 时同一请求只做一次。"
        ),
        request=NeedInput,
        examples=_example(_POSTED),
        responses={201: NeedShape},
    ),
)
class NeedList(_OfNeeds, _List):
    filterset_class = NeedFilter
    input_class = NeedInput


@extend_schema_view(
    get=extend_schema(
        operation_id="needs_read",
        summary=_("一条需求"),
        description=_NOT_FOUND,
        responses=NeedShape,
    ),
    patch=extend_schema(
        operation_id="needs_edit",
        summary=_("修改需求"),
        description=_(
            "只写要改的字段，并带上你看到的 `version`；别人先改过就是 409。"
            "已公开的需求，改公开内容要等受理，旧内容先留着。"
        ),
        request=VersionedNeed,
        examples=_example(_CHANGED),
        responses=NeedShape,
    ),
)
class NeedDetail(_OfNeeds, _Detail):
    input_class = VersionedNeed


@extend_schema_view(
    post=extend_schema(
        operation_id="needs_withdraw",
        summary=_("撤回需求"),
        description=_("已经对接的继续，其余的不再对接。"),
        request=ReasonInput,
        examples=_example({"reason": "已经解决了"}),
        responses={200: OpenApiResponse(NeedShape)},
    ),
)
class NeedWithdraw(_OfNeeds, _Withdraw):
    public_read = False


@extend_schema_view(
    get=extend_schema(
        operation_id="resources_list",
        summary=_("资源列表"),
        description=_("你能看到的资源，最新的在前。不带令牌读公开的；令牌按本单位能看到的一级读。"),
        responses=ResourceShape(many=True),
    ),
    post=extend_schema(
        operation_id="resources_create",
        summary=_("提供资源"),
        description=_(
            "`submit` 为 true 就提交，为 false 存成草稿。带 `Idempotency-Key` 时同一请求只做一次。"
        ),
        request=ResourceInput,
        examples=_example(_POSTED | {"kind": "PROFESSIONAL", "serves_all": True}),
        responses={201: ResourceShape},
    ),
)
class ResourceList(_OfResources, _List):
    filterset_class = ResourceFilter
    input_class = ResourceInput


@extend_schema_view(
    get=extend_schema(
        operation_id="resources_read",
        summary=_("一条资源"),
        description=_NOT_FOUND,
        responses=ResourceShape,
    ),
    patch=extend_schema(
        operation_id="resources_edit",
        summary=_("修改资源"),
        description=_("只写要改的字段，并带上你看到的 `version`；别人先改过就是 409。"),
        request=VersionedResource,
        examples=_example(_CHANGED),
        responses=ResourceShape,
    ),
)
class ResourceDetail(_OfResources, _Detail):
    input_class = VersionedResource


@extend_schema_view(
    post=extend_schema(
        operation_id="resources_withdraw",
        summary=_("撤回资源"),
        description=_("已经对接的继续，其余的不再对接。"),
        request=ReasonInput,
        examples=_example({"reason": "已经解决了"}),
        responses={200: OpenApiResponse(ResourceShape)},
    ),
)
class ResourceWithdraw(_OfResources, _Withdraw):
    public_read = False
