"""Hard constraints: a pair that fails one is never proposed, whatever its text.

Each is a small function of a need and an offer. Missing information never fails one. They are asked
in the order of `CONSTRAINTS`, which is also the order of the page 为什么没有候选.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from matching.engine.items import Item, RegionPath, Times
from matching.engine.kinds import compatible


@dataclass(frozen=True)
class Rules:
    """What staff decide: category pairs (need's, offer's) marked impossible. None ships marked."""

    impossible: frozenset[tuple[str, str]] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Constraint:
    """A named constraint; `code` is stored and worded later."""

    code: str
    passes: Callable[[Item, Item, Rules], bool]


def both_open(need: Item, offer: Item, _rules: Rules) -> bool:
    """Neither side is closed, met, withdrawn or expired."""
    return need.is_open and offer.is_open


def other_organization(need: Item, offer: Item, _rules: Rules) -> bool:
    """An organization is not matched with itself."""
    return not need.organization or need.organization != offer.organization


def kinds_fit(need: Item, offer: Item, _rules: Rules) -> bool:
    """The kind of thing offered can meet the kind of thing needed."""
    return compatible(need.kind, offer.kind)


def category_possible(need: Item, offer: Item, rules: Rules) -> bool:
    """Staff have not marked this pair of categories impossible."""
    return (need.category, offer.category) not in rules.impossible


def not_declined(need: Item, offer: Item, _rules: Rules) -> bool:
    """Neither side has declined the other before."""
    return offer.key not in need.declined and need.key not in offer.declined


def area_reachable(need: Item, offer: Item, _rules: Rules) -> bool:
    """The offer goes where the need is, or no way is needed.

    A need known only by its district may lie in the street that is served: it passes.
    """
    if need.remote or offer.remote or not need.region or not offer.area_served:
        return True
    return any(one_within_other(need.region, area) for area in offer.area_served)


def one_within_other(first: RegionPath, second: RegionPath) -> bool:
    """Whether one path is the beginning of the other."""
    shorter = min(len(first), len(second))
    return first[:shorter] == second[:shorter]


def times_overlap(need: Item, offer: Item, _rules: Rules) -> bool:
    """At least one day suits both."""
    return share_a_day(need.times, offer.times)


def conditions_met(need: Item, offer: Item, _rules: Rules) -> bool:
    """The need is for one of the groups that the offer is meant for."""
    return not need.groups or not offer.conditions or bool(need.groups & offer.conditions)


def something_left(need: Item, offer: Item, _rules: Rules) -> bool:
    """The offer is not used up and the need is not filled."""
    return all(q.amount is None or q.amount > 0 for q in (need.quantity, offer.quantity))


CONSTRAINTS: Sequence[Constraint] = (
    Constraint("open", both_open),
    Constraint("other_organization", other_organization),
    Constraint("kinds", kinds_fit),
    Constraint("category_possible", category_possible),
    Constraint("area", area_reachable),
    Constraint("times", times_overlap),
    Constraint("conditions", conditions_met),
    Constraint("remaining", something_left),
    Constraint("not_declined", not_declined),
)


def first_failed(need: Item, offer: Item, rules: Rules) -> str | None:
    """Return the code of the first constraint that the pair fails, or None."""
    for constraint in CONSTRAINTS:
        if not constraint.passes(need, offer, rules):
            return constraint.code
    return None


def failed(need: Item, offer: Item, rules: Rules) -> tuple[str, ...]:
    """Return the codes of every constraint that the pair fails, in order."""
    return tuple(one.code for one in CONSTRAINTS if not one.passes(need, offer, rules))


def share_a_day(first: Times, second: Times) -> bool:
    """Whether a day exists that lies in both periods and on a weekday of both.

    Missing ends are open; without any date only the weekdays decide.
    """
    start = max((day for day in (first.start, second.start) if day), default=None)
    end = min((day for day in (first.end, second.end) if day), default=None)
    if start and end and start > end:
        return False
    allowed = weekdays_of(first) & weekdays_of(second)
    if not start or not end or end - start >= timedelta(days=6):
        return bool(allowed)
    days = (end - start).days + 1
    return any((start.weekday() + offset) % 7 in allowed for offset in range(days))


def weekdays_of(times: Times) -> frozenset[int]:
    """The weekdays on which something can be; all seven when nothing is said."""
    return times.weekdays or frozenset(range(7))
