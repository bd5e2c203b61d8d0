"""The API's schema: what every call may answer besides its own results, and where it is read."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView

from core.api import PROBLEM
from core.errors import Sentence

Schema = dict[str, Any]

_PROBLEM_SCHEMA: Schema = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
# Which refusals a call may give, and what each means.
_ALWAYS = {
    "401": _("令牌不对，或这里要令牌。"),
    "403": _("没有这项权限。"),
    "404": _("没有这一条，或它不对你公开。"),
    "406": _("只有 JSON。"),
    "422": _("有几处要改，errors 里写明是哪个字段。"),
    "429": _("太频繁了，请按 Retry-After 等一等。"),
}
_WITH_BODY = {
    "400": _("不是 JSON，或里面有不能保存的内容。"),
    "409": _("已经变了：状态不同、版本不同、数量不够，或同一个 Idempotency-Key 用了别的内容。"),
    "413": _("内容太大，最多 1 MB。"),
    "415": _("请用 application/json。"),
}
# What is read without a token.
_OPEN = frozenset({"needs", "resources", "search", "links", "codes", "regions"})
_KEY_PARAMETER: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 100},
    "description": _("同一个编号只做一次；再发一次得到第一次的回答。"),
}


class SchemaDownload(SpectacularAPIView):
    """The schema itself, as JSON or YAML."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer]
    permission_classes = []

    @extend_schema(exclude=True)
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]


def documented_once(endpoints: list[tuple[Any, ...]], **_more: Any) -> list[tuple[Any, ...]]:
    """Leave the twins without the last slash out."""
    return [endpoint for endpoint in endpoints if endpoint[0].endswith("/")]


def with_problems(result: Schema, **_more: Any) -> Schema:
    """Add the refusals to every call, and the idempotency key to every POST."""
    result["components"]["schemas"]["Problem"] = _PROBLEM_SCHEMA
    for path, methods in result["paths"].items():
        for method, call in methods.items():
            if method == "get" and path.split("/")[3] in _OPEN:
                call["security"].append({})
            refusals = _ALWAYS | (_WITH_BODY if method in ("post", "patch") else {})
            for status, meaning in refusals.items():
                call["responses"].setdefault(status, _refusal(status, meaning))
            if method == "post":
                call.setdefault("parameters", []).append(
                    _KEY_PARAMETER | {"description": str(_KEY_PARAMETER["description"])}
                )
    return result


def _refusal(status: str, meaning: Sentence) -> Schema:
    answer: Schema = {
        "description": str(meaning),
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status == "429":
        wait = {"description": str(_("要等的秒数")), "schema": {"type": "integer"}}
        answer["headers"] = {"Retry-After": wait}
    return answer
