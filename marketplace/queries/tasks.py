"""What waits in the market: for an organization's people, and for the staff of a region."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import WRITING_STAFF
from core.permissions import Actor
from core.ports import Task
from marketplace import permissions
from marketplace.models import Need, ResourceOffer
from marketplace.queries.entries import MODELS, intake, pending_versions
from marketplace.queries.own import soon_closing
from marketplace.states import EntryState

SOON = timedelta(days=7)
_EACH = 5


def tasks(actor: Actor, at: datetime) -> Iterator[Task]:
    """Returned entries, drafts left lying, deadlines that come; and for staff the intake."""
    if permissions.can_post(actor):
        for model in MODELS.values():
            yield from _returned(model, actor)
            yield from _drafts(model, actor)
            yield from _closing(model, actor, at)
    if actor.has_role(WRITING_STAFF) or actor.roles & WRITING_STAFF:
        yield from _intake(actor, at)


def _noun(model: type[Need] | type[ResourceOffer]) -> str:
    return _("需求") if model is Need else _("资源")


def _url(entry: Need | ResourceOffer, page: str) -> str:
    return reverse(f"marketplace:{entry.KIND}-{page}", args=[entry.number])


def _returned(model: type[Need] | type[ResourceOffer], actor: Actor) -> Iterator[Task]:
    rows = model._default_manager.filter(
        organization_id=actor.organization_id, state=EntryState.RETURNED
    )
    for entry in rows.order_by("id")[:_EACH]:
        title = _("按意见改好再提交：%(title)s") % {"title": entry.title}
        yield Task(
            "entry.returned",
            title,
            _("退回的原因：%(reason)s") % {"reason": entry.state_reason},
            _url(entry, "edit"),
            _("去修改"),
            urgency="soon",
            icon="edit",
        )


def _drafts(model: type[Need] | type[ResourceOffer], actor: Actor) -> Iterator[Task]:
    rows = model._default_manager.filter(
        organization_id=actor.organization_id, state=EntryState.DRAFT
    )
    for entry in rows.order_by("-updated_at")[:_EACH]:
        title = entry.title or _("还没写标题的%(noun)s") % {"noun": _noun(model)}
        yield Task(
            "entry.draft",
            _("接着写：%(title)s") % {"title": title},
            _("草稿已保存，发布后别人才看得到。"),
            _url(entry, "edit"),
            _("接着写"),
            icon="edit",
        )


def _closing(model: type[Need] | type[ResourceOffer], actor: Actor, at: datetime) -> Iterator[Task]:
    until = timezone.localdate(at) + SOON
    for entry in soon_closing(model, actor.organization_id, until)[:_EACH]:
        assert entry.closes_on is not None
        yield Task(
            "entry.closing",
            _("快到期了：%(title)s") % {"title": entry.title},
            _("到期后自动结束，还需要就改截止日期。"),
            _url(entry, "edit"),
            _("改日期"),
            due_at=timezone.make_aware(datetime.combine(entry.closes_on, time(23, 59, 59))),
            urgency="soon",
            icon="clock",
        )


def intake_count(actor: Actor) -> int:
    """How many entries and pending edits wait for this staff member."""
    entries = sum(intake(model, actor).order_by().count() for model in MODELS.values())
    return entries + sum(pending_versions(side, actor).order_by().count() for side in MODELS)


def _intake(actor: Actor, at: datetime) -> Iterator[Task]:
    count = intake_count(actor)
    if not count:
        return
    oldest = [
        entry.submitted_at
        for model in MODELS.values()
        if (entry := intake(model, actor).first()) and entry.submitted_at
    ]
    late = bool(oldest) and at - min(oldest) > timedelta(days=1)
    yield Task(
        "intake",
        _("受理 %(n)d 条需求和资源") % {"n": count},
        _("发布单位在等，最好在 1 个工作日内处理。"),
        reverse("marketplace:intake"),
        _("去受理"),
        urgency="late" if late else "soon",
        icon="inbox",
    )
