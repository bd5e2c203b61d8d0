"""How a text is written: even digits, clauses, numbers in figures and in Chinese."""

import re
from decimal import Decimal

_WIDE = {ord("０") + n: ord("0") + n for n in range(10)}
_WIDE |= {ord("Ａ") + n: ord("A") + n for n in range(26)}
_WIDE |= {ord("ａ") + n: ord("a") + n for n in range(26)}
_WIDE |= {ord("．"): ord("."), ord("－"): ord("-"), ord("／"): ord("/"), ord("　"): ord(" ")}
_WIDE |= {ord("～"): ord("~"), ord("\u00a0"): ord(" "), ord("\r"): ord("\n"), ord("\t"): ord(" ")}

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x0d\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_HAN = "零〇一二两三四五六七八九十百千万"

NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|[{_HAN}]+|半)"
"""A number as a regular expression, in figures or in Chinese."""

_CLAUSE = re.compile(r"[，。；！？!?;\n…]+|,(?!\d{3})|[ ]{1,}(?=[^\d])|(?<=[^\d])[ ]+")


def printable(text: str) -> str:
    """The text without control characters and marks that turn its direction."""
    return _HIDDEN.sub("", text)


def even_out(text: str) -> str:
    """Wide figures, letters and spaces made narrow, character by character: places stay."""
    return text.translate(_WIDE)


_GAP = re.compile(r"(?<=\d) +(?=[\u4e00-\u9fff])|(?<=[年月]) +(?=\d)")


def without_gaps(text: str) -> str:
    """The text without spaces between a number and the word behind it, and inside a day."""
    return _GAP.sub("", text)


def clauses(text: str) -> list[tuple[int, str]]:
    """The text cut at commas, stops and spaces between words: (where it begins, words)."""
    found, start = [], 0
    for cut in _CLAUSE.finditer(text):
        found.append((start, text[start : cut.start()]))
        start = cut.end()
    found.append((start, text[start:]))
    return [(at, words) for at, words in found if words.strip()]


def number(word: str) -> Decimal | None:
    """The value of what `NUMBER` matched, also with 万 behind figures; None if it is none."""
    word = word.replace(",", "")
    if word == "半":
        return Decimal("0.5")
    if re.fullmatch(r"\d+(\.\d+)?", word):
        return Decimal(word)
    if found := re.fullmatch(r"(\d+(?:\.\d+)?)([万千百])", word):
        return Decimal(found[1]) * {"万": 10_000, "千": 1000, "百": 100}[found[2]]
    return _han_number(word)


def _han_number(word: str) -> Decimal | None:
    if not word or any(c not in _HAN and c != "俩" for c in word):
        return None
    if "万" in word:
        high, _wan, low = word.partition("万")
        above, below = _han_number(high), _han_number(low) if low else Decimal(0)
        if above is None or below is None:
            return None
        if len(low) == 1 and low in _DIGITS:
            below *= 1000
        return above * 10_000 + below
    if len(word) > 1 and all(c in _DIGITS for c in word):
        return Decimal("".join(str(_DIGITS[c]) for c in word))
    return _below_ten_thousand(word)


def _below_ten_thousand(word: str) -> Decimal | None:
    total, digit, last = 0, 0, 1
    for c in word:
        if c in _DIGITS:
            digit = _DIGITS[c]
            last = 1 if c in "零〇" else last
            continue
        total += (digit or 1) * _TENS[c]
        digit, last = 0, _TENS[c]
    # 一百二 is 120, 一百零二 is 102.
    total += digit * (last // 10 if last > 10 and word[-1] in _DIGITS else 1)
    return Decimal(total)


def plain(value: Decimal) -> str:
    """`30`, `2.5`: as people write a number."""
    return f"{value.normalize():f}"
