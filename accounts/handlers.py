"""Mails of the account itself, written after commit from the row that asked for them."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.operations import MAIL_CONFIRMATION, MAIL_RESET
from core.outbox import Event, handles

CONFIRM_SALT = "accounts.confirm_email"


def confirm_token(user: User) -> str:
    """What a confirmation link carries: person and address, signed; good for three days."""
    return signing.dumps([user.number, user.email], salt=CONFIRM_SALT)


def reset_path(user: User) -> str:
    """The path of a reset link: good for one change, until the password, address or login moves."""
    uid = urlsafe_base64_encode(force_bytes(user.number))
    token = default_token_generator.make_token(user)
    return reverse("accounts:password-renew", args=[uid, token])


def _mail(user: User, template: str, subject: str, path: str, key: str) -> None:
    body = render_to_string(
        f"accounts/mail/{template}.txt", {"user": user, "url": settings.SITE_URL + path}
    )
    # The same event tried again carries the same Message-ID, by which servers drop the copy.
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    message_id = f"<{key.replace(':', '.').replace(' ', '')}@{domain}>"
    EmailMessage(
        subject=subject, body=body, to=[user.email], headers={"Message-ID": message_id}
    ).send()


@handles(MAIL_CONFIRMATION)
def mail_confirmation(event: Event) -> None:
    """Ask whether an address is theirs; nothing when it was changed or confirmed meanwhile."""
    user = (
        User.objects.filter(pk=event.subject.id, email_verified_at=None).exclude(email="").first()
    )
    if user is not None:
        path = reverse("accounts:email-confirm", args=[confirm_token(user)])
        _mail(user, "confirm", _("请确认你的邮箱"), path, event.key)


@handles(MAIL_RESET)
def mail_reset(event: Event) -> None:
    """The link with which a forgotten password is set anew."""
    user = User.objects.filter(pk=event.subject.id, is_active=True).exclude(email="").first()
    if user is not None:
        _mail(user, "reset", _("重设密码"), reset_path(user), event.key)
