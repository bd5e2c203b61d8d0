"""Smart paste: a paragraph from a chat, a notice or a form becomes guesses for the fields.

Plain computation: text, the day and the staff lists in, guesses out; nothing is read or written
elsewhere. Every guess is a proposal for a person to confirm, so an unclear place, day or number
is left out: an empty field costs less than a wrong one.
"""

from collections.abc import Sequence
from datetime import date

from marketplace.paste.amounts import find_amount
from marketplace.paste.dates import find_days
from marketplace.paste.kinds import find_kind
from marketplace.paste.people import find_contact, without_contact
from marketplace.paste.places import find_place
from marketplace.paste.rhythm import find_rhythm
from marketplace.paste.shapes import CategoryWord, Guess, Place, UnitWord
from marketplace.paste.subjects import find_category, find_groups
from marketplace.paste.titles import find_title
from marketplace.paste.writing import even_out, printable, without_gaps

__all__ = ["LONGEST", "CategoryWord", "Guess", "Place", "UnitWord", "parse"]

LONGEST = 5000
"""Characters that are looked at; a need is never longer."""


def parse(
    text: str,
    *,
    today: date,
    side: str,
    places: Sequence[Place],
    units: Sequence[UnitWord],
    categories: Sequence[CategoryWord],
) -> list[Guess]:
    """What a careful reader would fill in, in the order of the form.

    `side` is "need" or "resource". At most one guess per field; `value` is what the form's field
    takes (a code for category, unit, period and region; an ISO day; digits of a phone number;
    codes of groups and numbers of weekdays joined by commas), `shown` what a person reads.
    """
    raw = printable(text[:LONGEST])
    even = even_out(raw)
    contact = find_contact(even)
    # 12 月 20 日, 12 位: the same without the spaces that some people leave around numbers.
    close = without_gaps(even)
    days = find_days(close, today)
    amount = find_amount(close, units)
    place = find_place(even, places)
    guesses = [
        find_title(even, side, [unit.word for unit in units]),
        find_category(even, categories),
        *amount,
        find_kind(even, side, amount),
        *find_rhythm(close, side),
        place,
        *days,
        *find_groups(even),
        *contact,
        without_contact(raw, even),
    ]
    return [guess for guess in guesses if guess is not None and guess.value]
