"""Writes about people: signing up, their particulars, passwords, closing an account."""

import secrets
from datetime import datetime

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import permissions, queries
from accounts.models import User
from accounts.validators import (
    Account,
    email_address,
    mobile_number,
    new_account,
    person_name,
)
from core import audit, outbox
from core.errors import Invalid
from core.permissions import Actor
from core.states import begin, revise

MAIL_CONFIRMATION = "mail.confirmation_wanted"
MAIL_RESET = "mail.reset_wanted"


def sign_up(*, name: str, account: str, password: str, by: Actor, at: datetime) -> User:
    """A new person, by their own hand; the form has their consent.

    `account` is an e-mail address, a mobile number or a name of their choice. Raises Invalid at
    `name`, `account` or `password`. An e-mail address gets a mail to confirm it.
    """
    parsed, label = new_account(account), person_name(name)
    user = User(name=label, consented_at=at, date_joined=at)
    user.set_password(checked_password(password, _as_user(user, parsed)))
    return begin_person(user, parsed, by=by, at=at, act="sign_up")


def open_account(*, name: str, account: str, by: Actor, at: datetime) -> User:
    """A new person opened by staff on the phone: no password; a one-time code lets them in."""
    permissions.can_open_account(by).require()
    parsed, label = new_account(account), person_name(name)
    user = User(name=label, date_joined=at, must_set_password=True)
    user.set_unusable_password()
    return begin_person(user, parsed, by=by, at=at, act="open")


def _as_user(user: User, account: Account) -> User:
    user.username = secrets.token_hex(8)
    setattr(user, account.kind, account.value)
    return user


def begin_person(user: User, account: Account, *, by: Actor, at: datetime, act: str) -> User:
    """Save a new person under the account they gave; raises Invalid when somebody has it."""
    _as_user(user, account)
    try:
        with transaction.atomic():
            begin(user, by=by, at=at, act=act)
            if user.email:
                outbox.publish(MAIL_CONFIRMATION, audit.subject_of(user), by=by, at=at)
    except IntegrityError as error:
        raise Invalid({"account": taken(account.kind)}) from error
    return user


def taken(kind: str) -> str:
    """The sentence for an account that somebody has already."""
    sentences = {
        "email": _("这个邮箱已经注册过。请直接登录，忘了密码可以重设。"),
        "phone": _("这个手机号已经注册过。请直接登录，忘了密码可以重设。"),
        "username": _("这个账号名已经有人用了，请换一个。"),
    }
    return sentences[kind]


def checked_password(password: str, user: User, *, field: str = "password") -> str:
    """The password if it is strong enough for this person; raises Invalid at `field`."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise Invalid({field: error.messages}) from error
    return password


def edit_person(
    *,
    user: User,
    name: str,
    email: str,
    phone: str,
    by: Actor,
    at: datetime,
    version: int,
) -> User:
    """Change name, e-mail and mobile number; a new address must be confirmed again.

    Raises Invalid at the field, Conflict when somebody changed the row meanwhile.
    """
    permissions.can_edit_person(by, user).require()
    changes: dict[str, object] = {
        "name": person_name(name),
        "email": email_address(email),
        "phone": _mobile(phone),
    }
    moved = changes["email"] != user.email
    if moved:
        changes = {**changes, "email_verified_at": None}
    try:
        with transaction.atomic():
            revise(user, changes, act="edit", by=by, at=at, version=version)
            if moved and user.email:
                outbox.publish(MAIL_CONFIRMATION, audit.subject_of(user), by=by, at=at)
    except IntegrityError as error:
        raise Invalid(_who_has(user, str(changes["email"]), str(changes["phone"]))) from error
    return user


def _mobile(phone: str) -> str:
    number = mobile_number(phone)
    if phone.strip() and not number:
        raise Invalid({"phone": _("手机号应当是 11 位数字。")})
    return number


def _who_has(user: User, email: str, phone: str) -> dict[str, str]:
    others = User.objects.exclude(pk=user.pk)
    if email and others.filter(email=email).exists():
        return {"email": _("这个邮箱已经用在另一个账号上。")}
    if phone and others.filter(phone=phone).exists():
        return {"phone": _("这个手机号已经用在另一个账号上。")}
    return {"": _("没有保存：刚才有别人改过，请再试一次。")}


def ask_confirmation(*, user: User, by: Actor, at: datetime) -> None:
    """Send the mail that confirms an address once more."""
    permissions.can_edit_person(by, user).require()
    if not user.email or user.email_verified_at:
        raise Invalid({"": _("没有等待确认的邮箱。")})
    outbox.publish(MAIL_CONFIRMATION, audit.subject_of(user), by=by, at=at)


def confirm_email(*, user: User, email: str, by: Actor, at: datetime) -> User:
    """The link in the mail was opened. Nothing changes when the address is another one by now."""
    if user.email != email or user.email_verified_at is not None:
        return user
    return revise(user, {"email_verified_at": at}, act="confirm_email", by=by, at=at)


def request_password_reset(*, account: str, by: Actor, at: datetime) -> None:
    """Mail a link to the person of this account, if there is one with an address.

    Answers nothing, so that nobody learns which accounts exist.
    """
    user = queries.find_by_account(account)
    if user is None or not user.email or not user.is_active:
        return
    outbox.publish(MAIL_RESET, audit.subject_of(user), by=by, at=at)


def set_password(
    *, user: User, password: str, by: Actor, at: datetime, act: str = "set_password"
) -> User:
    """Set one's own password: other sessions end, a duty to set one is fulfilled.

    Whoever calls has seen the old password, a link from a mail or a one-time code. Raises
    Invalid at `password`.
    """
    user.set_password(checked_password(password, user))
    changes = {"password": user.password, "must_set_password": False}
    return revise(user, changes, act=act, by=by, at=at)


def close_account(*, user: User, reason: str, by: Actor, at: datetime) -> User:
    """Nobody signs in with it any more, open sessions end; everything they did stays."""
    permissions.can_close_account(by, user).require()
    if not reason.strip():
        raise Invalid({"reason": _("请写停用的原因。")})
    return revise(user, {"is_active": False}, act="close", by=by, at=at, reason=reason.strip())


def reopen_account(*, user: User, by: Actor, at: datetime) -> User:
    permissions.can_close_account(by, user).require()
    return revise(user, {"is_active": True}, act="reopen", by=by, at=at)
