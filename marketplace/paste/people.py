"""Phone numbers, whom to ask for, and the text without either."""

import re

from stdnum.cn import ric

from marketplace.paste.shapes import Guess
from marketplace.person_names import is_name
from marketplace.personal import names_beside_numbers

_HIDDEN = "■" * 6
_HAN = {c: str(n) for n, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "幺": "1", "两": "2"}
_MOBILE = re.compile(
    r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d[-. —–]?\d{4}[-. —–]?\d{4}|1[3-9]\d{2}[-. ]?\d{3}[-. ]?\d{4}"
    r"|1[3-9]\d[- .]?\d{3}[- .]?\d{5})(?!\d)"
)
_HAN_MOBILE = re.compile(r"[一幺][零〇一幺二两三四五六七八九]{10}(?![零〇一幺二三四五六七八九])")
_ID_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
_LANDLINE = re.compile(r"(?<!\d)[(（]?(0\d{2,3})[)）]?[-—– ]?(\d{7,8})(?!\d)")
_LOCAL = re.compile(
    r"(?:电话|联系|咨询|致电|拨打|座机|热线)[^\d，。\n]{0,8}(\d{3,4}[- ]?\d{4})(?!\d)"
)
_NAME = re.compile(
    r"(?:联系人|负责人|经办人|联络人)\s*[:：]?\s*(?P<label>[\u4e00-\u9fff·]{2,4})"
    r"|(?:联系|找|请问|咨询|问)\s*(?P<word>[\u4e00-\u9fff]{1,2}"
    r"(?:老师|主任|书记|经理|师傅|医生|律师|同学|女士|先生|阿姨|大姐|姐|哥|工|社工|站长|干事))"
    r"|(?:联系|联络|找|请问)\s*(?P<bare>[\u4e00-\u9fff]{2,4})(?=\s*(?:[\d:：，,。；;（(\n]|电话|手机|$))"
    r"|(?:联系|找)\s*(?P<small>[小老][\u4e00-\u9fff])(?=\s*[\d:：，。（(]|$)"
)
_CONTACT_CLAUSE = re.compile(
    r"(?:有意(?:向|者)?的?|报名|意向)?(?:请)?"
    r"(?:联系人?(?:和|及)?(?:联系)?(?:电话|方式)?|电话|手机号?码?|咨询(?:电话)?|热线|找|打|拨打)"
    r"[:：是]?\s*[\u4e00-\u9fff·]{0,6}\s*[:：,，]?\s*(?:电话)?[:：]?\s*■+"
)


# Brackets that held nothing but what was taken away.
_EMPTY = re.compile(r"[（(【\[][\s，,、；;:：]*[）)】\]]")


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def find_contact(text: str) -> list[Guess]:
    """Guesses for contact_phone (digits only) and contact_name (only if marked as one)."""
    guesses = []
    phone = _phone(text)
    if phone:
        guesses.append(Guess("contact_phone", phone, phone))
    name = next((name for name in map(_named, _NAME.finditer(text)) if name), "")
    name = name or next(iter(names_beside_numbers(text)), "")
    if name:
        guesses.append(Guess("contact_name", name, name))
    return guesses


def _named(found: re.Match[str]) -> str:
    if found["bare"]:
        return found["bare"] if is_name(found["bare"]) else ""
    name = found["label"] or found["word"] or found["small"]
    return re.sub(r"(?:联系|电话|手机).*$", "", name)


def _phone(text: str) -> str:
    if found := _MOBILE.search(text):
        return _digits(found[1])
    if found := _HAN_MOBILE.search(text):
        return "".join(_HAN[c] for c in found[0])
    if found := _LANDLINE.search(text):
        return found[1] + found[2]
    found = _LOCAL.search(text)
    return _digits(found[1]) if found else ""


def without_contact(raw: str, even: str) -> Guess | None:
    """The text for everybody: phone and ID numbers and the words that only lead to them gone."""
    hidden = _ID_NUMBER.sub(lambda m: _HIDDEN if ric.is_valid(m[0].upper()) else m[0], even)
    for pattern in (_MOBILE, _HAN_MOBILE, _LANDLINE):
        hidden = pattern.sub(_HIDDEN, hidden)
    if "■" not in hidden:
        return Guess("text_public", raw.strip(), raw.strip()[:60])
    for name in names_beside_numbers(even):
        hidden = re.sub(
            rf"{name}(?=[\s:：，,、(（]*(?:(?:联系)?电话|手机号?)?[\s:：]*■)", "", hidden
        )
        hidden = re.sub(rf"(?<=■)[\s，,、]*[（(]?{name}[）)]?", "", hidden)
    shown = re.sub(r"■+", "", _CONTACT_CLAUSE.sub("", hidden))
    shown = _EMPTY.sub("", re.sub(r"[，,、；;:：\s]+(?=[）)])", "", shown))
    shown = re.sub(r"[，,、；;:： ]+(?=[。！？\n]|$)", "", shown)
    shown = re.sub(r"([，。；！？])\s*[，、；。]+", r"\1", shown).strip(" ，、；:：")
    return Guess("text_public", shown, shown[:60]) if shown else None
