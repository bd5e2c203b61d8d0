"""What a visitor gets when something of ours is broken: a page, or a problem for the API.

A database that does not answer, or will not wait any longer for a lock, is no mistake of a page:
it is answered 503 with the advice to come back, and the log says what to look at.
"""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)

RETRY_SECONDS = "30"


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500, called while the error is being handled."""
    error = sys.exc_info()[1]
    if isinstance(error, (OperationalError, InterfaceError)):
        log.error(
            "the database did not answer (%s). Look whether it runs, whether DATABASE_URL names it, "
            "and what holds locks; nothing of this request was written",
            str(error).strip().partition("\n")[0],
        )
        return _answer(request, 503, _("数据库暂时没有回应，什么都没有写入。请稍后再试。"))
    return _answer(request, 500, _("程序出错了，已经记下来。请稍后再试。"))


def _answer(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    headers = {"Retry-After": RETRY_SECONDS} if status == 503 else {}
    if request.path.startswith("/api/"):
        code = "unavailable" if status == 503 else "error"
        body = {
            "type": f"/help/errors/{code}/",
            "title": code,
            "status": status,
            "detail": sentence,
        }
        return JsonResponse(
            body, status=status, headers=headers, content_type="application/problem+json"
        )
    # No request in the context: whatever a page asks for may be what is broken.
    response = render(None, f"{status}.html", status=status)
    for name, value in headers.items():
        response[name] = value
    return response
