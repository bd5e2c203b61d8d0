"""Reads of messages: one's own list, preferences, whom to phone, what the digest holds."""

from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import WRITING_STAFF, User
from core.errors import NotFound
from core.permissions import Actor
from core.ports import Task
from core.workdays import add_workdays
from inbox.models import (
    DEFAULT_TIMING,
    MailDelivery,
    MailTiming,
    Message,
    MessageKind,
    Preference,
)
from inbox.permissions import can_phone, can_see_call

RUNNING_OUT_WORKDAYS = 2
DIGEST_DAYS = 7


def messages(actor: Actor, *, kind: str = "", unread: bool = False) -> QuerySet[Message]:
    """One's own messages, unread ones first, newest first among them."""
    found = Message.objects.filter(user_id=actor.user_id)
    if kind:
        found = found.filter(kind=kind)
    if unread:
        found = found.filter(read_at=None)
    # By when it happened: news that waited for the worker arrive out of turn.
    return found.order_by(F("read_at").asc(nulls_first=True), "-created_at", "-id")


def unread_count(user_id: int) -> int:
    return Message.objects.filter(user_id=user_id, read_at=None).count()


def unread_by_kind(user_id: int) -> dict[str, int]:
    rows = Message.objects.filter(user_id=user_id, read_at=None).values("kind")
    return {row["kind"]: row["n"] for row in rows.annotate(n=Count("id")).order_by()}


def load_message(number: str, actor: Actor) -> Message:
    """One's own message; raises NotFound."""
    found = Message.objects.filter(number=number, user_id=actor.user_id).first()
    if found is None:
        raise NotFound(_("没有这条消息。"))
    return found


# -- preferences --------------------------------------------------------------------------------
def preferences(user_id: int) -> dict[str, str]:
    """When mail goes out for each kind: chosen, else the default."""
    chosen = dict(Preference.objects.filter(user_id=user_id).values_list("kind", "timing"))
    return {
        kind: chosen.get(kind, DEFAULT_TIMING[MessageKind(kind)]) for kind in MessageKind.values
    }


def timings(user_ids: list[int], kind: MessageKind) -> dict[int, str]:
    """The same for several people and one kind, in one query."""
    rows = Preference.objects.filter(user_id__in=user_ids, kind=kind)
    chosen = dict(rows.values_list("user_id", "timing"))
    return {pk: chosen.get(pk, DEFAULT_TIMING[kind]) for pk in user_ids}


# -- mail ---------------------------------------------------------------------------------------
def digest_readers(at: datetime) -> QuerySet[User]:
    """People with unread messages of the last week that wait for their daily mail."""
    return (
        User.objects.filter(messages__in=_for_digest(at), is_active=True)
        .exclude(email="")
        .filter(email_verified_at__isnull=False)
        .distinct()
        .order_by("id")
    )


def digest_messages(user: User, at: datetime) -> list[Message]:
    return list(_for_digest(at).filter(user=user).order_by("id"))


def _for_digest(at: datetime) -> QuerySet[Message]:
    return Message.objects.filter(
        mail=None,
        mail_due=MailTiming.DAILY,
        read_at=None,
        created_at__gt=at - timedelta(days=DIGEST_DAYS),
        created_at__lte=at,
    )


# -- by phone -----------------------------------------------------------------------------------
def to_phone(at: datetime) -> QuerySet[Message]:
    """待电话联系: deadlines within two working days that no message has brought home.

    Unread, not passed on by phone, and either no mail could go (no confirmed address, or none
    wanted) or it failed. Soonest first; what has run out is no longer there.
    """
    limit = add_workdays(at, RUNNING_OUT_WORKDAYS).at
    unreached = Q(mail=None, mail_due=MailTiming.NEVER) | Q(mail__status=MailDelivery.State.FAILED)
    return (
        Message.objects.filter(
            unreached, read_at=None, told_at=None, deadline_at__gt=at, deadline_at__lte=limit
        )
        .filter(user__is_active=True)
        .select_related("user", "organization", "organization__region", "mail")
        .order_by("deadline_at", "id")
    )


def to_phone_for(actor: Actor, at: datetime) -> list[Message]:
    """The list as these staff read it, their own region's: what the page shows and counts tell."""
    return [message for message in to_phone(at) if can_see_call(actor, message)]


def told_by_phone(*, limit: int = 20) -> QuerySet[Message]:
    """The last calls made."""
    return (
        Message.objects.exclude(told_at=None)
        .select_related("user", "organization", "told_by")
        .order_by("-told_at")[:limit]
    )


def load_for_phone(number: str, at: datetime) -> Message:
    """A message to be passed on; raises NotFound when it is read, told or run out by now."""
    found = to_phone(at).filter(number=number).first()
    if found is None:
        raise NotFound(_("这一条不用打电话了：对方已读，或已经有人告知，或期限已过。"))
    return found


def tasks_for(actor: Actor, at: datetime) -> list[Task]:
    """待电话联系 for coordinators, as one task."""
    if not actor.roles & WRITING_STAFF:
        return []
    waiting = [message for message in to_phone_for(actor, at) if can_phone(actor, message)]
    if not waiting:
        return []
    n = len(waiting)
    return [
        Task(
            code="inbox.to_phone",
            title=ngettext("%(n)d 条消息要打电话告知", "%(n)d 条消息要打电话告知", n) % {"n": n},
            detail=_("期限快到了，对方没有邮箱，也没有看站内消息。"),
            url=reverse("inbox:phone-list"),
            action=_("打电话"),
            due_at=waiting[0].deadline_at,
            urgency="soon",
            icon="phone",
        )
    ]
