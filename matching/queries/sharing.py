"""How one offer could be shared among the needs that it fits: the smallest need first."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.permissions import Actor
from marketplace.models import ResourceOffer
from marketplace.states import SEEKING
from matching import permissions
from matching.engine import Claim, Stock, allocate
from matching.models import Match
from matching.queries.matches import suggestions_for
from matching.queries.measures import pieces_left, same_measure


@dataclass(frozen=True, slots=True)
class Portion:
    """One candidate need, what it misses, and how much of the offer is proposed for it."""

    match: Match
    missing: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Sharing:
    """`left` is what the offer has, `pieces` to how many more it may go (None: no limit)."""

    portions: Sequence[Portion]
    left: Decimal
    pieces: int | None
    other_measure: int
    """Candidates that count in another unit or period: each is agreed by hand."""


def sharing_of(offer: ResourceOffer, actor: Actor) -> Sharing:
    """The proposal for an offer with a number, over the candidates the actor may propose."""
    left, pieces = offer.remaining or Decimal(0), pieces_left(offer)
    found = [
        match
        for match in suggestions_for(offer)
        if match.need.state in SEEKING and permissions.can_propose(actor, match)
    ]
    fitting = [match for match in found if same_measure(match.need, offer) and match.need.remaining]
    claims = [Claim(match.number, match.need.remaining or Decimal(0)) for match in fitting]
    stock = Stock(offer.number, left, pieces)
    scores = [(match.number, offer.number, match.score) for match in fitting]
    given = {one.need: one.amount for one in allocate(claims, [stock], scores)}
    portions = [
        Portion(match, claim.amount, given.get(match.number, Decimal(0)))
        for match, claim in zip(fitting, claims, strict=True)
    ]
    portions.sort(key=lambda one: (not one.amount, one.missing, one.match.number))
    return Sharing(portions, left, pieces, len(found) - len(fitting))
