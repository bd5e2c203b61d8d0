"""Reads of organizations: loaders that check access, lists for staff and for pickers."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts import permissions
from accounts.models import WRITING_STAFF, Organization
from accounts.queries.people import member_counts
from accounts.states import OrganizationState
from core.errors import NotFound
from core.permissions import Actor


def load_organization(number: str, actor: Actor) -> Organization:
    """An organization that the actor may see, with its region; raises NotFound."""
    found = Organization.objects.select_related("region").filter(number=number).first()
    if found is None or not permissions.can_see_organization(actor, found):
        raise NotFound(_("没有这个单位，或它已停用。"))
    return found


def load_own_organization(actor: Actor) -> Organization:
    """The organization acted for; raises NotFound when acting for none."""
    found = Organization.objects.select_related("region").filter(pk=actor.organization_id).first()
    if found is None:
        raise NotFound(_("你现在没有代表任何单位。"))
    return found


def organizations() -> QuerySet[Organization]:
    """All organizations for staff, newest first, with region and number of members."""
    return (
        Organization.objects.select_related("region")
        .annotate(member_count=member_counts())
        .order_by("-id")
    )


def organizations_named(text: str, *, limit: int = 20) -> QuerySet[Organization]:
    """Organizations whose name, short name, number or code holds the text; suspended ones not."""
    found = Organization.objects.exclude(state=OrganizationState.SUSPENDED).filter(
        Q(name__contains=text)
        | Q(short_name__contains=text)
        | Q(number=text.upper())
        | Q(uscc=text.upper())
    )
    return found.select_related("region").order_by("name")[:limit]


def same_organization(
    *, uscc: str, name: str, region_id: int, besides: int = 0
) -> Organization | None:
    """An organization already registered with this code, or under this name in this place."""
    same_code = Q(uscc=uscc) if uscc else Q(pk__in=[])
    return (
        Organization.objects.filter(same_code | Q(name=name, region_id=region_id))
        .exclude(pk=besides)
        .order_by("id")
        .first()
    )


def verified_organizations() -> QuerySet[Organization]:
    return Organization.objects.filter(state=OrganizationState.VERIFIED).order_by("name")


def unverified_count(actor: Actor) -> int:
    """How many organizations wait for this coordinator to verify them."""
    waiting = Organization.objects.filter(state=OrganizationState.UNVERIFIED)
    inside = Q()
    for scope in actor.scopes:
        if scope.role in WRITING_STAFF:
            inside |= Q(region__path__startswith=scope.region)
    return waiting.filter(inside).count() if inside else 0
