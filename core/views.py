"""Base views: one view, one operation; refusals become sentences, nothing typed is lost."""

import json
import uuid
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from core import ports
from core.errors import Conflict, DomainError, Invalid
from core.once import AlreadyTaken, Answer, digest_of, take_once
from core.permissions import NOBODY, Actor
from core.ports import Subject

TOKEN_FIELD = "form_token"
ACTING_FIELD = "acting_for"


def actor_of(request: HttpRequest) -> Actor:
    """The actor that the accounts middleware built for this request."""
    return getattr(request, "actor", NOBODY)


def safe_next(request: HttpRequest, fallback: str) -> str:
    """The `next` of a request if it stays on this site, else the fallback."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    inside = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if inside else fallback


def check_acting_for(request: HttpRequest) -> None:
    """A form opened on behalf of one organization is never saved for another.

    Raises Conflict when the form says another organization than the session does now.
    """
    opened_for = request.POST.get(ACTING_FIELD)
    if opened_for is not None and opened_for != actor_of(request).organization_number:
        raise Conflict(_("这张表是代表另一个单位打开的。请先在页面右上角切换回那个单位，再保存。"))


class SignedIn(View):
    """Asks to sign in first, and comes back to the same place."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not actor_of(request).is_authenticated:
            return redirect_to_login(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)


class Page(TemplateView):
    """A page that reads. `section` marks the entry of the navigation bar."""

    section: ClassVar[str] = ""

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    @property
    def at(self) -> datetime:
        return timezone.now()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(section=self.section, **kwargs)


class FormPage(Page):
    """A page with one form that runs one operation.

    Subclasses give `form_class` and `perform(form) -> location`. A DomainError keeps the page
    and everything typed: Invalid goes to its fields, other refusals above the form.
    """

    form_class: ClassVar[type[forms.Form]]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {}

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return self.form_class(data=data, files=files, **self.get_form_kwargs())

    def perform(self, form: forms.Form) -> str:
        """Run the operation; return where to go."""
        raise TypeError(f"{type(self).__name__} must define perform()")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.get_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form(request.POST, request.FILES)
        try:
            check_acting_for(request)
            if not form.is_valid():
                return self.show(form, status=422)
            return redirect(self.run_once(form))
        except Invalid as error:
            put_errors(form, error)
            return self.show(form, status=error.status)
        except AlreadyTaken as error:
            saved = format_html(
                '{} <a href="{}">{}</a>',
                str(error),
                error.location,
                _("打开已保存的那一份"),
            )
            form.add_error(None, saved)
            return self.show(form, status=error.status)
        except DomainError as error:
            form.add_error(None, str(error))
            return self.show(form, status=error.status)

    def run_once(self, form: forms.Form) -> str:
        token = self.request.POST.get(TOKEN_FIELD, "")
        if not token:
            return self.perform(form)
        answer = take_once(
            f"form:{self.actor.user_id}:{token[:64]}",
            lambda: Answer(self.perform(form)),
            at=self.at,
            digest=content_digest(self.request),
        )
        return answer.location

    def show(self, form: forms.Form, status: int = 200) -> HttpResponse:
        token = self.request.POST.get(TOKEN_FIELD) or uuid.uuid4().hex
        context = self.get_context_data(form=form, form_token=token)
        return self.render_to_response(context, status=status)


def content_digest(request: HttpRequest) -> str:
    """What was sent, for telling a double click from a form changed after the back button."""
    sent: list[tuple[str, list[str]]] = [
        (name, request.POST.getlist(name))
        for name in sorted(request.POST)
        if name != "csrfmiddlewaretoken"
    ]
    for name in sorted(request.FILES):
        files = request.FILES.getlist(name)
        sent.append((name, [f"{file.name} {file.size}" for file in files]))
    return digest_of(json.dumps(sent).encode())


def put_errors(form: forms.Form, error: Invalid) -> None:
    """Each sentence of an Invalid at its field; fields the form does not show go above it."""
    for name, sentences in error.fields.items():
        target = name if name in form.fields else None
        for sentence in sentences:
            form.add_error(target, str(sentence))


class ActionView(SignedIn):
    """A button: POST runs one operation and goes back; GET is not answered.

    Subclasses give `perform() -> location`. A refusal is shown as a message on the page one
    came from, or as a fragment for htmx.
    """

    http_method_names = ["post"]

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    @property
    def at(self) -> datetime:
        return timezone.now()

    def perform(self) -> str:
        """Run the operation; return where to go."""
        raise TypeError(f"{type(self).__name__} must define perform()")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        check_acting_for(request)
        location = self.run_once()
        if getattr(request, "htmx", False):
            response = HttpResponse(status=204)
            response["HX-Redirect"] = location
            return response
        return redirect(location)

    def run_once(self) -> str:
        token = self.request.POST.get(TOKEN_FIELD, "")
        if not token:
            return self.perform()
        key = f"form:{self.actor.user_id}:{token[:64]}"
        return take_once(key, lambda: Answer(self.perform()), at=self.at).location


def offer_undo(request: HttpRequest, sentence: str, url: str) -> None:
    """Show what happened with an 撤销 button for ten seconds; `url` takes a POST."""
    messages.success(request, sentence, extra_tags=f"undo {url}")


def say(request: HttpRequest, sentence: str, *, arrived: str = "") -> None:
    """Show what happened, where the new state alone would not be seen.

    `arrived` names the form that was received (several with spaces between): the browser drops
    its own copies of what was typed there.
    """
    messages.success(request, sentence, extra_tags=f"done {arrived}" if arrived else "")


def render_fragment(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context)


def rendered_panels(
    request: HttpRequest, slot: str, subject: Subject, actor: Actor, **context: Any
) -> list[SafeString]:
    """What higher apps show in a slot; a panel's own values are `panel`, the page's stand beside."""
    return [
        render_to_string(panel.template, {**context, "panel": panel.context}, request)
        for panel in ports.panels(slot, subject, actor)
    ]
