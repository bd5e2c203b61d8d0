"""What a cell means. Each reader returns the value or raises `CellFault` with a sentence."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Region
from core.errors import Invalid
from core.money import parse_yuan
from core.sheets import Formula
from marketplace.imports.columns import Column
from marketplace.imports.words import Lists, bare
from marketplace.models import Weekday
from marketplace.validators import clean_text

LONGEST_CELL = 5000
WAS_FORMULA = "【原来是公式，请直接写内容】"
"""What a copy says where a formula without a result stood: read back, it is refused again."""
_YES = frozenset({"是", "有", "可以", "对", "yes", "y", "true", "1", "√", "✓", "✔"})
_NO = frozenset({"否", "无", "不可以", "不", "不是", "no", "n", "false", "0", "×", "x"})
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+\d{1,2}:\d{2}.*)?"
)
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(\D.*)?", re.DOTALL)
_SPLIT = re.compile(r"[、,，;；\n]+")
# Day numbers of Excel's calendar between 2000 and 2100.
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73415
_SERIAL_ZERO = date(1899, 12, 30)


class CellFault(Exception):
    """The sentence that says what is wrong with a cell."""


def text_of(raw: Any) -> str:
    """A cell as text: numbers without `.0`, days as written, no control characters."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    return clean_text(str(raw)[:LONGEST_CELL])


def is_empty(raw: Any) -> bool:
    """Whether nothing can be read in a cell."""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def check_result(raw: Any) -> None:
    """Raises CellFault for a formula whose result the file does not hold, and for the mark that
    stands in its place in a copy to be mended."""
    if isinstance(raw, Formula) or (isinstance(raw, str) and raw.strip() == WAS_FORMULA):
        raise CellFault(_("这一格是公式，文件里没有它的结果。请改成直接写内容。"))


def _plain(raw: Any) -> str:
    return unicodedata.normalize("NFKC", text_of(raw)).strip()


def amount(raw: Any, lists: Lists) -> tuple[Decimal, str]:
    """A number and the word behind it: `30份`, `1,200`, `3万`. The word is "" for none."""
    plain = _plain(raw).removeprefix("约")
    if re.match(r"[-−–]\s*\d", plain):
        raise CellFault(_("数量不能是负数。"))
    found = _NUMBER.fullmatch(plain)
    if found is None:
        raise CellFault(_("数量请写数字，例如 30。"))
    value = Decimal(found[1].replace(",", "") + (found[2] or ""))
    word = (found[3] or "").strip()
    if word.startswith(("万", "千")) and bare(word) not in lists.units:
        value *= 10_000 if word[0] == "万" else 1000
        word = word[1:].strip()
    if abs(value) >= Decimal(10) ** 10:
        raise CellFault(_("数量太大了，请核对。"))
    if value != value.quantize(Decimal("0.01")):
        raise CellFault(_("数量最多写两位小数。"))
    return value, word


def _money(raw: Any, _column: Column, _lists: Lists) -> Decimal:
    try:
        return parse_yuan(_plain(raw), field="")
    except Invalid as error:
        raise CellFault(str(error)) from error


def _whole(raw: Any, _column: Column, _lists: Lists) -> int:
    word = re.sub(r"[人户家,\s]+", "", _plain(raw))
    if re.match(r"[-−–]\d", word):
        raise CellFault(_("人数不能是负数。"))
    if not (word.isascii() and word.isdigit() and len(word) <= 7) or int(word) < 1:
        raise CellFault(_("请写整数，例如 28。"))
    return int(word)


def _day(raw: Any, _column: Column, _lists: Lists) -> date:
    if isinstance(raw, datetime):
        day = raw.date()
    elif isinstance(raw, date):
        day = raw
    elif isinstance(raw, int | float) and _FIRST_SERIAL <= raw <= _LAST_SERIAL:
        day = _SERIAL_ZERO + timedelta(days=int(raw))
    else:
        day = _written_day(_plain(raw))
    if not 2000 <= day.year <= 2100:
        raise CellFault(_("日期要在 2000 年到 2100 年之间。"))
    return day


def _written_day(word: str) -> date:
    found = _DAY.fullmatch(word)
    try:
        if found is None:
            raise ValueError(word)
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise CellFault(_("日期请写成 2026-12-01 这样。")) from error


def _yes(raw: Any, _column: Column, _lists: Lists) -> bool:
    word = _plain(raw).casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise CellFault(_("请填 是 或 否。"))


@lru_cache(maxsize=64)
def _choice_words(choices: Any, _language: str | None) -> dict[str, str]:
    """Value by each word that means it: the value, its label, the label's beginning."""
    words: dict[str, str] = {}
    for value, label in choices.choices:
        for word in (str(value), str(label), re.split(r"[：:（(]", str(label))[0]):
            words.setdefault(bare(word), str(value))
    return words


def _choice(raw: Any, column: Column, _lists: Lists) -> str:
    found = _choice_words(column.choices, get_language()).get(bare(_plain(raw)))
    if found is not None:
        return found
    offered = _("、").join(str(label) for _value, label in column.choices.choices)
    raise CellFault(_("请从这几项里选：%(list)s。") % {"list": offered})


def _category(raw: Any, _column: Column, lists: Lists) -> Any:
    found = lists.categories.get(bare(_plain(raw)))
    if found is None:
        raise CellFault(_("没有“%(word)s”这个类别，请从下拉里选。") % {"word": text_of(raw)[:20]})
    return found


def unit_of(raw: Any, lists: Lists) -> tuple[Any, Decimal]:
    """The unit of a word, and the factor to it."""
    found = lists.units.get(bare(_plain(raw)))
    if found is None:
        raise CellFault(_("没有“%(word)s”这个单位，请从下拉里选。") % {"word": text_of(raw)[:20]})
    return found


def _region(raw: Any, _column: Column, lists: Lists) -> Region:
    word = text_of(raw)
    found = lists.places.get(bare(word), ())
    if not found:
        raise CellFault(_("没有“%(word)s”这个街道或社区，请从下拉里选。") % {"word": word[:20]})
    if len(found) > 1:
        raise CellFault(_("有几个地方叫“%(word)s”，请写成“街道 社区”。") % {"word": word[:20]})
    return found[0]


def _several(raw: Any) -> list[str]:
    return [part.strip() for part in _SPLIT.split(text_of(raw)) if part.strip()]


def _groups(raw: Any, _column: Column, lists: Lists) -> list[str]:
    whole = lists.groups.get(bare(text_of(raw)))
    if whole is not None:
        return [whole.code]
    codes = []
    for word in _several(raw):
        group = lists.groups.get(bare(word))
        if group is None:
            raise CellFault(_("没有“%(word)s”这种人群。") % {"word": word[:20]})
        codes.append(group.code)
    return list(dict.fromkeys(codes))


def _regions(raw: Any, column: Column, lists: Lists) -> list[Region]:
    found = [_region(word, column, lists) for word in _several(raw)]
    return list({region.pk: region for region in found}.values())


def _weekdays(raw: Any, _column: Column, _lists: Lists) -> list[int]:
    names = {bare(str(day.label)).removeprefix("周"): int(day) for day in Weekday} | {"天": 7}
    days = []
    for word in _several(raw):
        short = re.sub(r"^(?:周|星期|礼拜)", "", bare(word))
        if short not in names:
            raise CellFault(_("请写成 周一、周三 这样。"))
        days.append(names[short])
    return sorted(set(days))


def _text(raw: Any, _column: Column, _lists: Lists) -> str:
    return text_of(raw)


Reader = Callable[[Any, Column, Lists], Any]
READERS: dict[str, Reader] = {
    "text": _text,
    "money": _money,
    "whole": _whole,
    "day": _day,
    "yes": _yes,
    "choice": _choice,
    "category": _category,
    "region": _region,
    "groups": _groups,
    "regions": _regions,
    "weekdays": _weekdays,
}


def quantity_and_unit(number: Any, unit: Any, lists: Lists) -> dict[str, Any]:
    """The two cells together: `30份` brings its unit along; another name for a unit, its factor.

    Raises CellFaults that say which of the two cells is meant.
    """
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    word: Any = None
    factor = Decimal(1)
    try:
        check_result(number)
        if text_of(number):
            values["quantity"], word = amount(number, lists)
    except (CellFault, InvalidOperation) as fault:
        faults["quantity"] = str(fault)
    try:
        check_result(unit)
        if text_of(unit) or word:
            values["unit"], factor = unit_of(text_of(unit) or word, lists)
        if word and text_of(unit) and unit_of(word, lists)[0] != values["unit"]:
            raise CellFault(_("数量里写的单位和这里选的不一样。"))
    except CellFault as fault:
        faults["unit" if text_of(unit) else "quantity"] = str(fault)
    if faults:
        raise CellFaults(faults)
    if "quantity" in values:
        values["quantity"] *= factor if not word else unit_of(word, lists)[1]
    return values


class CellFaults(Exception):
    """Sentences by field."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(", ".join(faults.values()))
        self.faults = faults
