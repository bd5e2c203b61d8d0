"""The API's grammar: problem+json, idempotency keys, cursor pages, buckets per caller."""

import json
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions, status
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.utils.json import strict_constant

from core.api_input import MOST_NAMED, UNSEEN, holds_unseen
from core.errors import DomainError, Invalid
from core.once import Answer, digest_of, take_once
from core.permissions import NOBODY, Actor
from core.ratelimit import Rate, spend

_NUMBER = re.compile(r"[A-Z]{2}[0-9]{2}-[0-9]{6,12}")
PROBLEM = "application/problem+json"


def api_actor(request: Request) -> Actor:
    """The actor of an API request: from its token, or from the session behind the pages."""
    if isinstance(request.auth, Actor):
        return request.auth
    actor: Actor = getattr(request._request, "actor", NOBODY)
    return actor


def problem(
    status_code: int,
    code: str,
    detail: str,
    errors: Sequence[dict[str, str]] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """RFC 9457: `type`, `title`, `status`, `detail`, and `errors` naming each field."""
    body: dict[str, Any] = {
        "type": f"/help/errors/{code}/",
        "title": code,
        "status": status_code,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    return Response(body, status=status_code, headers=headers, content_type=PROBLEM)


def _field_errors(detail: Any, path: str = "") -> list[dict[str, str]]:
    if isinstance(detail, dict):
        return [
            item
            for name, value in detail.items()
            for item in _field_errors(value, f"{path}.{name}" if path else str(name))
        ]
    if isinstance(detail, list):
        return [item for value in detail for item in _field_errors(value, path)]
    # What is wrong with the whole body is no field's.
    return [_fault("" if path == "non_field_errors" else path, str(detail))]


def _fault(field: str, detail: str) -> dict[str, str]:
    return {"field": field, "detail": detail} if field else {"detail": detail}


def exception_handler(error: Exception, _context: dict[str, Any]) -> Response | None:
    """Every expected failure as problem+json; anything else is a bug and becomes a 500."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, Invalid):
        listed = [
            _fault(name, str(sentence))
            for name, sentences in error.fields.items()
            for sentence in sentences
        ]
        return problem(error.status, error.code, str(error), listed)
    if isinstance(error, DomainError):
        return problem(error.status, error.code, str(error))
    if isinstance(error, exceptions.ValidationError):
        return problem(422, "invalid", _("有几处需要改。"), _field_errors(error.detail))
    if isinstance(error, exceptions.APIException):
        headers = {}
        wait, challenge = (
            getattr(error, "wait", None),
            getattr(error, "auth_header", None),
        )
        if wait is not None:
            headers["Retry-After"] = str(math.ceil(wait))
        if challenge:
            headers["WWW-Authenticate"] = challenge
        code = str(getattr(error, "default_code", "error")).replace("_", "-")
        return problem(error.status_code, code, str(error.detail), headers=headers)
    return None


class ProblemAwareJSONRenderer(JSONRenderer):
    """JSON, readable Chinese; keeps the problem content type that a response brings."""

    ensure_ascii = False


class TooLarge(exceptions.APIException):
    """A body that no call of the API needs."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("内容太大了，请分几次发送。")
    default_code = "too-large"


class StrictJSONParser(JSONParser):
    """JSON of at most 1 MB, of text that can be stored: no lone surrogates, no endless nesting."""

    longest = 1024 * 1024

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(self.longest + 1)
        if len(body) > self.longest:
            raise TooLarge
        try:
            data = json.loads(body.decode(), parse_constant=strict_constant)
            json.dumps(data, ensure_ascii=False).encode()
        except (RecursionError, UnicodeEncodeError) as error:
            raise exceptions.ParseError(_("这不是可以保存的 JSON 内容。")) from error
        except UnicodeDecodeError as error:
            raise exceptions.ParseError(_("内容不是 UTF-8 编码的文字。")) from error
        except json.JSONDecodeError as error:
            raise exceptions.ParseError(
                _("不是 JSON：第 %(line)s 行第 %(column)s 个字符处读不下去。")
                % {"line": error.lineno, "column": error.colno}
            ) from error
        except ValueError as error:
            raise exceptions.ParseError(_("JSON 里没有 NaN 和 Infinity 这样的数。")) from error
        return data


class CursorPages(CursorPagination):
    """Stable pages while rows arrive; `page_size` up to 100."""

    page_size = 20
    max_page_size = 100
    page_size_query_param = "page_size"
    ordering: Any = ("-posted_at", "-id")

    def get_page_size(self, request: Request) -> int:
        size = request.query_params.get(self.page_size_query_param, "")
        return checked_size(size, self.max_page_size) if size else self.page_size

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        """As OpenAPI 3.1 says it: both addresses are always there, null where there is no page."""
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": address | {"description": str(_("下一页的地址；没有了就是 null"))},
                "previous": address | {"description": str(_("上一页的地址；没有就是 null"))},
                "results": schema,
            },
        }

    def decode_cursor(self, request: Request) -> Any:
        try:
            return super().decode_cursor(request)
        except exceptions.NotFound as error:
            raise bad_cursor() from error


def bad_cursor() -> Invalid:
    """A page's position that nobody here wrote."""
    return Invalid({"cursor": _("这一页的位置不对，请从第一页重新取。")})


def checked_size(size: str, largest: int) -> int:
    """The size of a page as asked for: what is no number from 1 is refused, not guessed."""
    if not (size.isascii() and size.isdigit() and 1 <= int(size[:6]) <= largest):
        raise Invalid({"page_size": _("每页 1 到 %(n)s 条。") % {"n": largest}})
    return int(size)


def check_parameters(request: Request, known: Iterable[str]) -> None:
    """A misspelled filter must not answer as if it were not there, nor one with unseen characters
    as if it had none. Raises Invalid by parameter."""
    strange = sorted(set(request.query_params) - set(known))
    if strange:
        raise Invalid({name[:60]: _("没有这个参数。") for name in strange[:MOST_NAMED]})
    unseen = [
        name
        for name in request.query_params
        if any(holds_unseen(value) for value in request.query_params.getlist(name))
    ]
    if unseen:
        raise Invalid(dict.fromkeys(unseen, UNSEEN))


class StrictFilters(DjangoFilterBackend):
    """The filters of a list; a parameter that is none of them is named."""

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        filters = self.get_filterset_class(view, queryset)
        known = {CursorPages.cursor_query_param, CursorPages.page_size_query_param}
        check_parameters(request, known | set(filters.base_filters if filters else ()))
        return super().filter_queryset(request, queryset, view)


class NewestFirst(CursorPages):
    """Pages by row id: nothing is skipped or shown twice while rows arrive or change."""

    ordering = "-id"

    def decode_cursor(self, request: Request) -> Any:
        """A position that is no row id was not written by us."""
        cursor = super().decode_cursor(request)
        if cursor is None or cursor.position is None:
            return cursor
        position = str(cursor.position)
        if not (position.isascii() and position.isdigit() and len(position) <= 18):
            raise bad_cursor()
        return cursor


def checked_number(number: str) -> str:
    """A number from a path, if it is written like one; raises NotFound before any query."""
    if not _NUMBER.fullmatch(number):
        raise exceptions.NotFound
    return number


class BucketThrottle(BaseThrottle):
    """One bucket per caller and kind of call, in the database; answers how long to wait."""

    rates: ClassVar[dict[str, Rate]] = {"read": Rate(300, 60), "write": Rate(60, 60)}

    def allow_request(self, request: Request, view: Any) -> bool:
        kind = "read" if request.method in ("GET", "HEAD", "OPTIONS") else "write"
        actor = api_actor(request)
        caller = (
            f"u{actor.user_id}o{actor.organization_id}"
            if actor.is_authenticated
            else self._ip(request)
        )
        self._wait = spend(f"api:{kind}:{caller}", self.rates[kind], timezone.now())
        return self._wait == 0.0

    def _ip(self, request: Request) -> str:
        return "ip" + str(request.META.get("REMOTE_ADDR", ""))

    def wait(self) -> float:
        return self._wait


class HasScope(BasePermission):
    """A token must carry the scope that the view names for the action; sessions carry all."""

    def has_permission(self, request: Request, view: Any) -> bool:
        actor = api_actor(request)
        reading = request.method in ("GET", "HEAD", "OPTIONS")
        needed = getattr(view, "read_scope" if reading else "write_scope", "")
        if reading and getattr(view, "public_read", False):
            return True
        if not actor.is_authenticated:
            raise exceptions.NotAuthenticated
        if actor.channel != "api":
            return True
        if needed and needed not in actor.api_scopes:
            raise exceptions.PermissionDenied(
                _("这个令牌没有这项权限：%(scope)s") % {"scope": needed}
            )
        return True


class IdempotentPost:
    """POST with an `Idempotency-Key` is answered once; the same key with the same body again
    gets the first answer, with another body 409."""

    def once(
        self, request: Request, perform: Any, status_code: int = status.HTTP_201_CREATED
    ) -> Response:
        """Run `perform() -> (data, location)`; answered with `status_code` and JSON."""
        key = request.headers.get("Idempotency-Key", "")
        if len(key) > 100:
            raise Invalid({"Idempotency-Key": _("请求编号最长 100 个字符。")})
        if not key:
            data, location = perform()
            return Response(data, status_code, headers={"Location": location})
        rendered: dict[str, Any] = {}

        def act() -> Answer:
            data, location = perform()
            rendered["data"] = data
            body = JSONRenderer().render(data).decode()
            return Answer(location, status_code, body)

        actor = api_actor(request)
        scope = f"api:{actor.user_id}:{actor.organization_id}:{request.path}:{key}"
        digest = digest_of(JSONRenderer().render(request.data))
        answer = take_once(scope, act, at=timezone.now(), digest=digest)
        if not answer.repeated:
            return Response(rendered["data"], answer.status, headers={"Location": answer.location})
        headers = {"Location": answer.location, "Idempotent-Replayed": "true"}
        return Response(json.loads(answer.body), answer.status, headers=headers)
