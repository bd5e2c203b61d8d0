"""API tokens: `Authorization: Bearer gyl_…` becomes an Actor with the token's scopes."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.request import Request

from accounts import operations, queries
from accounts.models import ApiToken, MembershipRole, User
from accounts.states import OrganizationState
from core.permissions import Actor

if TYPE_CHECKING:
    # Its module reads the very setting that names this one.
    from drf_spectacular.openapi import AutoSchema

KEYWORD = "Bearer"


def token_actor(token: ApiToken, request_id: str = "") -> Actor:
    """What a token acts as: an editor of its organization, within its scopes, no staff role."""
    maker = token.created_by
    person = Actor(user_id=maker.pk, name=f"{maker.name}（{token.name}）"[:100])
    acting = queries.acting_for(person, token.organization, MembershipRole.EDITOR)
    return replace(acting, channel="api", api_scopes=frozenset(token.scopes), request_id=request_id)


class TokenAuthentication(BaseAuthentication):
    """Gives (the token's maker, Actor); without a token it leaves the session to decide."""

    def authenticate(self, request: Request) -> tuple[User, Actor] | None:
        header = request.headers.get("Authorization", "")
        keyword, _space, secret = header.partition(" ")
        if keyword.lower() != KEYWORD.lower():
            return None
        token = queries.token_in_force(secret.strip()) if secret.strip() else None
        if token is None or token.organization.state == OrganizationState.SUSPENDED:
            raise exceptions.AuthenticationFailed(_("令牌不对，或已经停用。"))
        operations.note_token_use(token=token, at=timezone.now())
        request_id = getattr(request._request, "id", "")
        return token.created_by, token_actor(token, request_id)

    def authenticate_header(self, request: Request) -> str:
        return f'{KEYWORD} realm="api"'


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the token stands in the API's schema."""

    target_class = "accounts.api.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: "AutoSchema") -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer"}


class PageSession(SessionAuthentication):
    """The session of the pages, for the docs page and scripts of this site."""

    def enforce_csrf(self, request: Request) -> None:
        """As on pages; the refusal is a sentence of ours."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise exceptions.PermissionDenied(
                _(
                    "请求里的安全标记缺失或已经过期，什么都没有改动。请重新打开页面再试，或者用令牌。"
                )
            ) from error


class PageSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the session stands in the API's schema."""

    target_class = "accounts.api.PageSession"
    name = "cookieAuth"

    def get_security_definition(self, auto_schema: "AutoSchema") -> dict[str, Any]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
