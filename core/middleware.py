"""The edge: a request gets its id, and an expected refusal becomes a page."""

import ipaddress
import re
import uuid
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core import logs
from core.errors import DomainError, TooLarge

_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Keeps a proxy's `X-Request-ID` if it is well-formed, else gives one; answers with it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        offered = request.headers.get("X-Request-ID", "")
        request.id = offered if _ID.fullmatch(offered) else uuid.uuid4().hex  # type: ignore[attr-defined]
        with logs.about(request.id):  # type: ignore[attr-defined]
            response = self.get_response(request)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        return response


class ClientAddressMiddleware:
    """Behind one proxy of ours: the caller's address is the last entry of `X-Forwarded-For`.

    The last entry is the one our own proxy wrote; earlier ones are whatever the caller claims.
    Installed only with BEHIND_PROXY, so that rate limits and lock-outs count callers, not the
    proxy.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
        with suppress(ValueError):  # none, or something that is no address: the proxy's stays
            request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(told))
        return self.get_response(request)


class DomainErrorMiddleware:
    """A DomainError that no view took up is shown as a page with its sentence and status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, DomainError):
            return None
        return refusal(request, error)


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The refusal page; `htmx` requests get only the sentence, to be swapped in."""
    template = "core/refused_part.html" if getattr(request, "htmx", False) else "core/refused.html"
    back = request.META.get("HTTP_REFERER", "")
    same_site = back.startswith(request.build_absolute_uri("/"))
    context = {"error": error, "back": back if same_site else ""}
    return render(request, template, context, status=error.status)


class BodySizeMiddleware:
    """A form or API body beyond the limit is refused by its length, unread, with a sentence.

    Uploads (multipart) have caps of their own where they are stored.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        is_upload = request.META.get("CONTENT_TYPE", "").startswith("multipart/")
        if is_upload or not length.isdigit() or int(length) <= limit:
            return self.get_response(request)
        error = TooLarge(_("内容太多，一次最多 12 MB。请返回上一页，删短一些再提交；写过的还在。"))
        if request.path.startswith("/api/"):
            body = {
                "type": f"/help/errors/{error.code}/",
                "title": error.code,
                "status": error.status,
                "detail": str(error),
            }
            return JsonResponse(body, status=error.status, content_type="application/problem+json")
        return refusal(request, error)
