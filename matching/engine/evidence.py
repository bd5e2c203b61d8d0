"""Evidence beside the text: place, time, quantity and freshness of one pair.

Each answers with points and the figures they come from, or with nothing where something is missing:
no evidence is exactly zero points.
"""

from collections.abc import Callable, Mapping
from datetime import date

from matching.engine.constraints import share_a_day
from matching.engine.items import Item, Reason
from matching.engine.weights import DISTANCE_SHARE, FRESH_DAYS

Weights = Mapping[str, float]


def distance(need: Item, offer: Item, _at: date | None, weights: Weights) -> Reason | None:
    """More points the nearer both are; remote help and unknown places have no distance."""
    if need.remote or offer.remote:
        return None
    common = 0
    for mine, theirs in zip(need.region, offer.region, strict=False):
        if mine != theirs:
            break
        common += 1
    if common < 2:
        return None
    share = DISTANCE_SHARE[min(common, 5)]
    return Reason("distance", share * weights["distance"], {"common_levels": common})


def times(need: Item, offer: Item, _at: date | None, weights: Weights) -> Reason | None:
    """Points where both say when, and a day suits both."""
    if not need.times.known or not offer.times.known or not share_a_day(need.times, offer.times):
        return None
    return Reason("times", weights["times"], {})


def quantity(need: Item, offer: Item, _at: date | None, weights: Weights) -> Reason | None:
    """Points by the share of the need that the offer can fill, in the same unit and period."""
    wanted, left = need.quantity, offer.quantity
    if not wanted.comparable_with(left) or not wanted.amount or left.amount is None:
        return None
    share = min(1.0, left.amount / wanted.amount)
    figures: dict[str, float | str] = {
        "needed": wanted.amount,
        "left": left.amount,
        "unit": wanted.unit,
    }
    return Reason("quantity", share * weights["quantity"], figures)


def freshness(need: Item, offer: Item, at: date | None, weights: Weights) -> Reason | None:
    """Points that fade to nothing within `FRESH_DAYS` days after the older side was refreshed."""
    if at is None or need.refreshed is None or offer.refreshed is None:
        return None
    days = max(0, (at - min(need.refreshed, offer.refreshed)).days)
    if days >= FRESH_DAYS:
        return None
    return Reason("freshness", (1 - days / FRESH_DAYS) * weights["freshness"], {"days": days})


_ALL: tuple[Callable[[Item, Item, date | None, Weights], Reason | None], ...] = (
    distance,
    times,
    quantity,
    freshness,
)
CODES = ("distance", "times", "quantity", "freshness")


def beside_text(need: Item, offer: Item, at: date | None, weights: Weights) -> list[Reason]:
    """Return all evidence of a pair that is not in its texts."""
    found = (judge(need, offer, at, weights) for judge in _ALL)
    return [reason for reason in found if reason is not None]
