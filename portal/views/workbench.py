"""工作台: what waits for whoever signed in, what is under way, what was said."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import ports
from core.permissions import Actor
from core.templatetags import show
from core.views import Page, SignedIn
from inbox import queries as inbox
from inbox.models import Message
from inbox.wording import words_of
from marketplace.permissions import can_post
from portal import queries, wording

FIRST_TASKS = 8
NEWEST_MESSAGES = 5


class Workbench(SignedIn, Page):
    section = "workbench"
    template_name = "portal/workbench.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor, at = self.actor, self.at
        tasks = ports.tasks_for(actor, at)
        rows, total = queries.ongoing(actor)
        return super().get_context_data(
            tasks=tasks[:FIRST_TASKS],
            more_tasks=tasks[FIRST_TASKS:],
            task_count=len(tasks),
            today=_day_words(at),
            ongoing=[_ongoing(row) for row in rows],
            ongoing_total=total,
            news=self._news(),
            queues=_queues(actor, at),
            may_post=bool(can_post(actor)),
            why_not=can_post(actor).reason,
            **kwargs,
        )

    def _news(self) -> list[tuple[str, str, str, str, bool]]:
        newest = inbox.messages(self.actor)[:NEWEST_MESSAGES]
        return [_message(message, self.at) for message in newest]


def _day_words(at: datetime) -> str:
    days = (_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日"))
    today = timezone.localdate(at)
    return _("%(day)s，星期%(week)s") % {"day": show.day(today), "week": days[today.weekday()]}


def _ongoing(row: queries.Ongoing) -> dict[str, Any]:
    entry = row.entry
    return {
        "title": entry.title,
        "kind": entry.KIND,
        "url": reverse(f"marketplace:{entry.KIND}-detail", args=[entry.number]),
        "steps": row.steps,
        "facts": [
            (_("要多少") if entry.KIND == "need" else _("有多少"), wording.quantity_words(entry)),
            (_("还差") if entry.KIND == "need" else _("还剩"), wording.left_words(entry)),
            (_("截止"), show.day(entry.closes_on) or _("没有写")),
        ],
    }


def _message(message: Message, at: datetime) -> tuple[str, str, str, str, bool]:
    words = words_of(message.code, message.figures)
    url = reverse("inbox:message-open", args=[message.number])
    return show.moment(message.created_at, at), words.title, words.text, url, not message.read_at


Queue = tuple[str, str, str, str]


def _queues(actor: Actor, at: datetime) -> list[tuple[str, list[Queue]]]:
    """The staff's queues and the organization's links as figures, each opening its list."""
    found = []
    load = queries.staff_load(actor, at)
    if load:
        found.append((_("运营台"), _staff_queues(load)))
    if actor.organization_id:
        found.append((_("我们的对接"), _link_queues(queries.own_links(actor.organization_id))))
    return found


def _link_queues(links: queries.OwnLinks) -> list[Queue]:
    page = reverse("matching:match-list")
    return [
        (_("等回复"), show.count(links.asking), f"{page}?tab=asking", _("个")),
        (_("正在交付"), show.count(links.running), f"{page}?tab=running", _("个")),
        (_("已经办成"), show.count(links.done), f"{page}?tab=done", _("个")),
    ]


def _staff_queues(load: queries.Load) -> list[Queue]:
    desk = reverse("matching:desk")
    return [
        (_("待受理"), show.count(load.intake), reverse("marketplace:intake"), _("条")),
        (_("还没推荐"), show.count(load.to_propose), desk, _("条")),
        (_("等回复"), show.count(load.asking), f"{desk}?tab=asking", _("条")),
        (_("正在交付"), show.count(load.linked), f"{desk}?tab=linked", _("条")),
        (_("待电话联系"), show.count(load.to_phone), reverse("inbox:phone-list"), _("个")),
    ]
