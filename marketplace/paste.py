"""Smart paste: what a pasted paragraph says, field by field. Pure: texts in, guesses out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Guess:
    """One field that the text seems to fill.

    `value` is what the form takes (a code for a choice, `2026-12-01` for a day), `shown` the
    words of the text that it was read from.
    """

    field: str
    value: str
    shown: str


# (name, code) of a street, community or category.
Named = tuple[str, str]
# (word, code, factor): quantity in the word × factor = quantity in the unit of the code.
UnitWord = tuple[str, str, Decimal]

_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]?\d{7,8})(?!\d)")
_DATE = re.compile(r"(?:(\d{4})\s*[年/.-]\s*)?(\d{1,2})\s*[月/.-]\s*(\d{1,2})\s*[日号]?")
_LABEL = re.compile(r"^(?:标题|名称|需求名称|资源名称|主题)\s*[:：]\s*(.+)$", re.MULTILINE)
_CLAUSE = re.compile(r"[，。；！？,;!?\n]")
_PERIODS = (("DAY", "每日|每天|一天|/天|/日"), ("WEEK", "每周|一周|/周"), ("MONTH", "每月|/月"))


def parse(
    text: str,
    *,
    today: date,
    side: str,
    streets: Sequence[Named],
    units: Sequence[UnitWord],
    categories: Sequence[Named],
) -> list[Guess]:
    """What the text fills, at most one guess a field, in the order of the form.

    `side` is "need" or "resource". Days without a year are the next such day from `today` on.
    The whole text goes to `text_public` without its phone numbers.
    """
    found = [
        *_title(text),
        *_body(text),
        *_quantity(text, units),
        *_category(text, categories),
        *_street(text, streets),
        *_days(text, today, side),
        *_phone(text),
    ]
    first: dict[str, Guess] = {}
    for guess in found:
        first.setdefault(guess.field, guess)
    return list(first.values())


def _title(text: str) -> Iterator[Guess]:
    labeled = _LABEL.search(text)
    line = labeled.group(1) if labeled else _CLAUSE.split(text.strip(), maxsplit=1)[0]
    line = _PHONE.sub("", line).strip()
    if line:
        yield Guess("title", line[:60], line[:60])


def _body(text: str) -> Iterator[Guess]:
    body = _PHONE.sub("", text).strip()
    if body:
        yield Guess("text_public", body[:2000], body[:20])


def _quantity(text: str, units: Sequence[UnitWord]) -> Iterator[Guess]:
    words = sorted(units, key=lambda unit: -len(unit[0]))
    names = "|".join(re.escape(word) for word, _code, _factor in words)
    match = re.search(rf"(\d+(?:\.\d{{1,2}})?)\s*({names})(?![月日])", text) if names else None
    if match is None:
        return
    _word, code, factor = next(unit for unit in words if unit[0] == match.group(2))
    amount = Decimal(match.group(1)) * factor
    yield Guess("quantity", f"{amount.normalize():f}", match.group())
    yield Guess("unit", code, match.group())
    near = text[max(0, match.start() - 6) : match.end() + 4]
    for period, pattern in _PERIODS:
        if re.search(pattern, near):
            yield Guess("period", period, near.strip())


def _category(text: str, categories: Sequence[Named]) -> Iterator[Guess]:
    for name, code in categories:
        if name in text:
            yield Guess("category", code, name)
            return


def _street(text: str, streets: Sequence[Named]) -> Iterator[Guess]:
    """The longest place name in the text: a community says more than its street."""
    for name, code in sorted(streets, key=lambda street: -len(street[0])):
        if name in text:
            yield Guess("region", code, name)
            return


def _days(text: str, today: date, side: str) -> Iterator[Guess]:
    days = []
    for match in _DATE.finditer(text):
        day = _day(match, today)
        if day:
            days.append((day, match.group()))
    if len(days) > 1 and days[0][0] <= days[1][0]:
        yield Guess("starts_on", days[0][0].isoformat(), days[0][1])
        yield Guess("ends_on", days[1][0].isoformat(), days[1][1])
    elif days:
        before = re.search(r"之?前|截止|截至", text)
        end = "closes_on" if side == "need" else "ends_on"
        field = end if before else "starts_on"
        yield Guess(field, days[0][0].isoformat(), days[0][1])


def _day(match: re.Match[str], today: date) -> date | None:
    year, month, day = match.groups()
    try:
        if year:
            return date(int(year), int(month), int(day))
        this = date(today.year, int(month), int(day))
        return this if this >= today - timedelta(days=1) else this.replace(year=today.year + 1)
    except ValueError:
        return None


def _phone(text: str) -> Iterator[Guess]:
    match = _PHONE.search(text)
    if match:
        yield Guess("contact_phone", re.sub(r"[- ]", "", match.group()), match.group())
