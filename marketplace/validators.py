"""Pure rules for what an entry may say: shared by pages, API and imports.

Content travels as a mapping from field name to cleaned value (model instances for category,
region, unit; `date`, `Decimal`, lists). Each rule adds sentences under the field's name.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric
from stdnum.exceptions import ValidationError as StdnumError

from core.errors import Invalid, Sentence
from marketplace.models import Level

MAX_QUANTITY = Decimal("9999999.99")

# Mainland mobile numbers, also with spaces or dashes; landlines with area code.
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[-— ]\d{7,8}(?!\d)")
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
# Marks that turn the direction of text, and everything unprintable but line breaks.
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class PersonalFinding:
    """A phone or ID number found in free text: `kind` is phone or id, with its place."""

    kind: str
    start: int
    end: int


def clean_text(raw: str) -> str:
    """NFC, no control or direction marks, line ends unified, outer space cut."""
    text = unicodedata.normalize("NFC", raw).replace("\r\n", "\n").replace("\r", "\n")
    text = _BIDI.sub("", text)
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc").strip()


def find_personal(text: str) -> list[PersonalFinding]:
    """Phone numbers and resident identity numbers (GB 11643, by check digit) in a text."""
    found = [
        PersonalFinding("id", m.start(), m.end())
        for m in _ID_NUMBER.finditer(text)
        if _is_id_number(m.group())
    ]
    taken = [(f.start, f.end) for f in found]
    for pattern in (_MOBILE, _LANDLINE):
        found += [
            PersonalFinding("phone", m.start(), m.end())
            for m in pattern.finditer(text)
            if not any(a < m.end() and m.start() < b for a, b in taken)
        ]
    return sorted(found, key=lambda f: f.start)


def _is_id_number(text: str) -> bool:
    try:
        ric.validate(text.upper())
    except StdnumError:
        return False
    return True


def mask_personal(text: str) -> str:
    """The text with every finding blacked out."""
    for finding in reversed(find_personal(text)):
        text = text[: finding.start] + "■" * 6 + text[finding.end :]
    return text


Fault = tuple[str, Sentence]


def _required(content: Mapping[str, Any]) -> Iterator[Fault]:
    sentences = {
        "title": _("请用一句话写清楚，例如“高龄老人午餐配送，每日 30 份”。"),
        "category": _("请选一个类别。"),
        "region": _("请选街道或社区。"),
    }
    for name, sentence in sentences.items():
        if not content.get(name):
            yield name, sentence
    visibility = content.get("visibility") or Level.PUBLIC
    field = {
        Level.PUBLIC: "text_public",
        Level.PARTNERS: "text_partners",
        Level.INTERNAL: "text_internal",
    }[Level(visibility)]
    if not content.get(field):
        yield field, _("请写几句具体情况：给谁用、有什么要求。")


def _dates(content: Mapping[str, Any], today: date) -> Iterator[Fault]:
    start, end, closes = (content.get(n) for n in ("starts_on", "ends_on", "closes_on"))
    if start and end and end < start:
        yield "ends_on", _("结束日期在开始日期之前。请改其中一个。")
    if end and end < today:
        yield "ends_on", _("结束日期已经过去。请选今天或以后的日期。")
    if closes and closes < today:
        yield "closes_on", _("截止日期已经过去。请选今天或以后的日期。")
    if closes and (closes - today).days > 366 * 3:
        yield "closes_on", _("截止日期太远了，最多三年。")


def _quantity(content: Mapping[str, Any]) -> Iterator[Fault]:
    amount, unit = content.get("quantity"), content.get("unit")
    if amount is not None and amount <= 0:
        yield "quantity", _("数量要大于 0；说不清数量可以不填。")
    if amount is not None and amount > MAX_QUANTITY:
        yield "quantity", _("数量太大了，请核对。")
    if amount is not None and unit is None:
        yield "unit", _("填了数量，请再选单位。")


def _money(content: Mapping[str, Any]) -> Iterator[Fault]:
    budget, own = content.get("budget"), content.get("self_raised")
    if own is not None and budget is None:
        yield "budget", _("填了自筹部分，请再填总预算。")
    if own is not None and budget is not None and own > budget:
        yield "self_raised", _("自筹部分不能多于总预算。")


def _public_words(content: Mapping[str, Any]) -> Iterator[Fault]:
    visibility = Level(content.get("visibility") or Level.PUBLIC)
    names = {
        Level.PUBLIC: ("title", "text_public", "conditions", "indicators"),
        Level.PARTNERS: ("title", "text_partners", "conditions", "indicators"),
        Level.INTERNAL: (),
    }[visibility]
    names += ("text_partners",) if visibility == Level.PUBLIC else ()
    for name in names:
        kinds = {finding.kind for finding in find_personal(str(content.get(name) or ""))}
        if "id" in kinds:
            yield name, _("这里像有身份证号，别人会看到。请删去，或按“遮住号码”。")
        if "phone" in kinds:
            yield name, _("这里像有电话号码，别人会看到。请移到“联系方式”，或按“遮住号码”。")


def check_entry(content: Mapping[str, Any], today: date) -> None:
    """Everything an entry must satisfy to be posted; raises Invalid with every fault at once."""
    faults: dict[str, list[Sentence]] = {}
    rules = (
        _required(content),
        _dates(content, today),
        _quantity(content),
        _money(content),
        _public_words(content),
    )
    for rule in rules:
        for name, sentence in rule:
            faults.setdefault(name, []).append(sentence)
    if faults:
        raise Invalid(faults)
