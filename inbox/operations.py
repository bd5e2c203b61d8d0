"""Writes of messages: telling, reading, preferences, mails, telling by phone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import queries as account_queries
from accounts.models import MembershipRole, User
from accounts.validators import plain_line
from core import audit, outbox
from core.errors import Conflict, Invalid
from core.numbers import take_number
from core.permissions import Actor
from core.ports import Subject
from core.states import revise
from inbox import permissions, queries
from inbox.models import MailDelivery, MailTiming, Message, MessageKind, Preference
from inbox.wording import kind_of

MAIL_WANTED = "mail.wanted"
ANSWERING = (MembershipRole.ADMIN, MembershipRole.EDITOR)


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who is told: people, those who answer for an organization, or holders of operator roles."""

    users: tuple[User, ...]
    organization_id: int | None = None


def people(users: Iterable[User]) -> Recipients:
    return Recipients(tuple(users))


def organization(organization_id: int, roles: Iterable[str] = ANSWERING) -> Recipients:
    """The active members of an organization in one of the roles (those who act for it)."""
    found = account_queries.member_users(organization_id, tuple(roles))
    return Recipients(tuple(found), organization_id)


def staff(roles: Iterable[str], *, at: datetime, region: str = "") -> Recipients:
    """Holders of operator roles in force whose region covers the path."""
    return Recipients(
        tuple(account_queries.role_users(tuple(roles), timezone.localdate(at), region))
    )


@transaction.atomic
def tell(
    *,
    to: Recipients,
    code: str,
    figures: Mapping[str, Any],
    by: Actor,
    at: datetime,
    subject: Subject | None = None,
    url: str = "",
    deadline_at: datetime | None = None,
    key: str = "",
) -> list[Message]:
    """A message to each recipient but the actor; mail as each of them wants it.

    `figures` are plain JSON values that every one of the recipients may know; `code` is
    registered in `inbox.wording`. With a `key` (an event's) the same act tells a person once, so
    that a handler may run again. Returns the new messages.
    """
    kind = kind_of(code)
    timings = queries.timings([user.pk for user in to.users], kind)
    told = []
    for user in {user.pk: user for user in to.users}.values():
        if user.pk == by.user_id:
            continue
        message = Message(
            user=user,
            organization_id=to.organization_id,
            kind=kind,
            code=code,
            figures=dict(figures),
            subject_kind=subject.kind if subject else "",
            subject_number=subject.number if subject else "",
            url=url,
            key=key,
            deadline_at=deadline_at,
            mail_due=timings[user.pk] if user.reachable_by_mail else MailTiming.NEVER,
        )
        if _save(message, at):
            told.append(message)
            if message.mail_due == MailTiming.NOW:
                want_mail(user, [message], key=f"message:{message.number}", by=by, at=at)
    return told


def _save(message: Message, at: datetime) -> bool:
    """False when this act has told this person already.

    Messages are not audited: they are themselves the record of who was told what, and when.
    """
    message.number = take_number(Message.PREFIX, at)
    message.created_at = message.updated_at = at
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        if message.key and Message.objects.filter(user=message.user, key=message.key).exists():
            return False
        raise
    return True


def want_mail(
    user: User, messages: list[Message], *, key: str, by: Actor, at: datetime, digest: bool = False
) -> MailDelivery | None:
    """Put a mail with these messages on its way; None when the key has one already."""
    mail, new = MailDelivery.objects.get_or_create(
        key=key,
        defaults={"user": user, "address": user.email, "digest": digest, "created_at": at},
    )
    if not new:
        return None
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(mail=mail)
    outbox.publish(MAIL_WANTED, Subject("mail", str(mail.pk), mail.pk), by=by, at=at)
    return mail


def note_sent(*, mail: MailDelivery, at: datetime) -> None:
    MailDelivery.objects.filter(pk=mail.pk).update(
        status=MailDelivery.State.SENT, sent_at=at, tries=mail.tries + 1, error=""
    )


def note_failed(*, mail: MailDelivery, error: str, final: bool) -> None:
    """Remember a failed try; a final one puts its messages on the list of people to phone."""
    state = MailDelivery.State.FAILED if final else MailDelivery.State.WAITING
    MailDelivery.objects.filter(pk=mail.pk).update(
        status=state, tries=mail.tries + 1, error=error[:500]
    )


def note_skipped(*, mail: MailDelivery) -> None:
    MailDelivery.objects.filter(pk=mail.pk).update(status=MailDelivery.State.SKIPPED)


# -- reading ------------------------------------------------------------------------------------
def mark_read(*, message: Message, by: Actor, at: datetime) -> Message:
    """One message was read; a second look changes nothing."""
    permissions.can_read(by, message).require()
    if message.read_at is None:
        Message.objects.filter(pk=message.pk, read_at=None).update(read_at=at, updated_at=at)
        message.read_at = at
    return message


def mark_all_read(*, by: Actor, at: datetime) -> int:
    """Every unread message of the actor that came before `at`; returns how many."""
    unread = Message.objects.filter(user_id=by.user_id, read_at=None, created_at__lte=at)
    return unread.update(read_at=at, updated_at=at)


@transaction.atomic
def set_preferences(*, timings: Mapping[str, str], by: Actor, at: datetime) -> None:
    """When mail goes out, by kind. Raises Invalid at a kind."""
    before = queries.preferences(by.user_id)
    for kind, timing in timings.items():
        if kind not in MessageKind.values or timing not in MailTiming.values:
            raise Invalid({kind: _("请从列出的几项里选一项。")})
        Preference.objects.update_or_create(
            user_id=by.user_id, kind=kind, defaults={"timing": timing}
        )
    subject = Subject("user", "", by.user_id)
    audit.record(subject, "user.set_preferences", by=by, at=at, before=before, after=dict(timings))


# -- by phone -----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PhoneNumbers:
    """Where a person can be called: their own number, and their organization's contact."""

    own: str
    contact_name: str
    contact_phone: str


def look_up_phone(*, message: Message, by: Actor, at: datetime) -> PhoneNumbers:
    """The numbers to call about a message; the look is written to the trail."""
    permissions.can_phone(by, message).require()
    user, place = message.user, message.organization
    audit.record(audit.subject_of(user), "user.look_up_phone", by=by, at=at, reason=message.number)
    return PhoneNumbers(
        user.phone,
        place.contact_name if place else "",
        place.contact_phone if place else "",
    )


@transaction.atomic
def tell_by_phone(*, message: Message, note: str, by: Actor, at: datetime) -> Message:
    """The coordinator has told the person on the phone. Raises Conflict when somebody had already."""
    permissions.can_phone(by, message).require()
    fresh = Message.objects.select_for_update().get(pk=message.pk)
    if fresh.told_at is not None:
        raise Conflict(_("已经有人打过这个电话了。"))
    changes = {"told_at": at, "told_by_id": by.user_id, "told_note": plain_line(note)[:200]}
    return revise(message, changes, act="tell_by_phone", by=by, at=at)
