"""What a visitor gets when something of ours is broken, or a form came without its mark: a page,
or a problem for the API. Whatever was typed is given back with it.

A database that does not answer, or will not wait any longer for a lock, is no mistake of a page:
it is answered 503 with the advice to come back, and the log says what to look at.
"""

import logging
import re
import sys
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from django.middleware.csrf import REASON_BAD_ORIGIN
from django.shortcuts import render
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)

RETRY_SECONDS = "30"
# Never shown and never sent again by us.
_SECRET = re.compile(r"password|otp|secret|^code$|^csrfmiddlewaretoken$", re.IGNORECASE)
# What pages write for themselves: codes of lists, numbers of things, tokens.
_CODE = re.compile(r"[\w.:~,;/&=?-]{0,64}", re.ASCII)
MOST_TEXTS, LONGEST_TEXT = 30, 20_000


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
        return _problem(status, code, sentence, headers)
    # No request in the context: whatever a page asks for may be what is broken.
    response = render(None, f"{status}.html", {"typed": _written(_sent(request))}, status=status)
    for name, value in headers.items():
        response[name] = value
    return response


def _problem(status: int, code: str, sentence: str, headers: dict[str, str]) -> HttpResponse:
    body = {
        "type": f"/help/errors/{code}/",
        "title": code,
        "status": status,
        "detail": sentence,
    }
    return JsonResponse(
        body, status=status, headers=headers, content_type="application/problem+json"
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: a form came without this site's mark, or with an old one.

    The page says what to do and gives back what was typed. It offers to send all of it again only
    if the browser itself says that the form stood on a page of ours: a form of a stranger's page
    must not get our mark by one press of a button.
    """
    if request.path.startswith("/api/"):
        sentence = _("请求里的安全标记缺失或已经过期，什么都没有改动。请重新打开页面再试。")
        return _problem(403, "csrf", sentence, {})
    has_cookies = bool(request.COOKIES)
    sentence = _csrf_sentence(has_cookies)
    if request.headers.get("X-Requested-With") == "autosave":
        return JsonResponse({"said": sentence}, status=403)
    if getattr(request, "htmx", False):
        return render(request, "core/refused_part.html", {"error": sentence}, status=403)
    sent = _sent(request)
    context = {
        "sentence": sentence,
        "has_cookies": has_cookies,
        "typed": _written(sent),
        "again": _again(request, sent) if reason != REASON_BAD_ORIGIN else [],
        "has_files": bool(request.FILES) if sent else False,
        "address": request.get_full_path(),
        "back": request.headers.get("Referer", "") if _from_here(request) else "",
    }
    return render(request, "core/csrf.html", context, status=403)


def _csrf_sentence(has_cookies: bool) -> str:
    if has_cookies:
        return _("页面打开得太久，或者在别的窗口重新登录过，这一页已经失效。什么都没有改动。")
    return _(
        "浏览器没有带上本站的 Cookie，网站认不出你是从哪一页提交的。什么都没有改动。"
        "请在浏览器的设置里允许本站使用 Cookie，再试一次。"
    )


def _from_here(request: HttpRequest) -> bool:
    """Whether the browser says that the form stood on a page of this very site."""
    told = urlsplit(request.headers.get("Origin") or request.headers.get("Referer", ""))
    ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    return f"{told.scheme}://{told.netloc}" in ours


def _again(request: HttpRequest, sent: QueryDict) -> list[tuple[str, str]]:
    """Everything typed, to be sent once more; nothing of a form with a password in it."""
    names = [name for name in sent if name != "csrfmiddlewaretoken"]
    if not _from_here(request) or any(_SECRET.search(name) for name in names):
        return []
    return [(name, value) for name in names for value in sent.getlist(name)]


def _sent(request: HttpRequest) -> QueryDict:
    """The fields of a form, as far as they can still be read."""
    try:
        return request.POST
    except (UnreadablePostError, RawPostDataException, MultiPartParserError, SuspiciousOperation):
        return QueryDict()


def _written(sent: QueryDict) -> list[str]:
    """The texts that a person wrote, in the order of the form."""
    texts = [
        value[:LONGEST_TEXT]
        for name in sent
        if not _SECRET.search(name)
        for value in sent.getlist(name)
        if not _CODE.fullmatch(value)
    ]
    return texts[:MOST_TEXTS]
