"""Reads of people, their memberships, roles and invitations."""

import hashlib
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import (
    ApiToken,
    Invitation,
    Membership,
    Organization,
    Region,
    RoleGrant,
    User,
)
from accounts.queries.actor import grants_in_force
from accounts.validators import as_account
from core.errors import NotFound
from core.options import Option, declare
from core.permissions import Actor

BASE_PHONE = declare(
    Option(
        "base.phone",
        "",
        _("运营方联系电话"),
        _("显示在“忘记密码”等页上，给没有邮箱的人。"),
    )
)

SECOND_FACTOR = declare(
    Option(
        "accounts.second_factor",
        default=False,
        label=_("运营岗位登录时必须再验一步"),
        help=_("打开后，有岗位的人要先在“密码与安全”里打开“登录时再验一步”，才能看别的页面。"),
    )
)


def lacks_second_factor(user_id: int) -> bool:
    """Whether the base asks operators for a second factor and this one has none yet.

    Who has one meets it at every sign-in; codes for a lost phone are no factor of their own.
    """
    if not SECOND_FACTOR.get():
        return False
    return not Authenticator.objects.filter(user_id=user_id, type=Authenticator.Type.TOTP).exists()


def token_hash(token: str) -> str:
    """What is kept of a link's or an API's token. Tokens are long and random: no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_by_account(text: str) -> User | None:
    """The person who signs in with this phone number, e-mail address or account name."""
    account = as_account(text)
    if not account.value or len(account.value) > 254:
        return None
    return User.objects.filter(**{account.kind: account.value}).first()


def load_user(user_id: int) -> User:
    """The row of an actor's own id; raises NotFound when the account has gone."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound(_("没有这个账号。"))
    return user


def load_person(number: str, actor: Actor) -> User:
    """A person for staff pages; raises NotFound for everybody else."""
    user = User.objects.filter(number=number).first()
    if user is None or not permissions.is_staff(actor):
        raise NotFound(_("没有这个人，或你不能查看。"))
    return user


def people(text: str = "") -> QuerySet[User]:
    """Everybody, newest first, with their organizations; `text` looks in name and account."""
    found = User.objects.prefetch_related(
        Prefetch(
            "memberships",
            Membership.objects.filter(ended_at__isnull=True).select_related("organization"),
        )
    ).order_by("-id")
    if text:
        found = found.filter(
            Q(name__contains=text)
            | Q(username__contains=text.lower())
            | Q(email__contains=text.lower())
            | Q(phone__contains=text)
            | Q(number=text.upper())
        )
    return found


def holds_role(user: User, on: date) -> bool:
    return grants_in_force(on).filter(user=user).exists()


# -- memberships --------------------------------------------------------------------------------
def members(organization: Organization) -> QuerySet[Membership]:
    """Who belongs to an organization now."""
    return (
        Membership.objects.filter(organization=organization, ended_at__isnull=True)
        .select_related("user")
        .order_by("since", "id")
    )


def member_users(organization_id: int, roles: tuple[str, ...]) -> list[User]:
    """Active people who hold one of the roles in an organization now (for messages and tasks)."""
    return list(
        User.objects.filter(
            memberships__organization_id=organization_id,
            memberships__ended_at__isnull=True,
            memberships__role__in=roles,
            is_active=True,
        ).order_by("id")
    )


def role_users(roles: tuple[str, ...], on: date, region: str = "") -> list[User]:
    """Active people whose operator role in force covers a region path."""
    grants = grants_in_force(on).filter(role__in=roles, user__is_active=True)
    chosen = {
        grant.user_id: grant.user
        for grant in grants.select_related("user", "region").order_by("user_id")
        if grant.region is None or region.startswith(grant.region.path)
    }
    return list(chosen.values())


def load_membership(organization: Organization, user_number: str, actor: Actor) -> Membership:
    """A membership in force, for whoever may see the members; raises NotFound."""
    found = members(organization).filter(user__number=user_number).first()
    if found is None or not permissions.can_see_members(actor, organization):
        raise NotFound(_("没有这位成员。"))
    return found


def open_invitations(organization: Organization, at: datetime) -> QuerySet[Invitation]:
    return (
        Invitation.objects.filter(
            organization=organization,
            accepted_at__isnull=True,
            revoked_at__isnull=True,
            expires_at__gt=at,
        )
        .select_related("invited_by")
        .order_by("-created_at")
    )


def invitation_by_token(token: str, at: datetime) -> Invitation:
    """The open invitation behind a link; raises NotFound when used, revoked or run out."""
    found = (
        Invitation.objects.filter(token_hash=token_hash(token))
        .select_related("organization", "organization__region", "invited_by")
        .first()
    )
    if found is None or not found.is_open(at):
        raise NotFound(_("这个邀请链接已经用过、收回或过期了。请向邀请你的人再要一个。"))
    return found


def load_invitation(organization: Organization, number: str) -> Invitation:
    found = Invitation.objects.filter(organization=organization, number=number).first()
    if found is None:
        raise NotFound(_("没有这个邀请。"))
    return found


# -- roles and tokens ---------------------------------------------------------------------------
def role_grants() -> QuerySet[RoleGrant]:
    """All grants, those in force first."""
    return RoleGrant.objects.select_related("user", "region", "granted_by").order_by(
        "revoked_at", "-starts_on", "id"
    )


def load_role_grant(number: str) -> RoleGrant:
    grant = RoleGrant.objects.select_related("user", "region").filter(number=number).first()
    if grant is None:
        raise NotFound(_("没有这条岗位记录。"))
    return grant


def api_tokens(organization: Organization) -> QuerySet[ApiToken]:
    return (
        ApiToken.objects.filter(organization=organization)
        .select_related("created_by")
        .order_by("revoked_at", "-created_at")
    )


def load_token(organization: Organization, number: str) -> ApiToken:
    token = ApiToken.objects.filter(organization=organization, number=number).first()
    if token is None:
        raise NotFound(_("没有这个令牌。"))
    return token


def token_in_force(secret: str) -> ApiToken | None:
    """The token behind an API request's header, with its organization; None when not in force."""
    return (
        ApiToken.objects.filter(token_hash=token_hash(secret), revoked_at__isnull=True)
        .select_related("organization", "organization__region", "created_by")
        .first()
    )


def regions_of_roles(actor: Actor, roles: frozenset[str]) -> QuerySet[Region]:
    """The regions at the top of an actor's grants for these roles (none for the whole base)."""
    paths = [scope.region for scope in actor.scopes if scope.role in roles and scope.region]
    return Region.objects.filter(path__in=paths).order_by("path")


def member_counts() -> Count:
    return Count("memberships", filter=Q(memberships__ended_at__isnull=True), distinct=True)
