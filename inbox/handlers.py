"""Mail after commit, the daily digest, and what accounts has to tell."""

import logging
from datetime import datetime, time
from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import Invitation, MembershipRole, Organization
from core.jobs import periodic
from core.outbox import Event, Finish, handles
from core.permissions import SYSTEM, Actor
from inbox import operations, queries
from inbox.models import MailDelivery
from inbox.wording import Words, words_of

log = logging.getLogger(__name__)

# After so many failed tries a mail is given up and its messages go to the list of people to phone.
MAX_TRIES = 4


def _actor(event: Event) -> Actor:
    return Actor(user_id=int(event.actor.get("user_id") or 0), channel="system")


# -- mail ---------------------------------------------------------------------------------------
@handles(operations.MAIL_WANTED)
def send_mail(event: Event) -> None:
    """Send one mail and record how it went; a mail that was sent is not sent again.

    The Message-ID follows from the event, so that a copy sent by a worker that was killed before
    it could write "sent" is dropped by the mail server.
    """
    mail = MailDelivery.objects.select_related("user").filter(pk=event.subject.id).first()
    if mail is None or mail.status != MailDelivery.State.WAITING:
        return
    unread = list(mail.messages.filter(read_at=None).order_by("id"))
    if not unread or not mail.user.is_active:
        operations.note_skipped(mail=mail)
        return
    worded = [(words_of(m.code, m.figures), m.url) for m in unread]
    try:
        _compose(mail, worded, event.key).send()
    except SMTPRecipientsRefused as error:
        operations.note_failed(mail=mail, error=str(error), final=True)
    except (SMTPException, OSError) as error:
        final = mail.tries + 1 >= MAX_TRIES
        operations.note_failed(mail=mail, error=f"{type(error).__name__}: {error}", final=final)
        if not final:
            raise
        log.warning("mail %s given up: %s", mail.pk, error)
    else:
        operations.note_sent(mail=mail, at=timezone.now())


def _compose(mail: MailDelivery, worded: list[tuple[Words, str]], key: str) -> EmailMessage:
    first = worded[0][0].title
    n = len(worded)
    subject = first if n == 1 else ngettext("%(n)d 条新消息", "%(n)d 条新消息", n) % {"n": n}
    items = [
        {"words": words, "url": settings.SITE_URL + url if url.startswith("/") else url}
        for words, url in worded
    ]
    body = render_to_string(
        "inbox/mail/messages.txt",
        {
            "user": mail.user,
            "items": items,
            "preferences_url": settings.SITE_URL + reverse("inbox:preference-edit"),
        },
    )
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    headers = {
        "Message-ID": f"<{key.replace(':', '.')}@{domain}>",
        # No answers by machines: holiday replies and the like.
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(
        subject=" ".join(subject.split())[:150], body=body, to=[mail.address], headers=headers
    )


@periodic(daily=time(8, 0))
def send_digests(at: datetime) -> None:
    """One mail a day for each person with messages that wait for it."""
    day = timezone.localdate(at)
    for user in queries.digest_readers(at):
        waiting = queries.digest_messages(user, at)
        if waiting:
            key = f"digest:{user.number}:{day:%Y%m%d}"
            operations.want_mail(user, waiting, key=key, by=SYSTEM, at=at, digest=True)


# -- what accounts tells --------------------------------------------------------------------------
@handles(
    "organization.verified",
    "organization.unverified",
    "organization.suspended",
    "organization.restored",
)
def tell_of_organization(event: Event) -> Finish | None:
    """The members of an organization learn what the operator decided about it."""
    organization = Organization.objects.filter(pk=event.subject.id).first()
    if organization is None:
        return None
    return _tell(
        event,
        to=operations.organization(organization.pk),
        figures={"name": organization.label},
        url=reverse("accounts:organization-detail", args=[organization.number]),
    )


@handles("invitation.accepted")
def tell_of_new_member(event: Event) -> Finish | None:
    """The administrators of an organization learn who joined."""
    invitation = (
        Invitation.objects.select_related("organization", "accepted_by")
        .filter(pk=event.subject.id)
        .first()
    )
    if invitation is None or invitation.accepted_by is None:
        return None
    organization = invitation.organization
    return _tell(
        event,
        to=operations.organization(organization.pk, (MembershipRole.ADMIN,)),
        figures={"name": organization.label, "who": invitation.accepted_by.name},
        url=reverse("accounts:member-list", args=[organization.number]),
    )


def _tell(event: Event, *, to: operations.Recipients, figures: dict[str, str], url: str) -> Finish:
    """The telling itself, in the transaction that marks the event's delivery done."""

    def finish() -> None:
        operations.tell(
            to=to,
            code=event.name,
            figures=figures,
            by=_actor(event),
            at=event.at,
            subject=event.subject,
            url=url,
            key=event.key,
        )

    return finish
