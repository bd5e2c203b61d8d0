"""发布需求, 提供资源 and changing them: one form for both sides."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Region
from core.errors import Conflict, DomainError
from core.once import AlreadyTaken
from core.ports import Subject
from core.views import FormPage, SignedIn, check_acting_for, rendered_panels, say
from marketplace import operations, permissions, queries
from marketplace.forms import FORMS, EntryForm, initial_of, take_step
from marketplace.models import NeedKind
from marketplace.operations.content import as_plain, snapshot
from marketplace.operations.edit import EDITABLE
from marketplace.options import TRUST_VERIFIED
from marketplace.states import EntryState
from marketplace.views import beside, shown
from marketplace.views.attached import AttachedFiles
from marketplace.views.draft import keep_draft, page_of, version_of
from marketplace.views.sides import SECTIONS, SideView

DONE_KEY = "forms_done"
WRITABLE = frozenset({EntryState.DRAFT, EntryState.RETURNED})
ALREADY_POSTED = gettext_lazy("已经提交过了，这就是提交的那一条。")


class EntryPage(SideView, SignedIn, FormPage):
    """What posting and changing share: steps, drafts, previews, panels, two tabs."""

    template_name = "marketplace/entry_form.html"
    step_said = ""
    signed_out = False
    read_from: Mapping[str, str] = {}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.actor.is_authenticated and not self.actor.organization_id and not self.entry:
            return self.show_no_organization(request)
        if self.actor.is_authenticated:
            self.check()
        elif request.method == "POST" and not getattr(request, "htmx", False):
            return self.show_signed_out(request)
        return super().dispatch(request, *args, **kwargs)

    def check(self) -> None:
        """Refuse before anything is typed."""
        permissions.can_post(self.actor).require()

    @cached_property
    def entry(self) -> Any:
        """The entry being changed; None for a new one."""
        return None

    @cached_property
    def waiting(self) -> Any:
        """The edit that still waits for intake: the form opens with it, and saving replaces it."""
        return queries.pending_of(self.entry) if self.entry and not self.is_draft else None

    @property
    def is_draft(self) -> bool:
        """Whether the form may be saved unfinished: what is published changes as a whole."""
        if self.signed_out:
            return "as_draft" in self.request.POST
        return self.entry is None or self.entry.state in WRITABLE

    @property
    def form_name(self) -> str:
        return f"{self.side}-{self.entry.number if self.entry else 'new'}"

    def initial(self) -> Mapping[str, Any]:
        return initial_of(self.entry)

    def get_form(self, data: Any = None, files: Any = None, complete: bool = True) -> EntryForm:
        today = timezone.localdate(self.at)
        initial = None if data is not None else self.initial()
        owner = self.entry.organization_id if self.entry else self.actor.organization_id
        return FORMS[self.side](
            data,
            files,
            today=today,
            complete=complete,
            reachable=queries.is_reachable(owner),
            initial=initial,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "step" in request.POST:
            return self.take_step(request.POST["step"])
        if self.was_posted():
            return self.show_posted()
        if faults := self.attached.take():
            form = self.get_form(request.POST, request.FILES)
            for fault in faults:
                form.add_error(None, fault)
            return self.show(form, status=422)
        if "later" in request.POST and self.is_draft:
            return self.put_aside()
        return super().post(request, *args, **kwargs)

    @cached_property
    def attached(self) -> AttachedFiles:
        return AttachedFiles(self.request, self.side, self.entry, by=self.actor, at=self.at)

    def was_posted(self) -> bool:
        """Whether this is the page of a draft that has been posted since: the back button after
        posting, or a second window. The page was opened in a state that is over, so nothing
        typed there could be kept."""
        number = self.request.POST.get("number", "")
        if not number or "as_draft" not in self.request.POST:
            return False
        rows = self.model._default_manager.filter(number=number[:20])
        found = rows.exclude(state__in=WRITABLE).first()
        return found is not None and self.actor.acts_for(found.organization_id)

    def show_posted(self) -> HttpResponse:
        say(self.request, str(ALREADY_POSTED))
        return redirect(self.url("detail", self.request.POST["number"]))

    def run_once(self, form: forms.Form) -> str:
        """A draft sent again with other words leads to what was posted: the browser keeps the
        other words, and a new entry is what they are for."""
        try:
            return super().run_once(form)
        except AlreadyTaken as error:
            if not self.is_draft or not error.location:
                raise
            say(self.request, str(ALREADY_POSTED))
            return error.location

    def show_signed_out(self, request: HttpRequest) -> HttpResponse:
        """The session ended while one was typing: the page stays as it is, with one sentence."""
        self.signed_out = True
        self.entry = None
        form = self.unfinished(request.POST.copy())
        sign_in = format_html(
            '{} <a href="{}" target="_blank" rel="noopener">{}</a>',
            _("登录已过期，你写的都还在。请在新窗口登录，再回到这里提交。"),
            resolve_url(settings.LOGIN_URL),
            _("在新窗口登录"),
        )
        form.add_error(None, sign_in)
        if request.FILES:
            form.add_error(None, _("选过的照片和文件要登录以后才能收，请重新选一次。"))
        return self.show(form, status=401)

    def show_no_organization(self, request: HttpRequest) -> HttpResponse:
        """Nobody posts as a private person: the page says so and leads to what comes first."""
        reason = permissions.can_post(self.actor).reason
        context = {
            "side": self.side,
            "reason": reason,
            "crumbs": [(self.words_of_new, "")],
            "by_phone": bool(permissions.can_register_for_others(self.actor)),
        }
        return render(request, "marketplace/no_organization.html", context, status=403)

    def take_step(self, wanted: str) -> HttpResponse:
        """Do one step on what is typed; a fragment for htmx, the whole page otherwise."""
        today = timezone.localdate(self.at)
        step = take_step(
            self.request.POST,
            wanted,
            side=self.side,
            today=today,
            home=self.home_code,
            contact=beside.contact_of(self.actor) if self.entry is None else {},
        )
        form = self.unfinished(step.data)
        if getattr(self.request, "htmx", False):
            return beside.step_fragment(self.request, self.side, form, step)
        self.step_said, self.read_from = step.said, step.read_from
        return self.show(form)

    def unfinished(self, data: QueryDict) -> EntryForm:
        """The typed data as a form that complains of nothing missing."""
        form = self.get_form(data, complete=False)
        form.is_valid()
        form.mark_required()
        return form

    def put_aside(self) -> HttpResponse:
        form = self.get_form(self.request.POST, complete=False)
        try:
            check_acting_for(self.request)
            if not form.is_valid():
                return self.show(form, status=422)
            draft = keep_draft(self, form)
            self.attached.put(draft)
        except DomainError as error:
            form.add_error(None, str(error))
            return self.show(form, status=error.status)
        self.form_done()
        say(self.request, _("草稿已保存，随时可以接着写。"))
        return redirect(f"{self.list_url}#{draft.number}")

    def form_done(self) -> None:
        """The next page tells the browser to drop its own copy of what was typed."""
        self.request.session[DONE_KEY] = [self.form_name, f"{self.side}-new"]

    @property
    def home_code(self) -> str:
        home = beside.home_of(self.actor)
        return home.code if home else ""

    def show(self, form: forms.Form, status: int = 200) -> HttpResponse:
        assert isinstance(form, EntryForm)
        if status == Conflict.status and self.entry is not None:
            self.theirs = self.what_differs(form)
        return super().show(form, status)

    def fresh_token(self) -> dict[str, str]:
        """After a conflict the same page is another sending: its first token is used up."""
        return {"form_token": uuid.uuid4().hex} if self.theirs else {}

    theirs: list[queries.Difference] = []

    def what_differs(self, form: EntryForm) -> list[queries.Difference]:
        """Both texts, where somebody saved meanwhile; saving again then means this one."""
        fresh: Any = queries.get_entry(self.side, self.entry.number, self.actor)
        typed = self.request.POST.copy()
        typed["version"] = str(fresh.version)
        form.data = typed
        mine = as_plain(fresh, form.content())
        waiting = queries.pending_of(fresh)
        theirs = waiting.content if waiting else snapshot(fresh)
        return queries.differences(self.model, theirs, {**theirs, **mine})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs["form"]
        subject = Subject(self.side, self.entry.number if self.entry else "")
        form_id = f"form-{self.form_name}"
        shared = {"side": self.side, "form_id": form_id}
        context = super().get_context_data(
            entry=self.entry,
            is_draft=self.is_draft,
            form_name=self.form_name,
            step_said=self.step_said,
            theirs=self.theirs,
            waiting=self.waiting,
            attached=None if self.signed_out else self.attached,
            **self.words(form),
            **self.addresses(),
            f=beside.rows(form, self.read_from),
            previews=shown.seen_by(beside.unsaved(form)),
            panels=rendered_panels(self.request, "entry-form", subject, self.actor, **shared),
            **shared,
            **{**kwargs, **self.fresh_token()},
        )
        context["section"] = SECTIONS[self.side]
        return context

    def words(self, form: EntryForm) -> dict[str, Any]:
        """What the page calls itself and its button."""
        need = self.side == "need"
        new = _("发布需求") if need else _("提供资源")
        if self.is_draft:
            verb, submit = _("发布"), _("发布需求") if need else _("发布资源")
        else:
            verb, submit = _("保存"), _("保存修改")
        return {
            "heading": new if self.entry is None else self.entry.title or new,
            "verb": verb,
            "submit_words": submit,
            "submit_hint": self.hint(),
            "pasted": form.data.get("pasted", ""),
            "paste_open": "1" if form.data.get("pasted") else "",
            **self.opened(form),
        }

    def hint(self) -> str:
        if self.waiting and permissions.can_moderate(self.actor, self.entry):
            return _("保存就通过上面那次修改，马上生效。")
        if not self.is_draft:
            return _("公开的文字有改动，要等运营方核对后才更换。")
        if self.actor.on_behalf_of or (self.actor.verified and TRUST_VERIFIED.get()):
            return _("发布后马上能看到。")
        return _("发布后 1 个工作日内由运营方核对。")

    def opened(self, form: EntryForm) -> dict[str, Any]:
        """Folded parts that hold something, or something wrong, stand open."""

        def any_of(*names: str) -> str:
            return "1" if any(form[n].value() or n in form.errors for n in names) else ""

        if self.side == "need":
            more = [
                any_of("indicators", "conditions"),
                any_of("budget", "self_raised", "source", "meeting_approved"),
            ]
        else:
            more = [any_of("served"), any_of("max_pieces", "naming_wish")]
        return {"has_more": more, "has_level_texts": any_of("text_partners", "text_internal")}

    def addresses(self) -> dict[str, Any]:
        entry = self.entry
        back = self.url("detail", entry.number) if entry else self.list_url
        name = entry.title or _("草稿") if entry else self.words_of_new
        return {
            "crumbs": [(self.list_label, self.list_url), (name, "")],
            "autosave": self.url("draft") if self.is_draft else "local",
            "live_url": self.url("live"),
            "step_url": self.request.path,
            "back_url": back,
            "saved_at": f"{timezone.localtime(entry.updated_at):%H:%M}"
            if entry and entry.state == EntryState.DRAFT
            else "",
        }

    @property
    def words_of_new(self) -> str:
        return _("发布需求") if self.side == "need" else _("提供资源")


class EntryNew(EntryPage):
    """A new one."""

    @cached_property
    def home(self) -> Region | None:
        return beside.home_of(self.actor)

    def initial(self) -> Mapping[str, Any]:
        wish = self.side == "need" and "micro_wish" in self.request.GET
        start = {"region": self.home, **beside.contact_of(self.actor)}
        return {**start, "micro_wish": True, "kind": NeedKind.GOODS} if wish else start

    def perform(self, form: forms.Form) -> str:
        assert isinstance(form, EntryForm)
        entry: Any = keep_draft(self, form)
        return self.publish(form, entry)

    def publish(self, form: EntryForm, draft: Any) -> str:
        post = operations.post_need if self.side == "need" else operations.post_resource
        page = page_of(self.request)
        entry = post(form.content(), by=self.actor, at=self.at, draft=draft, page=page)
        self.attached.put(entry)
        self.form_done()
        return self.url("detail", entry.number)


class EntryEdit(EntryNew):
    """Going on with a draft, mending what came back, or changing what is published."""

    @cached_property
    def entry(self) -> Any:
        return queries.get_entry(self.side, self.kwargs["number"], self.actor)

    def check(self) -> None:
        permissions.can_edit(self.actor, self.entry).require()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only what can be saved is opened: back from the posted entry leads to it again."""
        if self.entry.state in WRITABLE | EDITABLE:
            return super().get(request, *args, **kwargs)
        words = _("现在是“%(s)s”，不能修改。") % {"s": self.entry.get_state_display()}
        say(request, str(ALREADY_POSTED) if self.entry.state == EntryState.SUBMITTED else words)
        return redirect(self.url("detail", self.entry.number))

    def initial(self) -> Mapping[str, Any]:
        return EntryPage.initial(self)

    def perform(self, form: forms.Form) -> str:
        assert isinstance(form, EntryForm)
        version = version_of(form)
        if self.is_draft:
            post: Any = operations.post_need if self.side == "need" else operations.post_resource
            entry = post(
                form.content(),
                by=self.actor,
                at=self.at,
                draft=self.entry,
                version=version,
                page=page_of(self.request),
            )
            self.attached.put(entry)
            self.form_done()
            return self.url("detail", entry.number)
        changed = operations.edit(
            self.entry, form.content(), by=self.actor, at=self.at, version=version
        )
        self.attached.put(changed)
        if queries.pending_of(changed):
            say(self.request, _("修改已提交受理，通过前仍显示原来的内容。"))
        self.form_done()
        return self.url("detail", changed.number)
