"""Pages of messages, preferences, and 待电话联系."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.context import SECTION as STAFF_SECTION
from accounts.context import staff_tabs
from core.views import ActionView, FormPage, Page, SignedIn, actor_of, say
from inbox import operations, permissions, queries
from inbox.forms import PreferenceForm, ToldForm
from inbox.models import Message, MessageKind
from inbox.wording import Words, words_of

SECTION = "messages"
SIZE = 30


def worded(messages: list[Message]) -> list[tuple[Message, Words]]:
    return [(message, words_of(message.code, message.figures)) for message in messages]


class MessageList(SignedIn, Page):
    """One's own messages, unread first; by kind, or the unread alone."""

    template_name = "inbox/message_list.html"
    section = SECTION

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kind, unread = self._chosen()
        start = self.request.GET.get("from", "")
        skip = int(start) if start.isdigit() and len(start) < 7 else 0
        found = list(queries.messages(self.actor, kind=kind, unread=unread)[skip : skip + SIZE + 1])
        return super().get_context_data(
            items=worded(found[:SIZE]),
            tabs=self._tabs(kind, unread),
            unread_count=queries.unread_count(self.actor.user_id),
            previous=self._url(kind, unread, skip - SIZE) if skip else "",
            next=self._url(kind, unread, skip + SIZE) if len(found) > SIZE else "",
            **kwargs,
        )

    def _chosen(self) -> tuple[str, bool]:
        kind = self.request.GET.get("kind", "")
        return kind if kind in MessageKind.values else "", self.request.GET.get("unread") == "1"

    def _url(self, kind: str, unread: bool, skip: int = 0) -> str:
        parts = [f"kind={kind}" if kind else "", "unread=1" if unread else ""]
        query = "&".join([*filter(None, parts), *([f"from={skip}"] if skip > 0 else [])])
        path = reverse("inbox:message-list")
        return f"{path}?{query}" if query else path

    def _tabs(self, kind: str, unread: bool) -> list[tuple[str, str, bool, int | None]]:
        counts = queries.unread_by_kind(self.actor.user_id)
        tabs: list[tuple[str, str, bool, int | None]] = [
            (_("全部"), self._url("", False), not kind and not unread, None),
            (_("未读"), self._url("", True), unread and not kind, sum(counts.values())),
        ]
        tabs += [
            (str(one.label), self._url(one.value, False), kind == one.value, counts.get(one.value))
            for one in MessageKind
        ]
        return tabs


class MessageOpen(SignedIn, View):
    """Follow a message to its thing; it counts as read then."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        actor = actor_of(request)
        message = queries.load_message(number, actor)
        operations.mark_read(message=message, by=actor, at=timezone.now())
        inside = url_has_allowed_host_and_scheme(message.url, allowed_hosts={request.get_host()})
        return redirect(message.url if message.url and inside else "inbox:message-list")


class MessageRead(ActionView):
    """Mark one message as read without leaving the list."""

    open_to_auditors = True

    def perform(self) -> str:
        message = queries.load_message(str(self.kwargs["number"]), self.actor)
        operations.mark_read(message=message, by=self.actor, at=self.at)
        return reverse("inbox:message-list")


class MessageReadAll(ActionView):
    open_to_auditors = True

    def perform(self) -> str:
        operations.mark_all_read(by=self.actor, at=self.at)
        return reverse("inbox:message-list")


class PreferenceEdit(SignedIn, FormPage):
    template_name = "inbox/preference_edit.html"
    section = SECTION
    form_class = PreferenceForm
    open_to_auditors = True

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return PreferenceForm(data=data, initial=queries.preferences(self.actor.user_id))

    def perform(self, form: forms.Form) -> str:
        operations.set_preferences(timings=form.cleaned_data, by=self.actor, at=self.at)
        say(self.request, _("已保存。"))
        return reverse("inbox:preference-edit")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [(_("消息"), reverse("inbox:message-list")), (_("邮件提醒"), "")]
        return super().get_context_data(person=self.request.user, crumbs=crumbs, **kwargs)


# -- 待电话联系 -----------------------------------------------------------------------------------
class PhonePage(SignedIn, Page):
    section = STAFF_SECTION

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.actor.is_authenticated:
            permissions.can_see_phone_list(self.actor).require()
        return super().dispatch(request, *args, **kwargs)


class PhoneList(PhonePage):
    """Whom to phone before it is too late, and the last calls made."""

    template_name = "inbox/phone_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        at = self.at
        waiting = [
            (message, words, bool(permissions.can_phone(self.actor, message)))
            for message, words in worded(queries.to_phone_for(self.actor, at))
        ]
        done = worded(list(queries.told_by_phone()))
        tabs = staff_tabs(self.actor, "inbox:phone-list")
        return super().get_context_data(waiting=waiting, done=done, tabs=tabs, **kwargs)


class PhoneDetail(PhonePage, FormPage):
    """One call: what to say, the number on demand (each look recorded), then 已电话告知."""

    template_name = "inbox/phone_detail.html"
    form_class = ToldForm

    @cached_property
    def message(self) -> Message:
        message = queries.load_for_phone(str(self.kwargs["number"]), self.at)
        permissions.can_phone(self.actor, message).require()
        return message

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("look") == "1":
            phone = operations.look_up_phone(message=self.message, by=self.actor, at=self.at)
            context = self.get_context_data(form=ToldForm(), phone=phone)
            return self.render_to_response(context)
        return super().post(request, *args, **kwargs)

    def perform(self, form: forms.Form) -> str:
        note = form.cleaned_data["note"]
        operations.tell_by_phone(message=self.message, note=note, by=self.actor, at=self.at)
        return reverse("inbox:phone-list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = words_of(self.message.code, self.message.figures)
        return super().get_context_data(message=self.message, words=words, **kwargs)
