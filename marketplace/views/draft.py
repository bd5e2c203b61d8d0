"""Drafts that save themselves: the answer is a sentence and what the page must know next."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.once import Answer, take_once
from core.views import TOKEN_FIELD, check_acting_for
from marketplace import operations, queries
from marketplace.forms import FORMS, EntryForm
from marketplace.models import Need, ResourceOffer
from marketplace.views.sides import SideView


def keep_draft(view: SideView, form: EntryForm) -> Need | ResourceOffer:
    """The draft of this form: made by its first saving, found again by its token or number."""
    by, at = view.actor, timezone.now()
    model: type[Any] = view.model
    entry: Any
    number = str(form.cleaned_data.get("number") or "")
    token = page_of(view.request)
    if not number and token:
        key = f"draft:{by.user_id}:{token}"

        def begin() -> Answer:
            made = operations.save_draft(model, form.content(), by=by, at=at, page=token)
            return Answer(made.number)

        answer = take_once(key, begin, at=at)
        number = answer.location
        if not answer.repeated:
            return queries.get_entry(view.side, number, by)
    if not number:
        entry = operations.save_draft(model, form.content(), by=by, at=at)
        return entry  # type: ignore[no-any-return]
    entry = queries.get_entry(view.side, number, by)
    entry = operations.save_draft(
        model, form.content(), by=by, at=at, entry=entry, version=version_of(form), page=token
    )
    return entry  # type: ignore[no-any-return]


def page_of(request: HttpRequest) -> str:
    """The token of the page that sends: its autosaves and its submit carry the same one."""
    return request.POST.get(TOKEN_FIELD, "")[:64]


def version_of(form: EntryForm) -> int | None:
    """The version that the page was opened at; None for a page that never heard of one."""
    text = str(form.cleaned_data.get("version") or "")
    return int(text) if text.isdecimal() else None


class EntryDraft(SideView):
    """Keeps what is typed so far.

    200 `{said, fields, address, whole}`: `fields` are the form's hidden values from now on,
    `address` where the draft is edited, `whole` whether everything could be kept.
    204: nothing typed yet. 401, 403, 409: `{said}`, and nothing was written; with 401 also
    `link` (`address`, `words`), where one signs in again in a window of its own.
    """

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if not self.actor.is_authenticated:
            said = _("登录已过期，你写的存在这台电脑上。请在新窗口登录，再回来接着写。")
            link = {"address": resolve_url(settings.LOGIN_URL), "words": _("在新窗口登录")}
            return JsonResponse({"said": said, "link": link}, status=401)
        form = FORMS[self.side](request.POST, today=timezone.localdate(), complete=False)
        form.is_valid()
        if not self.has_words(form):
            return HttpResponse(status=204)
        try:
            check_acting_for(request)
            draft = keep_draft(self, form)
        except DomainError as error:
            return JsonResponse({"said": str(error)}, status=error.status)
        return JsonResponse(self.answer(form, draft))

    def has_words(self, form: EntryForm) -> bool:
        """A draft begins with the first word of the person's own."""
        content = form.content()
        words = ("title", "text_public", "text_partners", "text_internal", "quantity")
        return any(content.get(name) for name in words) or bool(form.cleaned_data.get("number"))

    def answer(self, form: EntryForm, draft: Any) -> dict[str, Any]:
        clock = f"{timezone.localtime(draft.updated_at):%H:%M}"
        said = _("草稿已保存 %(time)s") % {"time": clock}
        malformed = form.malformed()
        if malformed:
            fields = _("、").join(malformed)
            said += _("，“%(fields)s”还没写对，先存在这台电脑上") % {"fields": fields}
        return {
            "said": said,
            "fields": {"number": draft.number, "version": str(draft.version)},
            "address": self.url("edit", draft.number),
            "whole": not malformed,
        }
