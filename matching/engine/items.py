"""What the matcher knows of a need or an offer: plain values, every one of them optional but a key.

Missing information is an empty value. It never rules a pair out and never counts as evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
from numpy.typing import NDArray

RegionPath = tuple[str, ...]
"""Codes from province down to community, as far down as is known."""

EVERYWHERE: tuple[RegionPath, ...] = ((),)
"""Area served without a limit: the empty path is the beginning of every path."""

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class Times:
    """When help is wanted or can be given: days from `start` to `end`, both included.

    `weekdays` (Monday is 0) limits the days for what recurs weekly; empty means any day.
    """

    start: date | None = None
    end: date | None = None
    weekdays: frozenset[int] = frozenset()

    @property
    def known(self) -> bool:
        """Whether anything is said about the time."""
        return self.start is not None or self.end is not None or bool(self.weekdays)


@dataclass(frozen=True)
class Quantity:
    """An amount with its unit and period (`once`, `day`, `week`, `month`); None is unknown.

    Of a need it is what is still missing, of an offer what is left.
    """

    amount: float | None = None
    unit: str = ""
    period: str = ""

    def comparable_with(self, other: "Quantity") -> bool:
        """Whether both are known, in one unit and one period."""
        return (
            self.amount is not None
            and other.amount is not None
            and self.unit != ""
            and (self.unit, self.period) == (other.unit, other.period)
        )


@dataclass(frozen=True, eq=False)
class Item:
    """A need or an offer as the matcher sees it, at one visibility level's text.

    `kind` is a key of `kinds.COMPATIBLE`. `region` is where it is; `area_served` (offers) where it
    can go, `EVERYWHERE` without a limit; `remote` says that no way is needed. `groups` are the
    people a need is for, `conditions` (offers) the groups of which it must serve at least one.
    `declined` holds keys of the other side that said no, or were told no. `query` and `passage`
    are unit-length vectors: a need uses its query side, an offer its passage side.
    """

    key: str
    title: str = ""
    text: str = ""
    kind: str = ""
    category: str = ""
    region: RegionPath = ()
    area_served: tuple[RegionPath, ...] = ()
    remote: bool = False
    times: Times = Times()
    quantity: Quantity = Quantity()
    groups: frozenset[str] = frozenset()
    conditions: frozenset[str] = frozenset()
    is_open: bool = True
    refreshed: date | None = None
    organization: str = ""
    declined: frozenset[str] = frozenset()
    query: Vector | None = field(default=None, repr=False)
    passage: Vector | None = field(default=None, repr=False)


Level = Literal["high", "medium", "low", "none"]
"""契合度 高/中/低; `none` is below the floor: not worth showing."""


@dataclass(frozen=True)
class Reason:
    """One share of a score: its code, points, the figures behind it and the phrases, if any."""

    code: str
    points: float
    figures: dict[str, float | str] = field(default_factory=dict)
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """A need and an offer that may go together. The points of its reasons add up to its score.

    `fits` says that it is close enough to stand alone as an answer (see `levels`).
    """

    need: str
    offer: str
    score: float
    level: Level
    fits: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Proposals:
    """The answer for one item: pairs worth showing, best first, and the rest of the best.

    `nothing_fits`: no pair is close enough to be an answer, so none is shown. `below_floor` holds
    what came nearest, for an operator who wants to look all the same.
    """

    key: str
    pairs: tuple[Pair, ...]
    below_floor: tuple[Pair, ...]
    model_version: str

    @property
    def nothing_fits(self) -> bool:
        """Whether no pair is worth showing."""
        return not self.pairs


def in_key_order(items: Sequence[Item]) -> list[Item]:
    """Return items sorted by key, the later of two with one key winning."""
    return [item for _, item in sorted({item.key: item for item in items}.items())]
