"""One-time codes that the coordinator reads out to somebody without e-mail."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts import permissions, queries
from accounts.models import OneTimeCode, User
from core import audit
from core.errors import Invalid
from core.permissions import Actor
from core.states import revise

DIGITS = 8
VALID_FOR = timedelta(minutes=15)
MAX_TRIES = 5


def _hash(user: User, code: str) -> str:
    return salted_hmac(f"accounts.one_time_code.{user.pk}", code, algorithm="sha256").hexdigest()


def issue_code(*, user: User, by: Actor, at: datetime) -> str:
    """A code of eight digits for 15 minutes and one use; earlier ones stop working.

    Returned once, to be read out; only its hash is kept.
    """
    holds_role = queries.holds_role(user, timezone.localdate(at))
    permissions.can_issue_code(by, user, holds_role=holds_role).require()
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    with transaction.atomic():
        OneTimeCode.objects.create(
            user=user,
            code_hash=_hash(user, code),
            issued_by_id=by.user_id,
            issued_at=at,
            expires_at=at + VALID_FOR,
        )
        audit.record(audit.subject_of(user), "user.issue_code", by=by, at=at)
    return code


def redeem_code(*, account: str, code: str, by: Actor, at: datetime) -> User:
    """The person whose code this is; they must set a password next. Works once.

    Raises Invalid at `code` with one sentence, whatever was wrong; each wrong try is counted.
    """
    user = queries.find_by_account(account)
    typed = "".join(c for c in code if c.isdigit())
    if user is None or not user.is_active or not _take(user, typed, at):
        raise Invalid(
            {
                "code": _(
                    "验证码不对，或已经过期。验证码 15 分钟内有效，错 5 次作废，可请对接专员再发一个。"
                )
            }
        )
    return revise(user, {"must_set_password": True}, act="redeem_code", by=by, at=at)


@transaction.atomic
def _take(user: User, typed: str, at: datetime) -> bool:
    row = OneTimeCode.objects.select_for_update().filter(user=user).order_by("-id").first()
    if row is None or row.used_at or row.expires_at <= at or row.tries >= MAX_TRIES:
        return False
    right = constant_time_compare(row.code_hash, _hash(user, typed))
    if right:
        row.used_at = at
    else:
        row.tries += 1
    row.save(update_fields=["used_at", "tries"])
    return right
