"""What the workbench shows beside 待办: one's own entries under way, and the staff's load."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from accounts.models import STAFF_ROLES
from core.permissions import Actor
from core.ports import ChainStep, Subject, chains
from inbox import queries as inbox
from marketplace import queries as market
from marketplace.models import Need, ResourceOffer
from marketplace.states import SEEKING, EntryState
from matching import queries as matching
from matching.states import ASKING, FULFILLED, RUNNING

_UNDER_WAY = SEEKING | {EntryState.SUBMITTED, EntryState.MET}


@dataclass(frozen=True, slots=True)
class Ongoing:
    """One of the organization's entries with its chain."""

    entry: Need | ResourceOffer
    steps: tuple[ChainStep, ...]


def ongoing(actor: Actor, limit: int = 6) -> tuple[list[Ongoing], int]:
    """The entries under way that moved last, needs and offers together, and how many there are."""
    if not actor.organization_id:
        return [], 0
    found: list[Need | ResourceOffer] = []
    total = 0
    for model in (Need, ResourceOffer):
        rows = market.entry_queryset(model).filter(
            organization_id=actor.organization_id, state__in=_UNDER_WAY
        )
        total += rows.count()
        latest = rows.order_by("-updated_at", "-id")[:limit]
        found += [row for row in latest if isinstance(row, Need | ResourceOffer)]
    found.sort(key=lambda entry: entry.updated_at, reverse=True)
    shown = found[:limit]
    subjects = [Subject(one.KIND, one.number, one.pk, one.version) for one in shown]
    steps = chains(subjects, actor)
    return [Ongoing(one, tuple(own)) for one, own in zip(shown, steps, strict=True)], total


@dataclass(frozen=True, slots=True)
class OwnLinks:
    """How many of an organization's matches wait for an answer, run, have come to something."""

    asking: int
    running: int
    done: int


def own_links(organization_id: int) -> OwnLinks:
    rows = matching.matches_of(organization_id).order_by()
    by_state = dict(rows.values_list("state").annotate(n=Count("id")))
    return OwnLinks(
        *(sum(by_state.get(state, 0) for state in group) for group in (ASKING, RUNNING, FULFILLED))
    )


@dataclass(frozen=True, slots=True)
class Load:
    """What waits for the staff of a region: intake, needs to propose for, answers, calls."""

    intake: int
    to_propose: int
    asking: int
    linked: int
    to_phone: int


def staff_load(actor: Actor, at: datetime) -> Load | None:
    """None for whoever is no staff, or acts for a caller just now."""
    if not actor.roles & STAFF_ROLES or actor.on_behalf_of:
        return None
    return Load(
        intake=market.intake_count(actor),
        to_propose=matching.desk_needs(actor, "open").count(),
        asking=matching.desk_needs(actor, "asking").count(),
        linked=matching.desk_needs(actor, "linked").count(),
        to_phone=len(inbox.to_phone_for(actor, at)),
    )
