"""Pure rules for what an entry may say: shared by pages, API and imports.

Content travels as a mapping from field name to cleaned value (model instances for category,
region, unit; `date`, `Decimal`, lists). Each rule adds sentences under the field's name.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric
from stdnum.exceptions import ValidationError as StdnumError

from accounts.validators import phone_numbers
from core.errors import Invalid, Sentence
from marketplace.levels import TEXT_LENGTH, TITLE_LENGTH, Level

# The level of streets in the tree of regions (`accounts.models.RegionLevel`).
STREET = 4
MAX_QUANTITY = Decimal("9999999.99")

# Mainland mobile numbers, also with spaces or dashes; landlines with area code.
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[-. ]?)?1[3-9]\d[-. ]?\d{4}[-. ]?\d{4}(?!\d)")
# Full-width digits are digits to a reader; the translation keeps every place.
_NARROW = {0xFF10 + n: str(n) for n in range(10)} | {0xFF0D: "-", 0x3000: " ", 0xFF38: "X"}
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[-— ]\d{7,8}(?!\d)")
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
# What tells who or where somebody is: a surname with an address, a door.
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜谢邹苏潘葛范彭鲁韦马苗方俞任袁柳"
    "史唐费薛雷贺倪汤罗毕郝邬安乐于时傅齐康伍余元顾孟黄穆萧尹姚邵汪祁毛米戴宋庞熊纪舒屈项祝董梁杜"
    "阮蓝闵席季贾路娄江童颜郭梅林钟徐邱骆高夏蔡田樊胡凌霍虞万柯管卢莫裘缪解应宗丁邓洪包左石崔吉龚"
    "程邢裴陆荣翁曾欧刘叶白蒲赖乔谭姬申冉桑桂牛边尚农温庄晏柴瞿阎连习艾容向古易廖耿满匡寇欧聂冷辛"
    "简饶曾沙鞠丰关查游竺权商佘佟"
)
# After a surname these can only be a person; the others also end ordinary words (提高同学们的…).
_SURE = "先生|小姐|奶奶|爷爷|大爷|大妈|大娘|大伯|伯伯|阿姨|婆婆|某某?"
_LOOSE = "女士|叔叔|同学|师傅|小朋友"
_HAN = "\\u4e00-\\u9fff"
_NAME = re.compile(
    f"[小老]?[{_SURNAMES}](?:{_SURE})|(?<![{_HAN}])[小老]?[{_SURNAMES}](?:{_LOOSE})"
    f"|(?<![{_HAN}])[{_SURNAMES}][{_HAN}]{{1,2}}(?:先生|女士)"
)
# A name that a form's word announces: 联系人：张三. Longer ones are organizations.
_LABELED = re.compile(
    r"(?:联系人|联络人|负责人|经办人|对接人|申请人|求助人|受益人|监护人|户主|姓名|本人)"
    f"(?:[:：]\\s*|\\s+|叫|是)(?P<name>[{_SURNAMES}][{_HAN}]{{1,2}})(?![{_HAN}])"
)
# A name right before or behind a number: 王师傅 138…, 138…（张三）.
_TITLES = "师傅|老师|主任|社工|医生|护士|经理|站长|书记|女士|叔叔|同学|工"
_BESIDE = f"[小老]?[{_SURNAMES}](?:{_TITLES}|{_SURE}|[{_HAN}]{{1,2}})"
_BEFORE_NUMBER = re.compile(
    f"(?:^|[^{_HAN}]|[找系问人打是给])(?P<name>{_BESIDE})"
    r"[\s:：，,、(（]*(?:(?:联系)?电话|手机号?|微信)?(?:是|为)?[\s:：]*$"
)
_BEHIND_NUMBER = re.compile(f"[\\s，,、(（]*(?:联系人|找)?[:：]?(?P<name>{_BESIDE})(?![{_HAN}])")
# What stands in a name's place and is none: offices of staff, words that begin like surnames.
_NO_NAMES = {
    *("谢谢", "社工", "主任", "书记", "老师", "医生", "护士", "经理", "站长", "师傅"),
    *("同志", "居委", "社区", "街道", "中心", "协会", "高龄", "时尚", "关爱", "方便"),
    *("单身", "温暖", "安排", "常年", "常住", "应急", "于是", "时间", "时段", "周一"),
    *("周二", "周三", "周四", "周五", "周六", "周日", "周末", "连续", "任何", "明天"),
    *("马上", "高峰", "宣传", "单位", "金额", "向导", "明细", "平时", "平日", "全天"),
    *("广播", "石油", "包括", "包含", "安全", "和平", "时候"),
}
_DOOR = re.compile(
    r"\d{1,4}\s*(?:栋|幢|单元|号楼|室)(?!外|内)(?:\s*\d{1,4}\s*(?:单元|号|室|楼))*"
    r"(?:(?<=[栋幢楼元])\s*\d{3,4}(?![\d人份户名位张个件套台次元平]))?"
    r"|(?<=[路街巷弄里道村])\s*\d{1,4}\s*(?:号|弄)(?!线)"
)
_ROOMS = re.compile(r"单元|\d\s*室|(?:栋|幢|号楼)\s*\d")
# Marks that turn the direction of text, and everything unprintable but line breaks.
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class PersonalFinding:
    """What should not stand in free text: `kind` is phone, id, name or door, with its place."""

    kind: str
    start: int
    end: int


def clean_text(raw: str) -> str:
    """NFC, no control or direction marks, line ends unified, outer space cut."""
    text = unicodedata.normalize("NFC", raw).replace("\r\n", "\n").replace("\r", "\n")
    text = _BIDI.sub("", text)
    return "".join(c for c in text if c in {"\n", "\t"} or unicodedata.category(c) != "Cc").strip()


def find_personal(text: str) -> list[PersonalFinding]:
    """Phone numbers and resident identity numbers (GB 11643, by check digit) in a text."""
    text = text.translate(_NARROW)
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


def find_identifying(text: str) -> list[PersonalFinding]:
    """Names (李奶奶, 联系人：张三, 王师傅 138…) and doors (3栋201室): hints, and no proof of either.

    An office without a name beside it (主任, 社工) and an organization are none.
    """
    text = text.translate(_NARROW)
    names = {(m.start(), m.end()) for m in _NAME.finditer(text)}
    names |= {m.span("name") for m in _LABELED.finditer(text)}
    for number in find_personal(text):
        near = (
            _BEFORE_NUMBER.search(text[max(0, number.start - 24) : number.start]),
            _BEHIND_NUMBER.match(text[number.end : number.end + 12]),
        )
        for match, offset in zip(near, (max(0, number.start - 24), number.end), strict=True):
            if match:
                names.add((match.start("name") + offset, match.end("name") + offset))
    found = [
        PersonalFinding("name", start, end)
        for start, end in names
        if text[start:end] not in _NO_NAMES and text[start : start + 2] not in _NO_NAMES
    ]
    found += [PersonalFinding("door", m.start(), m.end()) for m in _DOOR.finditer(text)]
    return _outer(found)


def _outer(found: Iterable[PersonalFinding]) -> list[PersonalFinding]:
    """In order, without what begins inside another one."""
    kept: list[PersonalFinding] = []
    for one in sorted(found, key=lambda f: (f.start, -f.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def mask_personal(text: str) -> str:
    """The text without what tells who somebody is: names keep the surname (李**), numbers and
    doors are blacked out."""
    for finding in reversed(_outer([*find_personal(text), *find_identifying(text)])):
        surname = text[finding.start : finding.end].lstrip("小老")[:1]
        blind = f"{surname}**" if finding.kind == "name" else "■" * 6
        text = text[: finding.start] + blind + text[finding.end :]
    return text


def has_home(text: str) -> bool:
    """Whether a text names somebody's rooms: 3栋201室, 2单元. A house number alone may be a venue."""
    return any(
        finding.kind == "door" and _ROOMS.search(text[finding.start : finding.end])
        for finding in find_identifying(text)
    )


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
        kinds = {finding.kind for finding in find_identifying(str(content.get(name) or ""))}
        if "name" in kinds:
            yield name, _("这里像有人的称呼。微心愿不写姓名，请改成“一名……”。")
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
