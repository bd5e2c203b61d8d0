"""People, organizations and places for tests: plain rows, named after what they are."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts import queries
from accounts.models import (
    Membership,
    MembershipRole,
    OperatorRole,
    Organization,
    OrganizationKind,
    Region,
    RegionLevel,
    RoleGrant,
    User,
)
from accounts.states import OrganizationState
from core.numbers import take_number
from core.permissions import Actor

PASSWORD = "浜河路的桂花开了7次"

_running = count(1)

# An invented city: codes that begin with 99 are given to no real place.
REGION_ROWS = (
    ("99", "滨海省", ""),
    ("9999", "滨河市", "99"),
    ("999901", "滨江区", "9999"),
    ("999901001", "滨河街道", "999901"),
    ("999901001-01", "春晓社区", "999901001"),
    ("999901002", "望湖街道", "999901"),
    ("999902", "城南区", "9999"),
    ("999902001", "学院街道", "999902"),
)


def make_region(code: str, name: str, parent: Region | None = None, **fields: Any) -> Region:
    """One place below its parent; the level follows from the parent's."""
    known = Region.objects.filter(code=code).first()
    if known:
        return known
    above = parent.path if parent else ""
    full_name = (parent.full_name if parent else "") + name
    level = parent.level + 1 if parent else RegionLevel.PROVINCE
    return Region.objects.create(
        code=code,
        name=name,
        level=level,
        parent=parent,
        path=f"{above}{code}/",
        full_name=full_name,
        **fields,
    )


def make_region_tree() -> dict[str, Region]:
    """The invented city by name: 滨海省, 滨河市, 滨江区, 滨河街道, 春晓社区, 望湖街道, 城南区, 学院街道."""
    by_code: dict[str, Region] = {}
    for code, name, parent in REGION_ROWS:
        by_code[code] = make_region(code, name, by_code.get(parent))
    return {region.name: region for region in by_code.values()}


def make_user(name: str = "", *, password: str = "", **fields: Any) -> User:
    """A person who can sign in with `password` (PASSWORD unless given)."""
    n = next(_running)
    username = fields.pop("username", f"person{n}")
    user = User(
        number=take_number(User.PREFIX, timezone.now()),
        username=username,
        name=name or f"测试员{n}",
        created_at=timezone.now(),
        updated_at=timezone.now(),
        **fields,
    )
    user.set_password(password or PASSWORD)
    user.save()
    return user


def make_organization(name: str = "", *, verified: bool = True, **fields: Any) -> Organization:
    """An organization, verified unless said otherwise, in 滨河街道 unless placed elsewhere."""
    n = next(_running)
    now = timezone.now()
    state = OrganizationState.VERIFIED if verified else OrganizationState.UNVERIFIED
    values: dict[str, Any] = {
        "name": name or f"春晓社区居民委员会{n}",
        "kind": OrganizationKind.COMMUNITY,
        "state": state,
        "contact_phone": "13800000009",
        "verified_at": now if verified else None,
        "created_at": now,
        "updated_at": now,
    } | fields
    if "region" not in values:
        values["region"] = make_region_tree()["滨河街道"]
    return Organization.objects.create(number=take_number(Organization.PREFIX, now), **values)


def make_membership(
    user: User | None = None,
    organization: Organization | None = None,
    role: str = MembershipRole.ADMIN,
    **fields: Any,
) -> Membership:
    """A person in an organization; both are made when not given."""
    now = timezone.now()
    return Membership.objects.create(
        number=take_number(Membership.PREFIX, now),
        user=user or make_user(),
        organization=organization or make_organization(),
        role=role,
        **{"since": now, "created_at": now, "updated_at": now, **fields},
    )


def make_role_grant(
    user: User,
    role: str,
    region: Region | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleGrant:
    """An operator role since yesterday, until further notice, for every region unless given."""
    now = timezone.now()
    return RoleGrant.objects.create(
        number=take_number(RoleGrant.PREFIX, now),
        user=user,
        role=role,
        region=region,
        starts_on=starts_on or timezone.localdate() - timedelta(days=1),
        ends_on=ends_on,
        created_at=now,
        updated_at=now,
    )


def actor_for(
    user: User, organization: Organization | None = None, at: datetime | None = None
) -> Actor:
    """The actor that the pages would build; membership and roles are read from the rows."""
    on = timezone.localdate(at) if at else timezone.localdate()
    return queries.build_actor(
        user, on=on, organization_number=organization.number if organization else ""
    )


def member(
    organization: Organization | None = None,
    role: str = MembershipRole.ADMIN,
    name: str = "",
) -> Actor:
    """A new person acting for an organization (a new verified one unless given)."""
    membership = make_membership(make_user(name), organization, role)
    return actor_for(membership.user, membership.organization)


def stranger() -> Actor:
    """Somebody signed in who belongs to nobody here."""
    return actor_for(make_user("路人"))


def staff(role: str, region: Region | None = None, name: str = "") -> Actor:
    """A new person with one operator role and no organization."""
    user = make_user(name)
    make_role_grant(user, role, region)
    return actor_for(user)


def coordinator(region: Region | None = None) -> Actor:
    return staff(OperatorRole.COORDINATOR, region, "对接专员")


def administrator() -> Actor:
    return staff(OperatorRole.ADMINISTRATOR, None, "管理员")


def auditor() -> Actor:
    return staff(OperatorRole.AUDITOR, None, "审计员")


def caller_actor(
    organization: Organization, caller: str = "王主任 13800000001, 11月25日 10:20"
) -> Actor:
    """A coordinator acting for an organization at a caller's word (代为登记)."""
    return queries.acting_for_caller(coordinator(), organization, caller)


def api_actor(organization: Organization, *scopes: str) -> Actor:
    """What a token of the organization with these scopes may act as."""
    person = member(organization, MembershipRole.EDITOR, "接口")
    return replace(person, channel="api", api_scopes=frozenset(scopes))
