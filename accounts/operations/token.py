"""API tokens of organizations."""

import secrets
from datetime import datetime

from django.utils.translation import gettext as _

from accounts import permissions, queries
from accounts.models import ApiScope, ApiToken, Organization
from accounts.validators import plain_line
from core.errors import Conflict, Invalid
from core.permissions import Actor
from core.states import begin, revise

TOKEN_START = "gyl_"


def create_token(
    *, organization: Organization, name: str, scopes: list[str], by: Actor, at: datetime
) -> tuple[ApiToken, str]:
    """A token of the organization and its secret, which is shown once.

    Raises Invalid at `name` or `scopes`.
    """
    permissions.can_manage_tokens(by, organization).require()
    label = plain_line(name)
    if not label:
        raise Invalid({"name": _("请写这个令牌用在哪里，例如“街道数据平台”。")})
    if not scopes or not set(scopes) <= set(ApiScope.values):
        raise Invalid({"scopes": _("请至少选一项权限。")})
    secret = TOKEN_START + secrets.token_urlsafe(32)
    token = ApiToken(
        organization=organization,
        name=label[:60],
        prefix=secret[:8],
        token_hash=queries.token_hash(secret),
        scopes=sorted(set(scopes)),
        created_by_id=by.user_id,
    )
    return begin(token, by=by, at=at), secret


def revoke_token(*, token: ApiToken, by: Actor, at: datetime) -> ApiToken:
    permissions.can_manage_tokens(by, token.organization).require()
    if token.revoked_at is not None:
        raise Conflict(_("这个令牌已经停用了。"))
    return revise(token, {"revoked_at": at}, act="revoke", by=by, at=at)


def note_token_use(*, token: ApiToken, at: datetime) -> None:
    """Remember the last use, at most once a minute: it is for people to see, not a log."""
    if token.last_used_at is None or (at - token.last_used_at).total_seconds() >= 60:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
