"""How often, and on which days of the week: 每周三, 每月4次, 长期, 发完为止."""

import re

from marketplace.paste.shapes import Guess

_DAY = "[一二三四五六日天]"
_WEEKLY = re.compile(
    rf"每逢?(?:个)?(?:周|星期|礼拜)(?P<days>{_DAY}(?![次节回场个小])(?:\s*(?:[、,，/和及跟与]|到|至|-|—)?\s*(?:周|星期|礼拜)?{_DAY}(?![次节回场个小]))*)"
    rf"|逢(?:周|星期|礼拜)(?P<on>{_DAY}(?:[、,，和]?(?:周|星期|礼拜)?{_DAY})*)"
)
_ENDS = re.compile(r"每(?:个)?周末")
_WORKDAYS = re.compile(r"每(?:个)?工作日|周一(?:到|至|-|—)周五")
_AGAIN = re.compile(
    r"每(?:个|逢)?(?:天|日|周|星期|礼拜|月|季度?|年|学期|工作日)|一(?:个月|周|个?星期)(?=[一二两三四五六七八九十\d]+[次节回场])"
    r"|长期|常年|定期|天天|逢周|平时每|常态化"
)
_STOCK = re.compile(r"(?:发|送|领|用|派|赠)完为止|先到先得|送完即止|数量有限")
_WEEK = "一二三四五六日"


def find_rhythm(text: str, side: str) -> list[Guess]:
    """Guesses for availability, and for an offer's weekdays (numbers joined by commas)."""
    if found := _STOCK.search(text):
        return [Guess("availability", "STOCK", found[0])]
    found = _WEEKLY.search(text) or _WORKDAYS.search(text) or _AGAIN.search(text)
    if found is None:
        return []
    guesses = [Guess("availability", "RECURRING", found[0][:12])]
    days = _weekdays(text)
    if side == "resource" and days:
        shown = "、".join(f"周{_WEEK[day - 1]}" for day in days)
        guesses.append(Guess("weekdays", ",".join(str(day) for day in days), shown))
    return guesses


def _weekdays(text: str) -> list[int]:
    if _WORKDAYS.search(text):
        return [1, 2, 3, 4, 5]
    days: set[int] = {6, 7} if _ENDS.search(text) else set()
    for found in _WEEKLY.finditer(text):
        days |= _days_in(found["days"] or found["on"])
    return sorted(days)


def _days_in(words: str) -> set[int]:
    numbers = [_WEEK.index(c.replace("天", "日")) + 1 for c in words if c in "一二三四五六日天"]
    if re.search(r"[到至—-]", words) and len(numbers) == 2 and numbers[0] < numbers[1]:
        return set(range(numbers[0], numbers[1] + 1))
    return set(numbers)
