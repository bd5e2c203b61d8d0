"""Views of the gallery: each renders one template with made-up content."""

from typing import Any

from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from core.permissions import NOBODY
from tests.browser.gallery import samples
from tests.browser.gallery.forms import HALF_RIGHT, NeedForm


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    base = {"now": samples.NOW, "shell": samples.SHELL, "s": samples, "form_token": "t0ken"}
    return render(request, f"gallery/{template}.html", {**base, **context})


def parts(request: HttpRequest) -> HttpResponse:
    return _page(request, "parts", nav=samples.NOBODY_NAV, actor=NOBODY, section="parts")


def forms_page(request: HttpRequest) -> HttpResponse:
    return _page(
        request,
        "forms",
        nav=samples.OWN_NAV,
        actor=samples.OWNER,
        form=NeedForm(HALF_RIGHT),
        section="needs",
    )


def market(request: HttpRequest) -> HttpResponse:
    none = bool(request.GET.get("none"))
    return _page(
        request, "market", nav=samples.NOBODY_NAV, actor=NOBODY, section="market", none=none
    )


def post(request: HttpRequest) -> HttpResponse:
    blank = request.GET.get("blank")
    form = NeedForm(initial={}) if blank else NeedForm(HALF_RIGHT)
    return _page(
        request, "post", nav=samples.OWN_NAV, actor=samples.OWNER, form=form, section="needs"
    )


def desk(request: HttpRequest) -> HttpResponse:
    return _page(request, "desk", nav=samples.STAFF_NAV, actor=samples.OPERATOR, section="desk")


def bench(request: HttpRequest) -> HttpResponse:
    return _page(request, "bench", nav=samples.OWN_NAV, actor=samples.OWNER, section="tasks")


def draft(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


def error(request: HttpRequest, code: int) -> HttpResponse:
    """500 and 503 without any context, as they are shown when nothing else works."""
    if code in (500, 503):
        return HttpResponse(render_to_string(f"{code}.html"), status=200)
    return render(request, f"{code}.html", {"nav": samples.NOBODY_NAV, "shell": samples.SHELL})


def candidates(request: HttpRequest) -> HttpResponse:
    return _page(request, "candidates", title=request.POST.get("title", ""))


def done(request: HttpRequest) -> HttpResponse:
    """The page after a form was accepted."""
    message = Message(SUCCESS, "已发布，1 个工作日内由运营方核对。", extra_tags="done need-new")
    return _page(request, "done", nav=samples.OWN_NAV, actor=samples.OWNER, messages=[message])
