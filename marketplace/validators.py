"""Pure rules for what an entry may say: shared by pages, API and imports.

Content travels as a mapping from field name to cleaned value (model instances for category,
region, unit; `date`, `Decimal`, lists). Each rule adds sentences under the field's name.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.validators import phone_numbers
from core.errors import Invalid, Sentence
from marketplace.levels import TEXT_LENGTH, TITLE_LENGTH, Level
from marketplace.personal import find_identifying, find_personal, has_home

# The level of streets in the tree of regions (`accounts.models.RegionLevel`).
STREET = 4
MAX_QUANTITY = Decimal("9999999.99")

# Marks that turn the direction of text, and everything unprintable but line breaks.
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def clean_text(raw: str) -> str:
    """NFC, no control or direction marks, line ends unified, outer space cut."""
    text = unicodedata.normalize("NFC", raw).replace("\r\n", "\n").replace("\r", "\n")
    text = _BIDI.sub("", text)
    return "".join(c for c in text if c in {"\n", "\t"} or unicodedata.category(c) != "Cc").strip()


Fault = tuple[str, Sentence]


REQUIRED: dict[str, Sentence] = {
    "title": _("请用一句话写清楚，例如“高龄老人午餐配送，每日 30 份”。"),
    "category": _("请选一个类别。"),
    "region": _("请选街道或社区。"),
    "text_public": _("请写几句具体情况：给谁用、有什么要求。"),
}
# The texts that a reader at the widest level may read, the first written one counts.
_TEXTS = {
    Level.PUBLIC: ("text_public",),
    Level.PARTNERS: ("text_partners", "text_public"),
    Level.INTERNAL: ("text_internal", "text_partners", "text_public"),
}
LENGTHS = {
    "title": TITLE_LENGTH,
    "text_public": TEXT_LENGTH,
    "text_partners": TEXT_LENGTH,
    "text_internal": TEXT_LENGTH,
    "conditions": 500,
    "indicators": 500,
    "contact_name": 60,
    "contact_phone": 40,
    "address": 200,
    "naming_wish": 100,
}


def visibility_of(content: Mapping[str, Any]) -> Level:
    return Level(content.get("visibility") or Level.PUBLIC)


def _required(content: Mapping[str, Any]) -> Iterator[Fault]:
    for name in ("title", "category", "region"):
        if not content.get(name):
            yield name, REQUIRED[name]
    if not any(content.get(name) for name in _TEXTS[visibility_of(content)]):
        yield "text_public", REQUIRED["text_public"]


def _lengths(content: Mapping[str, Any]) -> Iterator[Fault]:
    for name, limit in LENGTHS.items():
        if len(str(content.get(name) or "")) > limit:
            yield name, _("最多 %(n)d 个字，请写短一些。") % {"n": limit}


def _dates(content: Mapping[str, Any], today: date) -> Iterator[Fault]:
    end, closes = content.get("ends_on"), content.get("closes_on")
    if end and end < today:
        yield "ends_on", _("结束日期已经过去。请选今天或以后的日期。")
    if closes and closes < today:
        yield "closes_on", _("截止日期已经过去。请选今天或以后的日期。")
    if closes and (closes - today).days > 366 * 3:
        yield "closes_on", _("截止日期太远了，最多三年。")


def _quantity(content: Mapping[str, Any]) -> Iterator[Fault]:
    amount, unit = content.get("quantity"), content.get("unit")
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


def words_of_others(visibility: Level) -> tuple[str, ...]:
    """The fields that people outside the owner's organization and the operator may read."""
    if visibility == Level.INTERNAL:
        return ()
    return ("title", "text_public", "text_partners", "conditions", "indicators", "naming_wish")


def _personal(content: Mapping[str, Any]) -> Iterator[Fault]:
    for name in words_of_others(visibility_of(content)):
        kinds = {
            finding.kind
            for finding in find_personal(str(content.get(name) or "")[: 2 * TEXT_LENGTH])
        }
        if "id" in kinds:
            yield name, _("这里像有身份证号，别人会看到。请删去。")
        if "phone" in kinds:
            yield name, _("这里像有电话号码，别人会看到。请删去，写到“联系电话”里。")
        if not content.get("micro_wish") and has_home(str(content.get(name) or "")[:TEXT_LENGTH]):
            yield name, _("这里像有住户的门牌，别人会看到。请删去，写到“详细地址”里。")


def _micro_wish(content: Mapping[str, Any]) -> Iterator[Fault]:
    """A wish of one person or household: nobody may be told apart by it."""
    if not content.get("micro_wish"):
        return
    region = content.get("region")
    if region is not None and region.level > STREET:
        yield "region", _("微心愿的地点只写到街道，免得被认出是谁家。")
    for name in words_of_others(visibility_of(content)):
        kinds = {
            finding.kind for finding in find_identifying(str(content.get(name) or "")[:TEXT_LENGTH])
        }
        if kinds & {"name", "call"}:
            yield name, _("这里像有人的姓名或称呼。微心愿不写是谁，请改成“一名……”。")
        if "door" in kinds:
            yield name, _("这里像有门牌。微心愿只写到街道，请删去。")


def _storable(content: Mapping[str, Any]) -> Iterator[Fault]:
    """What the database itself refuses, so that not even a draft can hold it."""
    start, end = content.get("starts_on"), content.get("ends_on")
    if start and end and end < start:
        yield "ends_on", _("结束日期在开始日期之前。请改其中一个。")
    amount = content.get("quantity")
    if amount is not None and amount <= 0:
        yield "quantity", _("数量要大于 0；说不清数量可以不填。")
    yield from _money(content)


def _raise(rules: Iterable[Iterator[Fault]]) -> None:
    faults: dict[str, list[Sentence]] = {}
    for rule in rules:
        for name, sentence in rule:
            faults.setdefault(name, []).append(sentence)
    if faults:
        raise Invalid(faults)


def check_draft(content: Mapping[str, Any]) -> None:
    """What even a draft must satisfy to be kept; raises Invalid with every fault at once."""
    _raise((_lengths(content), _storable(content)))


def _contact(content: Mapping[str, Any], reachable: bool) -> Iterator[Fault]:
    """Who is linked must be found: by the entry's own number or by its organization's."""
    try:
        phone_numbers(str(content.get("contact_phone") or ""), field="contact_phone")
    except Invalid as error:
        yield "contact_phone", str(error)
    if not (reachable or content.get("contact_phone")):
        yield "contact_phone", _("请留一个电话：对接以后，对方要能找到你们。只有对接的一方看得到。")


def check_entry(content: Mapping[str, Any], today: date, *, reachable: bool = True) -> None:
    """Everything an entry must satisfy to be posted; raises Invalid with every fault at once.

    `reachable` says whether the organization itself left a phone number.
    """
    _raise(
        (
            _required(content),
            _lengths(content),
            _storable(content),
            _dates(content, today),
            _quantity(content),
            _personal(content),
            _micro_wish(content),
            _contact(content, reachable),
        )
    )
