"""How one offer could be shared among the needs that it fits: the smallest need first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count

from core.permissions import Actor
from marketplace.models import ResourceOffer
from marketplace.states import SEEKING
from matching import permissions
from matching.engine import Claim, Stock, allocate
from matching.models import Match
from matching.queries.matches import suggestions_for
from matching.queries.measures import pieces_left, same_measure
from matching.queries.proposals import broken_by_all
from matching.states import MatchState


@dataclass(frozen=True, slots=True)
class Portion:
    """One candidate need, what it misses, and how much of the offer is proposed for it."""

    match: Match
    missing: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A candidate that gets nothing here, and why: codes of hard constraints that it no longer
    meets, "measure" (another unit or period: agreed by hand), "held" (until another side answers) or
    "satisfied"."""

    match: Match
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sharing:
    """`left` is what the offer has, `pieces` to how many more it may go (None: no limit)."""

    portions: Sequence[Portion]
    left: Decimal
    pieces: int | None
    left_out: Sequence[LeftOut]

    @property
    def rest(self) -> Decimal:
        """What stays with the offer when it is shared as proposed."""
        return self.left - sum((one.amount for one in self.portions), Decimal(0))


def sharing_of(offer: ResourceOffer, actor: Actor, at: datetime) -> Sharing:
    """The proposal for an offer with a number, over the candidates the actor may propose."""
    left, pieces = offer.remaining or Decimal(0), pieces_left(offer)
    found = [
        match
        for match in suggestions_for(offer)
        if match.need.state in SEEKING and permissions.can_propose(actor, match)
    ]
    broken = broken_by_all([match.need for match in found], offer, at)
    why = {match.pk: _why_not(match, broken[match.need.number]) for match in found}
    fitting = [match for match in found if not why[match.pk]]
    claims = [Claim(match.number, match.need.remaining or Decimal(0)) for match in fitting]
    stock = Stock(offer.number, left, pieces)
    scores = [(match.number, offer.number, match.score) for match in fitting]
    given = {one.need: one.amount for one in allocate(claims, [stock], scores)}
    portions = [
        Portion(match, claim.amount, given.get(match.number, Decimal(0)))
        for match, claim in zip(fitting, claims, strict=True)
    ]
    portions.sort(key=lambda one: (not one.amount, one.missing, one.match.number))
    left_out = [LeftOut(match, why[match.pk]) for match in found if why[match.pk]]
    return Sharing(portions, left, pieces, left_out)


def wanted_by_several(candidates: Sequence[Match]) -> set[int]:
    """Ids of those candidates' offers that have a number and are candidates for other needs too."""
    ids = [match.resource_id for match in candidates if match.resource.quantity is not None]
    rows = Match.objects.filter(resource_id__in=ids, state=MatchState.SUGGESTED).order_by()
    counted = rows.values_list("resource_id").annotate(n=Count("pk"))
    return {pk for pk, n in counted if n > 1}


def _why_not(match: Match, broken: tuple[str, ...]) -> tuple[str, ...]:
    """Why a candidate gets no share by rule; empty when it may."""
    if broken == ("remaining",) and match.need.held and not match.need.remaining:
        return ("held",)
    if broken:
        return broken
    if not same_measure(match.need, match.resource):
        return ("measure",)
    if match.need.remaining:
        return ()
    return ("held",) if match.need.held else ("satisfied",)
