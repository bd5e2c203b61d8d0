"""Where the next page begins in this engine; as in `search.gateways.cursors`, it grants nothing."""

import re
from dataclasses import dataclass

from core.errors import Invalid
from search.gateways.cursors import packed, term_of, unpacked, whole_number
from search.gateways.shapes import WINDOW

MARK = "es"
_NAME = re.compile(r"[a-z_]{1,32}:[0-9]{1,18}")
_LONGEST_PIT = 4_000


@dataclass(frozen=True, slots=True)
class Cursor:
    """`weights` and `floor` repeat the match; `extras` are candidates by meaning; `rest` is what
    remains of the best hundred, in order, with scores; `used` is what was shown before the plain
    list begins; `after` are the sort values of the last row of a plain list, `phase` which of its
    parts it lies in, `pit` the point in time at which its order was taken.
    """

    weights: tuple[tuple[str, int], ...] = ()
    floor: int = 0
    extras: tuple[str, ...] = ()
    rest: tuple[tuple[str, float], ...] = ()
    used: tuple[str, ...] = ()
    phase: int = 0
    after: tuple[int, int, str] | None = None
    pit: str = ""


def encode(cursor: Cursor) -> str:
    return packed(
        [
            MARK,
            cursor.weights,
            cursor.floor,
            cursor.extras,
            [[name, round(score, 4)] for name, score in cursor.rest],
            cursor.used,
            cursor.phase,
            cursor.after,
            cursor.pit,
        ]
    )


def decode(text: str) -> Cursor:
    """Raises Invalid at `cursor` for whatever `encode` cannot have written."""
    return unpacked(text, _read)


def is_ours(text: str) -> bool:
    """Whether a cursor was written here."""
    try:
        decode(text)
    except Invalid:
        return False
    return True


def _read(plain: object) -> Cursor:
    if not isinstance(plain, list) or len(plain) != 9 or plain[0] != MARK:
        raise ValueError
    _mark, weights, floor, extras, rest, used, phase, after, pit = plain
    if len(weights) > 500 or max(len(extras), len(rest), len(used)) > 4 * WINDOW:
        raise ValueError
    if not isinstance(pit, str) or len(pit) > _LONGEST_PIT:
        raise ValueError
    return Cursor(
        weights=tuple((term_of(term), whole_number(weight)) for term, weight in weights),
        floor=whole_number(floor),
        extras=tuple(_name(one) for one in extras),
        rest=tuple((_name(name), float(score)) for name, score in rest),
        used=tuple(_name(one) for one in used),
        phase=whole_number(phase),
        after=after and (int(after[0]), whole_number(after[1]), str(after[2])[:40]),
        pit=pit,
    )


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ValueError
    return value
