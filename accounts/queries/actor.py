"""The actor of a request: a person, for one of their organizations or for a caller."""

from dataclasses import replace
from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import Membership, MembershipRole, Organization, RoleGrant, User
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
    grants = grants_in_force(on).filter(user=user).select_related("region")
    return tuple(
        RoleScope(grant.role, grant.region.path if grant.region else "")
        for grant in grants.order_by("id")
    )


def grants_in_force(on: date) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        revoked_at__isnull=True,
        starts_on__lte=on,
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
    return acting_for(person, chosen.organization, chosen.role)


def acting_for(person: Actor, organization: Organization, membership: str) -> Actor:
    """The same person, acting for an organization in a membership role."""
    return replace(
        person,
        organization_id=organization.pk,
        organization_number=organization.number,
        organization_name=organization.label,
        membership=membership,
        verified=organization.is_verified,
    )


def acting_for_caller(person: Actor, organization: Organization, caller: str) -> Actor:
    """代为登记: the coordinator acts for an organization at a caller's word.

    `caller` says who called and when ("王主任 13800000001, 11月25日 10:20"); it is written into
    every audit row. The coordinator can do what an editor of the organization can, no more.
    Whether they may is `permissions.can_act_for_caller`.
    """
    return replace(
        acting_for(person, organization, MembershipRole.EDITOR),
        on_behalf_of=caller,
        channel="phone",
    )
