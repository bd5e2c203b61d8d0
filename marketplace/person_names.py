"""Names of people in a text: a full name with a title, behind a label, beside an age.

Chinese writes no spaces and few marks around names, so each candidate must begin where a word
begins, must not be an ordinary word itself (高龄, 周边, 白内障) and must not end like a place
(李村, 王府井). Surnames stand in `marketplace/data/surnames.json` with their source.
"""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import rjieba

HAN = "\\u4e00-\\u9fff"
_LISTS: dict[str, str] = json.loads(
    (Path(__file__).resolve().parent / "data" / "surnames.json").read_text("utf-8")
)
FREQUENT = frozenset(_LISTS["frequent"])
SURNAMES = _LISTS["frequent"] + _LISTS["further"]
COMPOUND = frozenset(_LISTS["compound"].split())
_SINGLE = frozenset(SURNAMES)

Span = tuple[int, int]

# What a full name goes with: 张桂兰奶奶, 王小明老师.
TITLES = (
    "老奶奶|老爷爷|老太太|老太|老伯|奶奶|爷爷|大爷|大妈|大娘|大伯|大姐|大哥|伯伯|伯父|伯母|阿姨|婆婆|阿婆|阿公"
    "|叔叔|婶婶|姐姐|妹妹|哥哥|弟弟|先生|女士|小姐|同学|小朋友|师傅|老师|医生|护士|律师|主任|书记|经理"
    "|站长|社工|同志|教练"
)
# Words that a surname alone does not go with, and a full name does: 王建国老人.
_STATE = "老人|患者|孩子|小孩|儿童|居民|老伴"
_TITLE = re.compile(f"(?={TITLES}|{_STATE})")
_LABEL = re.compile(
    r"(?:名叫|叫做|叫|姓名|名字是|大名|孩子|小孩|小朋友|学生|儿子|女儿|孙子|孙女|外孙|外孙女|老伴|丈夫|妻子|老人"
    r"|居民|患者|同学|儿童|女孩|男孩|女童|男童|母亲|父亲|奶奶|爷爷)[:：是为]?\s*"
)
_AGE = re.compile(
    r"[，,、(（\s]{0,3}(?:(?:男|女)[，,、\s]{0,3})?(?:今年|现年|年已?)?\s{0,3}(?:\d{1,3}|[一二三四五六七八九十百]{1,4})\s*多?岁"
)
_SEX = re.compile(r"[，,、(（]\s*[男女](?=[，,、)）\s。]|$)")
# What may follow a name that no title closes.
_AFTER = re.compile(
    r"\s*(?:$|[^\u4e00-\u9fff\w]|\d|今年|现年|现在|家里?|想|是|在|有|患|住|的|和|因|从小|很|得了|还|也|一直|需要|平时|男|女)"
)
_PLACES = "家村街路道镇乡县市区巷弄里坊桥寨屯庄井湾坪沟坝塘店园院所厂班组队营校馆站点门口堂室号楼栋"
_NO_GIVEN = frozenset(
    {"姓", "某", "氏", "家", "老", "小", "大", "的", "某某", "等", "多", "名", "位"}
)
_PUBLIC = frozenset({"雷锋"})
_REACH = 12


def find_names(text: str) -> list[Span]:
    """Places of full names: (start, end) with the title that follows, in no order."""
    return [*_titled(text), *_labeled(text)]


def _titled(text: str) -> Iterator[Span]:
    for title in _TITLE.finditer(text):
        end = title.start()
        start = _name_before(text, end)
        if start is not None:
            yield start, end + _title_length(text, end)


_LONGEST_FIRST = sorted(f"{TITLES}|{_STATE}".split("|"), key=len, reverse=True)


def _title_length(text: str, at: int) -> int:
    return next(len(title) for title in _LONGEST_FIRST if text.startswith(title, at))


def _name_before(text: str, end: int) -> int | None:
    """Where the full name that ends at `end` begins, the longest one first."""
    run = text[max(0, end - _REACH) : end + 4]
    shift = max(0, end - _REACH)
    for length in (4, 3, 2):
        start = end - length
        if start >= 0 and is_name(text[start:end]) and _begins_word(run, start - shift):
            return start
    return None


def _labeled(text: str) -> Iterator[Span]:
    for label in _LABEL.finditer(text):
        start = label.end()
        for length in (4, 3, 2):
            name = text[start : start + length]
            if len(name) == length and is_name(name) and _AFTER.match(text, start + length):
                yield start, start + length
                break
    for age in (*_AGE.finditer(text), *_SEX.finditer(text)):
        begun = _name_before(text, age.start())
        if begun is not None:
            yield begun, age.start()


@lru_cache(maxsize=4096)
def is_name(word: str) -> bool:
    """Whether a word of two to four characters may be a surname with a given name."""
    surname = word[:2] if word[:2] in COMPOUND else word[:1]
    given = word[len(surname) :]
    if not 1 <= len(given) <= 2 or not re.fullmatch(f"[{HAN}]+", word):
        return False
    if surname not in COMPOUND and surname not in _SINGLE:
        return False
    if len(given) == 1 and len(surname) == 1 and surname not in FREQUENT:
        return False
    if given in "一二三四五六七八九十" or given in _NO_GIVEN:  # 高三同学
        return False
    if given[-1] in _PLACES or word in _PUBLIC:
        return False
    return len(surname) == 2 or not any(_is_word(word[:n]) for n in range(2, len(word) + 1))


def _is_word(word: str) -> bool:
    """Whether the dictionary has it as anything but a name."""
    if not rjieba.has_word(word):
        return False
    tagged = rjieba.tag(word, False)
    return len(tagged) == 1 and not tagged[0][1].startswith("nr")


def _begins_word(run: str, at: int) -> bool:
    """Whether the words of the text have a border there: in 平安贫困老人 none begins with 安."""
    place = 0
    for word in rjieba.cut(run, False):
        if place == at:
            return True
        place += len(word)
        # 帮王 is no word, but a border may lie inside a word that only the cutter made.
        if place > at:
            return False
    return place == at
