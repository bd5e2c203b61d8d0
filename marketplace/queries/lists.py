"""What a reader may list: published entries of their level, and everything of their own."""

from django.db.models import Q, QuerySet

from accounts.models.role import STAFF_ROLES
from core.permissions import Actor
from marketplace import permissions
from marketplace.models import Level
from marketplace.queries.entries import AnyEntry, entry_queryset
from marketplace.states import FINDABLE


def readable_entries(model: type[AnyEntry], actor: Actor) -> QuerySet[AnyEntry]:
    """The entries that `permissions.can_read` allows this actor, as one query."""
    order = list(Level)
    widest = order[: order.index(permissions.reading_level(actor)) + 1]
    wanted = Q(state__in=FINDABLE, visibility__in=widest)
    if actor.organization_id:
        wanted |= Q(organization_id=actor.organization_id)
    regions = [scope.region for scope in actor.scopes if scope.role in STAFF_ROLES]
    if "" in regions:
        return entry_queryset(model)
    for path in regions:
        wanted |= Q(region__path__startswith=path)
    return entry_queryset(model).filter(wanted)
