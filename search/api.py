"""`/api/v1/search/`: the market's one search over the API."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import ApiScope
from accounts.queries import get_region
from core.api import api_actor, check_parameters, checked_size
from core.errors import Invalid, Sentence
from core.permissions import NOBODY, Actor
from marketplace.states import EntryState
from search import queries
from search.gateways.shapes import (
    LARGEST_PAGE,
    LONGEST_QUERY,
    SORTS,
    Hit,
    SearchPage,
    SearchRequest,
)
from search.queries.names import category_names
from search.validators import read_state

_KINDS = ("need", "resource")
_PLAIN = ("q", "kind", "category", "state", "sort", "exact", "closing", "cursor")
PARAMETERS = (*_PLAIN, "region", "page_size")


class HitShape(serializers.Serializer[Any]):
    kind = serializers.CharField()
    number = serializers.CharField()
    title = serializers.CharField()
    snippet = serializers.CharField(allow_blank=True)
    state = serializers.CharField()
    category = serializers.CharField(allow_blank=True, help_text=_("类别代码"))
    organization = serializers.CharField()
    verified = serializers.BooleanField()
    place = serializers.CharField(allow_blank=True)
    posted_at = serializers.DateTimeField(allow_null=True)
    closes_at = serializers.DateTimeField(allow_null=True)
    level = serializers.CharField(help_text=_("你按哪一级阅读"))
    url = serializers.CharField(help_text=_("网页的路径"))


class SearchShape(serializers.Serializer[Any]):
    total = serializers.IntegerField(help_text=_("找到多少条"))
    at_least = serializers.BooleanField(help_text=_("true 表示实际更多"))
    next = serializers.CharField(allow_null=True, help_text=_("下一页的地址"))
    did_you_mean = serializers.CharField(allow_blank=True)
    also_searched = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), help_text=_("同时找了哪些说法")
    )
    results = HitShape(many=True)


def _parameter(name: str, about: Sentence, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, description=about, **more)


def reading_actor(actor: Actor) -> Actor:
    """A token searches at its organization's level only with the scope for it."""
    if actor.channel == "api" and ApiScope.SEARCH_READ not in actor.api_scopes:
        return NOBODY
    return actor


def read_request(query: QueryDict, actor: Actor, at: datetime) -> SearchRequest:
    """The request in a query string; regions are named by code. Raises Invalid by parameter."""
    if unknown := set(query.getlist("category")) - set(category_names()):
        raise Invalid({"category": _("没有这个类别代码：%(code)s") % {"code": min(unknown)[:30]}})
    pairs: list[tuple[str, str]] = []
    for name in _PLAIN:
        pairs += [(name, value) for value in query.getlist(name)]
    if unknown := set(query.getlist("kind")) - set(_KINDS):
        raise Invalid({"kind": _("没有这种内容：%(kind)s") % {"kind": min(unknown)[:20]}})
    if unknown := set(query.getlist("state")) - set(EntryState.values):
        raise Invalid({"state": _("没有这种状态：%(state)s") % {"state": min(unknown)[:20]}})
    if query.get("exact", "") not in ("", "0", "1"):
        raise Invalid({"exact": _("请写 0 或 1。")})
    if len(query.get("q", "")) > LONGEST_QUERY:
        raise Invalid({"q": _("要找的词最多 %(n)s 个字。") % {"n": LONGEST_QUERY}})
    pairs += [("region", _path(code)) for code in query.getlist("region")]
    request = read_state(urlencode(pairs), level=queries.reader_level(actor), at=at)
    return _sized(request, query.get("page_size", ""))


def _path(code: str) -> str:
    region = get_region(code) if code.isascii() and code.isprintable() else None
    if region is None:
        raise Invalid({"region": _("没有这个地区代码。")})
    return region.path


def _sized(request: SearchRequest, size: str) -> SearchRequest:
    return replace(request, size=checked_size(size, LARGEST_PAGE)) if size else request


def hit_values(hit: Hit) -> dict[str, Any]:
    return {
        "kind": hit.kind,
        "number": hit.number,
        "title": hit.title,
        "snippet": "".join(piece for piece, _marked in hit.snippet),
        "state": hit.state,
        "category": hit.category,
        "organization": hit.organization,
        "verified": hit.verified,
        "place": hit.place,
        "posted_at": hit.posted_at,
        "closes_at": hit.closes_at,
        "level": hit.level,
        "url": hit.url,
    }


class Search(APIView):
    """Search needs and resources together."""

    public_read = True

    @extend_schema(
        operation_id="search",
        summary=_("搜索需求和资源"),
        description=_(
            "按词和近义说法找，找到的按相关排列。不带令牌搜公开的；"
            "令牌有“以本单位的身份搜索”的权限时，按本单位能看到的一级搜。"
        ),
        parameters=[
            _parameter("q", _("要找的词，如 助餐；不写就是全部，最新的在前")),
            _parameter("kind", _("need 需求，resource 资源"), enum=_KINDS),
            _parameter("category", _("类别代码，可以写几个"), many=True),
            _parameter("region", _("地区代码，包括下级，可以写几个"), many=True),
            _parameter("state", _("状态，可以写几个"), many=True, enum=list(EntryState.values)),
            _parameter("sort", _("排序"), enum=SORTS),
            _parameter("exact", _("1 表示只找原词"), enum=["1"]),
            _parameter("closing", _("多少天内截止")),
            _parameter("page_size", _("每页多少条，最多 100")),
            _parameter("cursor", _("下一页的位置，从 next 里来")),
        ],
        responses=SearchShape,
    )
    def get(self, request: Request) -> Response:
        at = timezone.now()
        check_parameters(request, PARAMETERS)
        actor = reading_actor(api_actor(request))
        wanted = read_request(request.query_params, actor, at)
        page = queries.market(wanted, organization_id=actor.organization_id)
        return Response(
            {
                "total": page.total,
                "at_least": page.more,
                "next": self._next(request, page),
                "did_you_mean": page.did_you_mean,
                "also_searched": {also.word: list(also.others) for also in page.also_searched},
                "results": [hit_values(hit) for hit in page.hits],
            }
        )

    def _next(self, request: Request, page: SearchPage) -> str | None:
        if not page.cursor:
            return None
        query = request.query_params.copy()
        query["cursor"] = page.cursor
        return f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"
