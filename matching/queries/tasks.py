"""待办 of matching: questions to answer, deliveries to confirm, links to finish; for staff, the desk."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models.role import WRITING_STAFF
from core.permissions import Actor
from core.ports import Task
from marketplace.permissions import can_post
from matching.models import Match
from matching.queries.matches import desk_needs, match_queryset, waiting_for
from matching.states import DeliveryState, MatchState

SOON = timedelta(days=2)


def tasks_part(actor: Actor, at: datetime) -> Iterable[Task]:
    if can_post(actor):  # who only reads here has nothing to do
        yield from _questions(actor, at)
        yield from _deliveries(actor)
        yield from _to_start(actor)
        yield from _to_thank(actor)
    if actor.has_role(WRITING_STAFF) or actor.roles & WRITING_STAFF:
        yield from _desk(actor, at)


def _detail(match: Match) -> str:
    return reverse("matching:match-detail", args=[match.number])


def _questions(actor: Actor, at: datetime) -> Iterable[Task]:
    for match in waiting_for(actor.organization_id)[:20]:
        mine = actor.acts_for(match.need.organization_id)
        own, other = (match.need, match.resource) if mine else (match.resource, match.need)
        due = match.answer_by
        urgent = due is not None and due - at < SOON
        yield Task(
            "match.answer",
            _("回复一个对接：%(title)s") % {"title": other.title},
            _("%(who)s，和你们的“%(own)s”") % {"who": other.organization.label, "own": own.title},
            _detail(match),
            _("看看再答"),
            due,
            "soon" if urgent else "calm",
            "link",
        )


def _deliveries(actor: Actor) -> Iterable[Task]:
    """One task a link, however many deliveries of it wait."""
    recorded = Q(deliveries__state=DeliveryState.RECORDED)
    rows = match_queryset().filter(recorded, need__organization_id=actor.organization_id)
    rows = rows.annotate(waiting=Count("deliveries", filter=recorded))
    for match in rows.order_by("id")[:20]:
        yield Task(
            "delivery.confirm",
            _("确认收到：%(title)s") % {"title": match.need.title},
            _("%(who)s登记了 %(n)s 次交付，等你们确认")
            % {"who": match.resource.organization.label, "n": match.waiting},
            _detail(match) + "#deliveries",
            _("去确认"),
            icon="check",
        )


def _to_start(actor: Actor) -> Iterable[Task]:
    rows = match_queryset().filter(
        resource__organization_id=actor.organization_id, state=MatchState.LINKED
    )
    for match in rows.order_by("linked_at")[:20]:
        yield Task(
            "match.deliver",
            _("准备交付：%(title)s") % {"title": match.need.title},
            _("已和%(who)s对接，交付后登记一下") % {"who": match.need.organization.label},
            _detail(match),
            _("登记交付"),
            icon="deliver",
        )


def _to_thank(actor: Actor) -> Iterable[Task]:
    rows = match_queryset().filter(
        need__organization_id=actor.organization_id, state=MatchState.CONFIRMED
    )
    for match in rows.order_by("confirmed_at")[:20]:
        yield Task(
            "match.thank",
            _("评价一下：%(title)s") % {"title": match.resource.title},
            _("%(who)s已经交付完，写一句感谢就办结") % {"who": match.resource.organization.label},
            _detail(match),
            _("去评价"),
            icon="heart",
        )


def _desk(actor: Actor, at: datetime) -> Iterable[Task]:
    waiting = desk_needs(actor, "open")
    soon = waiting.filter(closes_on__lte=(at + timedelta(days=7)).date()).count()
    total = waiting.count()
    if total:
        yield Task(
            "desk.open",
            _("%(n)s 条需求还没有对接") % {"n": total},
            _("其中 %(n)s 条 7 天内截止") % {"n": soon} if soon else _("按截止日期排好了"),
            reverse("matching:desk"),
            _("去对接台"),
            urgency="soon" if soon else "calm",
            icon="list",
        )
