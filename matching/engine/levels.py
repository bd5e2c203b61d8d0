"""契合度: what the measured part of a score is called. Never a probability.

Only text, meaning and category count here: the thresholds were set on judged pairs without place
and time, and being near does not make a thing what is wanted. On the 58 needs whose judgements are
known here (38 with a relevant offer, best ten each):

* high: of pairs with vectors 13 of 13 were relevant, without 14 of 15; none of the 20 needs without
  a relevant offer was shown one;
* medium: two of three were relevant with vectors, three of five without;
* fits: the best pair of 35 of the 38 needs reaches it, of 8 or 9 of the 20;
* floor: weaker pairs are not shown beside better ones.
"""

from dataclasses import dataclass

from matching.engine.items import Level

MEASURED_CODES = frozenset({"need_covered", "similar_text", "meaning", "same_category"})


@dataclass(frozen=True)
class Thresholds:
    """Least points for high, for medium, for a need's best pair to fit, and for being shown."""

    high: float
    medium: float
    fits: float
    floor: float


WITH_MEANING = Thresholds(high=0.85, medium=0.55, fits=0.45, floor=0.30)
WITHOUT_MEANING = Thresholds(high=0.55, medium=0.35, fits=0.25, floor=0.15)


def thresholds(*, meaning: bool) -> Thresholds:
    """Return the thresholds for pairs with a vector on both sides, or without."""
    return WITH_MEANING if meaning else WITHOUT_MEANING


def level_of(points: float, *, meaning: bool) -> Level:
    """Return the level of the measured points of a pair."""
    least = thresholds(meaning=meaning)
    if points >= least.high:
        return "high"
    if points >= least.medium:
        return "medium"
    return "low" if points >= least.floor else "none"


def fits(points: float, *, meaning: bool) -> bool:
    """Whether a need whose best pair has these measured points has something that fits at all."""
    return points >= thresholds(meaning=meaning).fits
