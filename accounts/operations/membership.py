"""Writes about who belongs to an organization. The organization's row is locked first."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import permissions, queries
from accounts.models import Invitation, Membership, MembershipRole, Organization, User
from accounts.validators import plain_line
from core.errors import Conflict, Invalid
from core.permissions import Actor
from core.states import begin, lock, revise

INVITATION_VALID = timedelta(days=14)


def invite(
    *, organization: Organization, role: str, invitee: str, by: Actor, at: datetime
) -> tuple[Invitation, str]:
    """An invitation and the token of its link, which is shown once and passed on by any channel."""
    permissions.can_manage_members(by, organization).require()
    token = secrets.token_urlsafe(24)
    invitation = Invitation(
        organization=organization,
        role=_role(role),
        invitee=plain_line(invitee)[:120],
        token_hash=queries.token_hash(token),
        invited_by_id=by.user_id,
        expires_at=at + INVITATION_VALID,
    )
    return begin(invitation, by=by, at=at), token


def revoke_invitation(*, invitation: Invitation, by: Actor, at: datetime) -> Invitation:
    permissions.can_manage_members(by, invitation.organization).require()
    if not invitation.is_open(at):
        raise Conflict(_("这个邀请已经用过、收回或过期了。"))
    return revise(invitation, {"revoked_at": at}, act="revoke", by=by, at=at)


@transaction.atomic
def accept_invitation(*, token: str, by: Actor, at: datetime) -> Membership:
    """Join with the role that was offered; the link closes. Raises NotFound, Conflict."""
    permissions.is_signed_in(by).require()
    invitation = lock(queries.invitation_by_token(token, at))
    if not invitation.is_open(at):
        raise Conflict(_("这个邀请链接刚刚被用掉了。"))
    membership = _join(invitation.organization, by.user_id, invitation.role, by=by, at=at)
    revise(
        invitation,
        {"accepted_at": at, "accepted_by_id": by.user_id},
        act="accept",
        by=by,
        at=at,
        event="invitation.accepted",
    )
    return membership


def add_member(
    *, organization: Organization, user: User, role: str, by: Actor, at: datetime
) -> Membership:
    """Staff put a person into an organization, for people who cannot handle a link."""
    permissions.can_write_as_staff(by, organization.region.path).require()
    permissions.can_manage_members(by, organization).require()
    return _join(organization, user.pk, _role(role), by=by, at=at)


@transaction.atomic
def _join(
    organization: Organization, user_id: int, role: str, *, by: Actor, at: datetime
) -> Membership:
    organization = lock(organization)
    if queries.members(organization).filter(user_id=user_id).exists():
        raise Conflict(_("已经是“%(name)s”的成员了。") % {"name": organization.label})
    membership = Membership(user_id=user_id, organization=organization, role=role, since=at)
    return begin(membership, by=by, at=at, act="join")


@transaction.atomic
def change_member_role(*, membership: Membership, role: str, by: Actor, at: datetime) -> Membership:
    permissions.can_manage_members(by, membership.organization).require()
    lock(membership.organization)
    if membership.role == MembershipRole.ADMIN and role != MembershipRole.ADMIN:
        _keep_one_admin(membership)
    return revise(membership, {"role": _role(role)}, act="change_role", by=by, at=at)


@transaction.atomic
def remove_member(*, membership: Membership, by: Actor, at: datetime) -> Membership:
    permissions.can_manage_members(by, membership.organization).require()
    return _end(membership, "remove", by=by, at=at)


@transaction.atomic
def leave(*, membership: Membership, by: Actor, at: datetime) -> Membership:
    """Leave an organization oneself; its last administrator cannot."""
    permissions.can_leave(by, membership.organization).require()
    return _end(membership, "leave", by=by, at=at)


def _end(membership: Membership, act: str, *, by: Actor, at: datetime) -> Membership:
    lock(membership.organization)
    membership = lock(membership)
    if membership.ended_at is not None:
        raise Conflict(_("已经不是成员了。"))
    if membership.role == MembershipRole.ADMIN:
        _keep_one_admin(membership)
    return revise(membership, {"ended_at": at}, act=act, by=by, at=at)


def _keep_one_admin(membership: Membership) -> None:
    others = (
        queries.members(membership.organization)
        .filter(role=MembershipRole.ADMIN, user__is_active=True)
        .exclude(pk=membership.pk)
    )
    if not others.exists():
        raise Conflict(
            _("这是本单位最后一位管理员。请先把另一位成员设为管理员，再改身份、移出或退出。")
        )


def _role(role: str) -> str:
    if role not in MembershipRole.values:
        raise Invalid({"role": _("请选择一种身份。")})
    return role
