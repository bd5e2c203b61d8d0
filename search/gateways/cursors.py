"""Where the next page begins, as a short text in the URL.

A cursor holds what the first page found out (the terms that were looked for, the order of the
best hundred), so that pages neither repeat nor skip an entry while rows arrive. It grants
nothing: level and filters are applied again on every page, to every row that it names.
"""

import base64
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.utils.translation import gettext as _

from core.errors import Invalid
from search.gateways.shapes import WINDOW

_LONGEST = 6_000
_LARGEST = 40_000


@dataclass(frozen=True, slots=True)
class Cursor:
    """`weights` and `floor` repeat the match, terms without their level; `rest` is what remains of
    the best hundred, in order, with scores; `used` are the ids shown before the plain list
    begins; `after` is the last row of a plain list and `phase` which of its parts it lies in.
    """

    weights: tuple[tuple[str, int], ...] = ()
    floor: int = 0
    extras: tuple[int, ...] = ()
    rest: tuple[tuple[int, float], ...] = ()
    used: tuple[int, ...] = ()
    phase: int = 0
    after: tuple[datetime, int] | None = None


def encode(cursor: Cursor) -> str:
    after = cursor.after and [cursor.after[0].isoformat(), cursor.after[1]]
    plain = [
        cursor.weights,
        cursor.floor,
        cursor.extras,
        [[entry, round(score, 4)] for entry, score in cursor.rest],
        cursor.used,
        cursor.phase,
        after,
    ]
    return packed(plain)


def packed(plain: object) -> str:
    """JSON values as a text for the URL."""
    raw = zlib.compress(json.dumps(plain, separators=(",", ":")).encode(), 9)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


Decoded = TypeVar("Decoded")


def unpacked(text: str, read: Callable[[object], Decoded]) -> Decoded:
    """What `packed` wrote, as `read` understands it. Raises Invalid at `cursor` for anything else."""
    try:
        return read(json.loads(_unpacked(text)))
    except (ValueError, TypeError, KeyError, zlib.error, RecursionError) as error:
        raise Invalid({"cursor": _("这一页的链接不完整，请回到第一页。")}) from error


def decode(text: str) -> Cursor:
    """Raises Invalid at `cursor` for whatever `encode` cannot have written."""
    return unpacked(text, _cursor)


def _unpacked(text: str) -> bytes:
    """Never more than `_LARGEST` bytes, whatever a small text promises to unfold to."""
    if len(text) > _LONGEST:
        raise ValueError
    unpacker = zlib.decompressobj()
    raw = unpacker.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), _LARGEST)
    if unpacker.unconsumed_tail:
        raise ValueError
    return raw


def _cursor(plain: object) -> Cursor:
    if not isinstance(plain, list) or len(plain) != 7:
        raise ValueError
    weights, floor, extras, rest, used, phase, after = plain
    if len(weights) > 500 or max(len(extras), len(rest), len(used)) > 4 * WINDOW:
        raise ValueError
    return Cursor(
        weights=tuple((term_of(term), whole_number(weight)) for term, weight in weights),
        floor=whole_number(floor),
        extras=tuple(whole_number(one) for one in extras),
        rest=tuple((whole_number(entry), float(score)) for entry, score in rest),
        used=tuple(whole_number(one) for one in used),
        phase=whole_number(phase),
        after=after and (_moment(after[0]), whole_number(after[1])),
    )


def whole_number(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value < 2**62:
        raise ValueError
    return value


def term_of(value: object) -> str:
    if not isinstance(value, str) or not value.isalnum():
        raise ValueError
    return value


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None:
        raise ValueError
    return moment
