"""The constraints over many items at once, as NumPy masks that answer like the pair functions.

What repeats among items (kind, category, area, conditions) is kept as a code per item
and a short list of distinct values: a constraint is asked once per distinct value and then looked
up. Dates and amounts are columns of numbers.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from matching.engine import constraints
from matching.engine.constraints import CONSTRAINTS, Rules
from matching.engine.items import Item, Times

Mask = NDArray[np.bool_]
Side = Literal["needs", "offers"]
_ALL_DAYS = 0b1111111
_REMEMBERED = 50_000_000
"""Bytes of masks that are kept for the next item with the same facts."""
_EARLIEST, _LATEST = date.min.toordinal(), date.max.toordinal()

_FACTS: dict[str, Callable[[Item], Hashable]] = {
    "open": lambda item: item.is_open,
    "kinds": lambda item: item.kind,
    "category_possible": lambda item: item.category,
    "area": lambda item: (item.region, item.area_served, item.remote),
    "conditions": lambda item: (item.groups, item.conditions),
    "remaining": lambda item: item.quantity.amount is None or item.quantity.amount > 0,
}


@dataclass(frozen=True)
class _Coded:
    """Distinct values as one example item each, and the number of its example per item."""

    examples: tuple[Item, ...]
    codes: NDArray[np.intp]


class Columns:
    """Many items of one side, ready to be asked which of them may go with one of the other side."""

    def __init__(self, items: Sequence[Item], *, side: Side, rules: Rules) -> None:
        """Code the items; their order is the order of every mask."""
        self.items = items
        self._side = side
        self._rules = rules
        self._coded = {code: _coded(items, fact) for code, fact in _FACTS.items()}
        self._places = {item.key: place for place, item in enumerate(items)}
        self._starts = np.array([_ordinal(i.times.start, _EARLIEST) for i in items], dtype=np.int64)
        self._ends = np.array([_ordinal(i.times.end, _LATEST) for i in items], dtype=np.int64)
        self._days = np.array([_day_bits(i.times) for i in items], dtype=np.int64)
        self._any_known = any(item.times.known for item in items)
        self._declining: dict[str, list[int]] = {}
        self._of_organization: dict[str, list[int]] = {}
        for place, item in enumerate(items):
            self._of_organization.setdefault(item.organization, []).append(place)
            for key in item.declined:
                self._declining.setdefault(key, []).append(place)
        self._known: dict[tuple[str, Hashable], Mask] = {}

    def passing(self, other: Item) -> Mask:
        """Return which items pass every constraint with `other`."""
        mask = np.ones(len(self.items), dtype=np.bool_)
        for constraint in CONSTRAINTS:
            mask &= self.mask(constraint.code, other)
        return mask

    def mask(self, code: str, other: Item) -> Mask:
        """Return which items pass the constraint `code` with `other`."""
        if code == "times":
            return self._share_a_day(other.times)
        if code == "not_declined":
            return self._not_declined(other)
        if code == "other_organization":
            return self._other_organization(other)
        return self._looked_up(code, other)

    def _looked_up(self, code: str, other: Item) -> Mask:
        fact = (code, _FACTS[code](other))
        if fact not in self._known:
            if len(self._known) * len(self.items) > _REMEMBERED:
                self._known.clear()
            coded = self._coded[code]
            answers = [self._passes(code, other, example) for example in coded.examples]
            self._known[fact] = np.array(answers, dtype=np.bool_)[coded.codes]
        return self._known[fact]

    def _passes(self, code: str, other: Item, example: Item) -> bool:
        need, offer = (example, other) if self._side == "needs" else (other, example)
        return _PASSES[code](need, offer, self._rules)

    def _other_organization(self, other: Item) -> Mask:
        mask = np.ones(len(self.items), dtype=np.bool_)
        if other.organization:
            mask[self._of_organization.get(other.organization, [])] = False
        return mask

    def _not_declined(self, other: Item) -> Mask:
        mask = np.ones(len(self.items), dtype=np.bool_)
        mask[self._declining.get(other.key, [])] = False
        mask[[self._places[key] for key in other.declined if key in self._places]] = False
        return mask

    def _share_a_day(self, times: Times) -> Mask:
        """`constraints.share_a_day`, with the weekdays of a period as seven bits."""
        if not times.known and not self._any_known:
            return np.ones(len(self.items), dtype=np.bool_)
        starts = np.maximum(self._starts, _ordinal(times.start, _EARLIEST))
        ends = np.minimum(self._ends, _ordinal(times.end, _LATEST))
        lengths = np.clip(ends - starts + 1, 0, 7)
        # Ordinal 1 was a Monday. A run of days that passes Sunday goes on from Monday.
        run = ((1 << lengths) - 1) << ((starts - 1) % 7)
        period = (run | (run >> 7)) & _ALL_DAYS
        shared: Mask = (period & self._days & _day_bits(times)) != 0
        return shared


_PASSES = {constraint.code: constraint.passes for constraint in CONSTRAINTS}


def _coded(items: Sequence[Item], fact: Callable[[Item], Hashable]) -> _Coded:
    numbers: dict[Hashable, int] = {}
    examples: list[Item] = []
    codes = np.empty(len(items), dtype=np.intp)
    for place, item in enumerate(items):
        value = fact(item)
        if value not in numbers:
            numbers[value] = len(examples)
            examples.append(item)
        codes[place] = numbers[value]
    return _Coded(tuple(examples), codes)


def _ordinal(day: date | None, missing: int) -> int:
    return missing if day is None else day.toordinal()


def _day_bits(times: Times) -> int:
    return sum(1 << day for day in constraints.weekdays_of(times))
