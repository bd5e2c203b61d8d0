"""Reads of people, organizations and regions, and the actor of a request."""

from dataclasses import replace
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import (
    Membership,
    Organization,
    Region,
    RegionLevel,
    RoleGrant,
    User,
)
from accounts.states import OrganizationState
from core.permissions import Actor, RoleScope


def active_memberships(user: User) -> QuerySet[Membership]:
    """Memberships in force, with their organizations, suspended ones left out."""
    return (
        Membership.objects.filter(user=user, ended_at__isnull=True)
        .exclude(organization__state=OrganizationState.SUSPENDED)
        .select_related("organization", "organization__region")
        .order_by("since", "id")
    )


def role_scopes(user: User, on: date) -> tuple[RoleScope, ...]:
    """Operator roles in force on a day."""
    grants = RoleGrant.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        user=user,
        revoked_at__isnull=True,
        starts_on__lte=on,
    ).select_related("region")
    return tuple(
        RoleScope(grant.role, grant.region.path if grant.region else "")
        for grant in grants.order_by("id")
    )


def build_actor(
    user: User, *, on: date, organization_number: str = "", request_id: str = ""
) -> Actor:
    """The actor of a signed-in person acting for one of their organizations (or for none).

    An organization number that is not theirs falls back to their first one.
    """
    memberships = list(active_memberships(user))
    chosen = next(
        (m for m in memberships if m.organization.number == organization_number),
        memberships[0] if memberships else None,
    )
    person = Actor(
        user_id=user.pk,
        name=user.name,
        scopes=role_scopes(user, on),
        request_id=request_id,
    )
    if chosen is None:
        return person
    return replace(
        person,
        organization_id=chosen.organization.pk,
        organization_number=chosen.organization.number,
        organization_name=chosen.organization.label,
        membership=chosen.role,
        verified=chosen.organization.is_verified,
    )


def get_region(code: str) -> Region | None:
    return Region.objects.filter(code=code, closed=False).first()


def regions_below(path: str, level: RegionLevel) -> QuerySet[Region]:
    return Region.objects.filter(path__startswith=path, level=level, closed=False).order_by("code")


def verified_organizations() -> QuerySet[Organization]:
    return Organization.objects.filter(state=OrganizationState.VERIFIED).order_by("name")
