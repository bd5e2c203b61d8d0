"""Sharing quantities out: smallest need first, so that help reaches many and fills what it reaches.

All amounts of one call are in one unit and period; whoever calls has checked that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

_BAND = 0.1


@dataclass(frozen=True)
class Claim:
    """A need and the amount it still misses."""

    need: str
    amount: Decimal


@dataclass(frozen=True)
class Stock:
    """An offer, what is left of it, and into how many pieces its giver will split it at most."""

    offer: str
    left: Decimal
    max_pieces: int | None = None


@dataclass(frozen=True)
class Allotment:
    """So much of an offer for a need."""

    need: str
    offer: str
    amount: Decimal


def allocate(
    claims: Sequence[Claim],
    stocks: Sequence[Stock],
    scores: Sequence[tuple[str, str, float]],
    *,
    band: float = _BAND,
) -> list[Allotment]:
    """Share stocks among claims over the scored pairs (need, offer, score).

    Better score bands are served first. Inside a band each offer, smallest first, goes to its
    smallest open need, then the next. An offer with few pieces left goes to the smallest need that
    takes its share (what is left ÷ pieces left), so that all of it is used; where no need is that
    large, to the largest. No need gets more than it claims, no offer gives more than is left or in
    more pieces than its giver allows. Equal cases are settled by key.
    """
    missing = {claim.need: claim.amount for claim in claims if claim.amount > 0}
    left = {stock.offer: stock.left for stock in stocks if stock.left > 0}
    pieces = {stock.offer: stock.max_pieces for stock in stocks}
    given: dict[tuple[str, str], Decimal] = {}
    for pairs in _bands(scores, band):
        for offer in sorted(pairs.keys() & left.keys(), key=lambda key: (left[key], key)):
            _give(offer, pairs[offer], missing, left, pieces, given)
    return [Allotment(need, offer, amount) for (need, offer), amount in given.items()]


def _give(
    offer: str,
    needs: set[str],
    missing: dict[str, Decimal],
    left: dict[str, Decimal],
    pieces: dict[str, int | None],
    given: dict[tuple[str, str], Decimal],
) -> None:
    """Give one offer to needs of one band until it, its pieces or the needs are used up."""
    while left[offer] > 0 and pieces[offer] != 0:
        open_needs = [need for need in needs if missing.get(need, 0) > 0]
        if not open_needs:
            return
        need = _next(open_needs, missing, left[offer], pieces[offer])
        amount = min(missing[need], left[offer])
        given[need, offer] = given.get((need, offer), Decimal(0)) + amount
        missing[need] -= amount
        left[offer] -= amount
        if (allowed := pieces[offer]) is not None:
            pieces[offer] = allowed - 1


def _next(
    open_needs: list[str], missing: dict[str, Decimal], left: Decimal, pieces: int | None
) -> str:
    by_size = sorted(open_needs, key=lambda need: (missing[need], need))
    if pieces is None:
        return by_size[0]
    share = left / pieces
    return next((need for need in by_size if missing[need] >= share), by_size[-1])


def _bands(scores: Sequence[tuple[str, str, float]], band: float) -> list[dict[str, set[str]]]:
    """Offer to needs, one mapping per score band, best band first."""
    banded: dict[int, dict[str, set[str]]] = {}
    for need, offer, score in scores:
        banded.setdefault(int(score // band), {}).setdefault(offer, set()).add(need)
    return [banded[number] for number in sorted(banded, reverse=True)]
