"""受理: the queue, one entry of it with everything to decide, and the decisions."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from accounts.permissions import is_staff
from core import audit
from core.errors import Conflict
from core.permissions import Actor
from core.views import ActionView, FormPage, Page, SignedIn, rendered_panels, say
from marketplace import filters, operations, permissions, queries
from marketplace.forms.intake import ReturnForm
from marketplace.models import Level
from marketplace.operations.content import snapshot
from marketplace.personal import find_identifying, find_personal
from marketplace.validators import words_of_others
from marketplace.views import shown
from marketplace.views.sides import SideView

SECTION = "intake"


def check_staff(actor: Actor) -> None:
    is_staff(actor).require()


def staff_tabs(current: str) -> list[tuple[str, str, bool]]:
    """受理 and the staff lists beside it."""
    pages = (
        ("intake", _("受理")),
        ("category-list", _("类别")),
        ("unit-list", _("数量单位")),
        ("group-list", _("人群")),
    )
    return [(label, reverse(f"marketplace:{name}"), name == current) for name, label in pages]


class StaffPage(SignedIn, Page):
    """Read by everybody with an operator role; writing is each operation's own question."""

    section = SECTION

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.actor.is_authenticated:
            check_staff(self.actor)
        return super().dispatch(request, *args, **kwargs)


def queue_rows(waiting: list[queries.Waiting]) -> list[dict[str, Any]]:
    return [
        {
            "side": one.side,
            "title": one.entry.title,
            "owner": one.entry.organization.label,
            "number": one.entry.number,
            "since": one.since,
            "is_edit": one.is_edit,
            "url": reverse(f"marketplace:{one.side}-intake", args=[one.entry.number]),
        }
        for one in waiting
    ]


class IntakeQueue(StaffPage):
    """The queue with its first entry open, or the sentence that nothing waits."""

    template_name = "marketplace/intake.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = queries.queue(self.actor)
        return super().get_context_data(
            queue=queue_rows(waiting),
            tabs=staff_tabs("intake"),
            crumbs=[(_("受理"), "")],
            unknown=filters.unknown_in(self.request.GET, known=()),
            by_phone=bool(permissions.can_register_for_others(self.actor)),
            **kwargs,
        )


class IntakeEntry(SideView, StaffPage, FormPage):
    """One waiting entry; the form returns it with a reason, a button publishes it."""

    template_name = "marketplace/intake_entry.html"
    form_class = ReturnForm

    @cached_property
    def waiting(self) -> queries.Waiting:
        return queries.waiting_of(self.side, self.kwargs["number"], self.actor)

    def perform(self, form: forms.Form) -> str:
        assert isinstance(form, ReturnForm)
        one, reason = self.waiting, form.sentence()
        check_same(one, self.request.POST)
        if one.version is not None:
            operations.refuse_version(one.version, reason=reason, by=self.actor, at=self.at)
            say(self.request, _("已告诉对方为什么没有通过；原来的内容照常显示。"))
        else:
            operations.return_for_change(one.entry, reason=reason, by=self.actor, at=self.at)
            say(self.request, _("已退回，原因对方看得到。"))
        return next_after(self.actor)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.waiting
        entry = one.entry
        queue = queue_rows(queries.queue(self.actor))
        here = next((i for i, row in enumerate(queue, 1) if row["number"] == entry.number), 0)
        decision = permissions.can_moderate(self.actor, entry)
        subject = audit.subject_of(entry)
        return super().get_context_data(
            one=one,
            seen=one.version.no if one.version is not None else entry.version,
            entry=entry,
            side=self.side,
            queue=queue,
            here=here,
            texts=marked_texts(entry),
            title=doubtful(entry.title),
            doubts=doubts(one),
            facts=shown.facts(entry),
            files=queries.files_of_entry(entry, self.actor),
            place=shown.place_words(entry),
            changes=self.changes(),
            widens=self.widens(),
            decision=decision,
            approve_url=self.url("approve", entry.number),
            keys=[
                ("J K", _("上下")),
                ("Enter", _("打开")),
                ("A", _("受理并发布")),
                ("X", _("退回")),
            ],
            panels=rendered_panels(
                self.request, "intake", subject, self.actor, side=self.side, entry=entry
            ),
            **kwargs,
        )

    def changes(self) -> list[queries.Difference]:
        version = self.waiting.version
        if version is None:
            return []
        return queries.differences(self.model, snapshot(self.waiting.entry), version.content)

    def widens(self) -> bool:
        version = self.waiting.version
        return version is not None and queries.widens(snapshot(self.waiting.entry), version.content)


def marked_texts(entry: Any) -> list[tuple[str, list[tuple[str, bool]]]]:
    """The texts of every level with what might name a person marked; the same text stands once."""
    headings = {
        Level.PUBLIC: _("公众看到"),
        Level.PARTNERS: _("伙伴看到"),
        Level.INTERNAL: _("本单位和运营方看到"),
    }
    found: list[tuple[str, list[tuple[str, bool]]]] = []
    last = ""
    for level in entry.readable_levels():
        text = entry.text_at(level)
        if text and text != last:
            found.append((str(headings[level]), doubtful(text)))
            last = text
    return found


def doubts(one: queries.Waiting) -> str:
    """What might tell who somebody is, in any field that others would read, as it would stand."""
    if one.version is not None:
        content: Mapping[str, Any] = one.version.content
    else:
        content = snapshot(one.entry)
    found: dict[str, None] = {}
    for name in words_of_others(Level(content.get("visibility") or Level.PUBLIC)):
        pieces = doubtful(str(content.get(name) or ""))
        found |= dict.fromkeys(text for text, marked in pieces if marked)
    return str(_("、")).join(found)


def doubtful(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, numbers, names and doors marked."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    findings = sorted(find_personal(text) + find_identifying(text), key=lambda f: f.start)
    for found in findings:
        if found.start < at:
            continue
        pieces += [(text[at : found.start], False), (text[found.start : found.end], True)]
        at = found.end
    return [*pieces, (text[at:], False)]


def next_after(actor: Actor) -> str:
    """The next waiting entry, so that one goes on without a click; else the empty queue."""
    waiting = queries.queue(actor, limit=1)
    rows = queue_rows(waiting)
    return str(rows[0]["url"]) if rows else reverse("marketplace:intake")


def check_same(one: queries.Waiting, typed: Mapping[str, str]) -> None:
    """What is decided is what was read: raises Conflict when its owner changed it meanwhile."""
    seen = one.version.no if one.version is not None else one.entry.version
    if typed.get("seen", "") != str(seen):
        raise Conflict(_("你打开之后，对方又改过这一条。请看过新内容再决定。"))


class IntakeApprove(SideView, ActionView):
    """Onto the market: a submitted entry as it stands, or a pending edit."""

    def perform(self) -> str:
        one = queries.waiting_of(self.side, self.kwargs["number"], self.actor)
        check_same(one, self.request.POST)
        if one.version is not None:
            operations.approve_version(one.version, by=self.actor, at=self.at)
        else:
            operations.approve(one.entry, by=self.actor, at=self.at, version=one.entry.version)
        say(self.request, _("已发布：%(title)s") % {"title": one.entry.title})
        return next_after(self.actor)
