"""为什么没有候选: what each constraint took away, and what relaxing it alone would bring back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.engine.constraints import CONSTRAINTS
from matching.engine.items import Item
from matching.engine.segment import Segment


@dataclass(frozen=True)
class Removed:
    """One step of the waterfall.

    `removed` counts what was still there when this constraint was asked; `would_return` counts what
    fails this constraint and no other.
    """

    code: str
    removed: int
    would_return: int


def failing_only(item: Item, segments: Sequence[Segment], code: str) -> list[str]:
    """Return the keys of what fails this constraint and no other, in key order."""
    found: list[str] = []
    for segment in segments:
        masks = {one.code: segment.columns.mask(one.code, item) for one in CONSTRAINTS}
        failures = np.sum([~mask for mask in masks.values()], axis=0)
        places = np.flatnonzero(segment.alive & ~masks[code] & (failures == 1))
        found += [segment.items[place].key for place in places]
    return sorted(found)


def waterfall(item: Item, segments: Sequence[Segment]) -> list[Removed]:
    """Return one step per constraint, in the order they are asked; all zeros when none removed."""
    removed = dict.fromkeys((constraint.code for constraint in CONSTRAINTS), 0)
    would_return = dict(removed)
    for segment in segments:
        masks = {code: segment.columns.mask(code, item) for code in removed}
        failures = np.sum([~mask for mask in masks.values()], axis=0)
        left = segment.alive.copy()
        for code, mask in masks.items():
            removed[code] += int(np.count_nonzero(left & ~mask))
            would_return[code] += int(np.count_nonzero(segment.alive & ~mask & (failures == 1)))
            left &= mask
    return [Removed(code, removed[code], would_return[code]) for code in removed]
