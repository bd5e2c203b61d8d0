"""What tells who or where somebody is in a free text: numbers, names, doors; and masking it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stdnum.cn import ric
from stdnum.exceptions import ValidationError as StdnumError

from marketplace.person_names import COMPOUND, HAN, SURNAMES, find_names, is_name

# Mainland mobile numbers, also with spaces or dashes; landlines with area code.
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[-. ]?)?1[3-9]\d[-. ]?\d{4}[-. ]?\d{4}(?!\d)")
# Full-width digits are digits to a reader; the translation keeps every place.
_NARROW = {0xFF10 + n: str(n) for n in range(10)} | {0xFF0D: "-", 0x3000: " ", 0xFF38: "X"}
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[-— ]\d{7,8}(?!\d)")
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
# After a surname these can only be a person; the others also end ordinary words (提高同学们的…).
_SURE = "老奶奶|老爷爷|先生|小姐|奶奶|爷爷|大爷|大妈|大娘|大伯|伯伯|老伯|阿姨|婆婆|某某?"
_LOOSE = "女士|叔叔|同学|师傅|小朋友"
_CALLED = re.compile(f"[小老]?[{SURNAMES}](?:{_SURE})|(?<![{HAN}])[小老]?[{SURNAMES}](?:{_LOOSE})")
# A name that a form's word announces: 联系人：张三. Longer ones are organizations.
_LABELED = re.compile(
    r"(?:联系人|联络人|负责人|经办人|对接人|申请人|求助人|受益人|监护人|户主|姓名|本人)"
    f"(?:[:：]\\s*|\\s+|叫|是)(?P<name>[{SURNAMES}][{HAN}]{{1,2}})(?![{HAN}])"
)
# A name right before or behind a number: 王师傅 138…, 138…（张三）.
_OFFICES = "师傅|老师|主任|社工|医生|护士|经理|站长|书记|女士|叔叔|同学|工"
_BESIDE = f"[小老]?[{SURNAMES}](?:{_OFFICES}|{_SURE}|[{HAN}]{{1,2}})"
_BEFORE_NUMBER = re.compile(
    f"(?:^|[^{HAN}]|[找系问人打是给])(?P<name>{_BESIDE})"
    r"[\s:：，,、(（]*(?:(?:联系)?电话|手机号?|微信)?(?:是|为)?[\s:：]*$"
)
_BEHIND_NUMBER = re.compile(f"[\\s，,、(（]*(?:联系人|找)?[:：]?(?P<name>{_BESIDE})(?![{HAN}])")
# What stands in a name's place and is none: offices of staff, words that begin like surnames.
_NO_NAMES = {
    *("谢谢", "社工", "主任", "书记", "老师", "医生", "护士", "经理", "站长", "师傅"),
    *("同志", "居委", "社区", "街道", "中心", "协会", "高龄", "时尚", "关爱", "方便"),
    *("单身", "温暖", "安排", "常年", "常住", "应急", "于是", "时间", "时段", "周一"),
    *("周二", "周三", "周四", "周五", "周六", "周日", "周末", "连续", "任何", "明天"),
    *("马上", "高峰", "宣传", "单位", "金额", "向导", "明细", "平时", "平日", "全天"),
    *("方式", "广播", "石油", "包括", "包含", "安全", "和平", "时候"),
}
_HAN_DIGIT = "零〇一二三四五六七八九"
_FLOOR = f"[{_HAN_DIGIT}十百两]{{1,4}}"
_DIGITS = rf"(?:\d{{1,4}}|{_FLOOR})"
_FLAT = rf"(?:\d{{3,4}}(?![\d人份户名位张个件套台次元平])|[{_HAN_DIGIT}]{{3,4}}(?![{_HAN_DIGIT}十百千万人份户名位个]))"
_DOOR = re.compile(
    r"\d{1,4}\s*(?:栋|幢|单元|号楼|室)(?!外|内)"
    rf"(?:\s*{_DIGITS}\s*(?:单元|号|室|楼))*(?:(?<=[栋幢楼元])\s*{_FLAT}房?)?"
    # In Chinese digits 一栋楼 and 第一单元 are no door: two steps are needed, or 单元 alone.
    rf"|{_FLOOR}(?:栋|幢|座|号楼)(?:\s*{_DIGITS}\s*(?:单元|号|室|楼))+(?:(?<=[楼元])\s*{_FLAT}室?)?"
    rf"|{_FLOOR}(?:栋|幢|座|号楼)\s*{_FLAT}[室房]?"
    rf"|(?<![第{_HAN_DIGIT}十百两每共])[{_HAN_DIGIT}十]{{1,3}}单元(?![楼课教测作学内考组])"
    rf"(?:\s*{_DIGITS}\s*[号室楼])*(?:(?<=[楼元])\s*{_FLAT}[室房]?)?"
    rf"|(?<![{_HAN_DIGIT}])[{_HAN_DIGIT}]{{3,4}}[室房](?![间屋])|(?<!\d)\d{{3,4}}房(?![间屋源])"
    r"|(?<=[路街巷弄里道村])\s*\d{1,4}\s*(?:号|弄)(?!线)"
)
_ROOMS = re.compile(rf"单元|[\d{_HAN_DIGIT}]\s*[室房]|(?:栋|幢|座|号楼)\s*[\d{_HAN_DIGIT}]")


@dataclass(frozen=True, slots=True)
class PersonalFinding:
    """What should not stand in free text, with its place.

    `kind` is phone, id, name (张三, 张桂兰奶奶), call (a surname with a title: 李奶奶) or door.
    """

    kind: str
    start: int
    end: int


def find_personal(text: str) -> list[PersonalFinding]:
    """Phone numbers and resident identity numbers (GB 11643) in a text. A number with a birthday in
    the right place is one even where a digit was mistyped."""
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
        born = ric.get_birth_date(text.upper())
    except StdnumError:
        return False
    return text[0] in "12345678" and 1900 <= born.year < 2100


def find_identifying(text: str) -> list[PersonalFinding]:
    """Names (张桂兰奶奶, 联系人：张三, 李奶奶, 王师傅 138…) and doors (3栋201室): hints, and no
    proof of either.

    An office without a name beside it (主任, 社工) and an organization are none.
    """
    text = text.translate(_NARROW)
    found = [PersonalFinding("name", start, end) for start, end in find_names(text)]
    spans = {m.span() for m in _CALLED.finditer(text)} | set(_announced(text))
    found += [
        PersonalFinding(_kind_of(text[start:end]), start, end)
        for start, end in spans
        if not _is_no_name(text, start, end)
    ]
    found += [PersonalFinding("door", m.start(), m.end()) for m in _DOOR.finditer(text)]
    return _outer(found)


def _announced(text: str) -> Iterator[tuple[int, int]]:
    """Names behind a form's word, and right before or behind a number."""
    yield from (m.span("name") for m in _LABELED.finditer(text))
    yield from _beside_numbers(text)


def _beside_numbers(text: str) -> Iterator[tuple[int, int]]:
    for number in find_personal(text):
        near = (
            _BEFORE_NUMBER.search(text[max(0, number.start - 24) : number.start]),
            _BEHIND_NUMBER.match(text[number.end : number.end + 12]),
        )
        for match, offset in zip(near, (max(0, number.start - 24), number.end), strict=True):
            if match:
                yield match.start("name") + offset, match.end("name") + offset


def names_beside_numbers(text: str) -> list[str]:
    """Names right before or behind a number, in order: whom one would reach there."""
    text = text.translate(_NARROW)
    spans = sorted(_beside_numbers(text))
    names = [text[a:b] for a, b in spans if not _is_no_name(text, a, b)]
    return [name for name in names if _TITLE_ONLY.fullmatch(name) or is_name(name)]


def _is_no_name(text: str, start: int, end: int) -> bool:
    return text[start:end] in _NO_NAMES or text[start : start + 2] in _NO_NAMES


def _kind_of(found: str) -> str:
    return "call" if _TITLE_ONLY.fullmatch(found) else "name"


def _outer(found: Iterable[PersonalFinding]) -> list[PersonalFinding]:
    """In order, without what begins inside another one."""
    kept: list[PersonalFinding] = []
    for one in sorted(found, key=lambda f: (f.start, -f.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


# The title of a name: what is said of somebody besides who it is.
_TITLE_ONLY = re.compile(f"[小老]?[{SURNAMES}](?P<title>(?!某){_OFFICES}|{_SURE}|{_LOOSE})")
_TITLE_END = re.compile(
    f"(?P<title>{_SURE}|{_LOOSE}|{_OFFICES}|老太太?|大姐|大哥|阿婆|阿公|姐姐|妹妹|哥哥|弟弟|律师|教练)$"
)
_STATE_END = re.compile(r"(?:老人|患者|孩子|小孩|儿童|居民|老伴)$")


def mask_personal(text: str, *, nameless: bool = False) -> str:
    """The text without what tells who somebody is: 张桂兰奶奶 becomes 张奶奶, a bare name keeps
    its surname (李**), numbers and doors are blacked out.

    `nameless` takes the surnames too (一位奶奶): for wishes, which name nobody.
    """
    for finding in reversed(_outer([*find_personal(text), *find_identifying(text)])):
        words = text[finding.start : finding.end]
        blind = _nobody(words, nameless) if finding.kind in ("name", "call") else "■" * 6
        text = text[: finding.start] + blind + text[finding.end :]
    return text


def _nobody(name: str, nameless: bool) -> str:
    title, state = _TITLE_END.search(name), _STATE_END.search(name)
    surname = name[:2] if name[:2] in COMPOUND else name.lstrip("小老")[:1]
    if title and not title["title"].startswith(("某", "工")):
        return f"一位{title['title']}" if nameless else f"{surname}{title['title']}"
    if state:
        return f"一位{state[0]}" if nameless else f"{surname}姓{state[0]}"
    return "某人" if nameless else f"{surname}**"


def has_home(text: str) -> bool:
    """Whether a text names somebody's rooms: 3栋201室, 三单元五零一. A house number alone may be a
    venue."""
    return any(
        finding.kind == "door" and _ROOMS.search(text[finding.start : finding.end])
        for finding in find_identifying(text)
    )
