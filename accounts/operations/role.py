"""Operator roles, and the first administrator."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import permissions, queries
from accounts.models import (
    Membership,
    MembershipRole,
    OperatorRole,
    Organization,
    OrganizationKind,
    Region,
    RoleGrant,
    User,
)
from accounts.operations.people import begin_person, checked_password
from accounts.validators import new_account, person_name, plain_line
from core.errors import Conflict, Invalid
from core.permissions import SYSTEM, Actor
from core.states import advance, begin, revise


def grant_role(
    *,
    user: User,
    role: str,
    region: Region | None,
    starts_on: date,
    ends_on: date | None,
    by: Actor,
    at: datetime,
) -> RoleGrant:
    """An operator role below a region (None: everywhere) from a day to a day (None: open).

    Raises Invalid at `role` or `ends_on`.
    """
    permissions.can_grant_role(by, user).require()
    if role not in OperatorRole.values:
        raise Invalid({"role": _("请选择岗位。")})
    if ends_on is not None and ends_on < starts_on:
        raise Invalid({"ends_on": _("结束日期早于开始日期。")})
    if not user.is_active:
        raise Invalid({"user": _("这个账号已停用，请先恢复。")})
    grant = RoleGrant(
        user=user,
        role=role,
        region=region,
        starts_on=starts_on,
        ends_on=ends_on,
        granted_by_id=by.user_id or None,
    )
    return begin(grant, by=by, at=at, act="grant")


@transaction.atomic
def revoke_role(*, grant: RoleGrant, by: Actor, at: datetime) -> RoleGrant:
    """End a role now. One administrator of the whole base must remain."""
    permissions.can_grant_role(by, grant.user).require()
    if grant.revoked_at is not None:
        raise Conflict(_("这个岗位已经收回了。"))
    others = (
        queries.grants_in_force(timezone.localdate(at))
        .select_for_update()
        .filter(role=OperatorRole.ADMINISTRATOR, region=None, user__is_active=True)
        .exclude(pk=grant.pk)
    )
    if grant.role == OperatorRole.ADMINISTRATOR and not list(others):
        raise Conflict(_("这是最后一位系统管理员，不能收回。请先授予另一个人。"))
    return revise(grant, {"revoked_at": at}, act="revoke", by=by, at=at)


@transaction.atomic
def found_base(
    *,
    name: str,
    account: str,
    password: str,
    organization: str,
    region: Region,
    at: datetime,
) -> User:
    """The first administrator and the operator's organization, by the installer's command.

    Raises Conflict when there is an administrator already, Invalid at the field.
    """
    if RoleGrant.objects.filter(role=OperatorRole.ADMINISTRATOR, revoked_at=None).exists():
        raise Conflict(_("已经有系统管理员了，请他在“岗位”页上授予。"))
    user = User(name=person_name(name), date_joined=at, consented_at=at)
    user.set_password(checked_password(password, user))
    begin_person(user, new_account(account), by=SYSTEM, at=at, act="open")
    operator = Organization(
        name=plain_line(organization), kind=OrganizationKind.OPERATOR, region=region
    )
    begin(operator, by=SYSTEM, at=at, act="register", event="organization.registered")
    advance(operator, "verify", by=SYSTEM, at=at, changes={"verified_at": at})
    member = Membership(user=user, organization=operator, role=MembershipRole.ADMIN, since=at)
    begin(member, by=SYSTEM, at=at, act="found")
    for role in (OperatorRole.ADMINISTRATOR, OperatorRole.COORDINATOR):
        grant = RoleGrant(user=user, role=role, region=None, starts_on=timezone.localdate(at))
        begin(grant, by=SYSTEM, at=at, act="grant")
    return user
