"""Lists of proposals and links as one reader may see them."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models.role import STAFF_ROLES
from core.errors import NotFound
from core.permissions import Actor
from matching import permissions
from matching.models import Match
from matching.queries.matches import get_match, match_queryset
from matching.states import CONTACTS_OPEN, FULFILLED, MatchState


def _concerning(actor: Actor) -> Q:
    """Matches of the actor's organization, or of the regions that the actor is staff for."""
    wanted = Q(pk__in=[])
    if actor.organization_id:
        for side in ("need", "resource"):
            wanted |= Q(**{f"{side}__organization_id": actor.organization_id})
    for scope in actor.scopes:
        if scope.role in STAFF_ROLES and scope.region:
            for side in ("need", "resource"):
                wanted |= Q(**{f"{side}__region__path__startswith": scope.region})
        elif scope.role in STAFF_ROLES:
            return Q()
    return wanted


def proposals_for(actor: Actor) -> QuerySet[Match]:
    """Whatever was proposed to the actor's side, whichever way it went; suggestions are none."""
    return match_queryset().filter(_concerning(actor)).exclude(state=MatchState.SUGGESTED)


def links_for(actor: Actor) -> QuerySet[Match]:
    """Links of the actor's side, and finished ones that both sides let everybody see."""
    public = Q(state__in=FULFILLED, need_publishes=True, resource_publishes=True)
    linked = Q(state__in=CONTACTS_OPEN | {MatchState.CANCELLED})
    rows = match_queryset().filter(public | (linked & _concerning(actor)))
    return rows.prefetch_related("deliveries")


def get_proposal(number: str, actor: Actor) -> Match:
    """One proposal of the actor's own side or region; a public link is none for others."""
    match = get_match(number, actor)
    if match.state == MatchState.SUGGESTED or not permissions.can_read(actor, match):
        raise NotFound(_("没有找到这条对接，或者它不对你公开。"))
    return match


def get_link(number: str, actor: Actor) -> Match:
    """One link that the actor may read; NotFound for what is no link yet."""
    match = get_match(number, actor)
    if match.state not in CONTACTS_OPEN | {MatchState.CANCELLED}:
        raise NotFound(_("没有找到这条对接，或者它不对你公开。"))
    return match
