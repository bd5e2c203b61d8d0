"""How much of what, how often."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace.paste.shapes import Guess, UnitWord
from marketplace.paste.writing import NUMBER, clauses, number, plain

_PERIODS = (
    ("DAY", "每天", re.compile(r"每[天日]|每个?工作日|一天|天天|(?<=[份人次])[/／][天日]")),
    (
        "WEEK",
        "每周",
        re.compile(
            r"每个?(?:周|星期|礼拜)|一(?:周|星期|礼拜)(?=[一二两三四五]?[次节回])|每逢?周[一二三四五六日]"
            r"|逢周|(?<=[份人次场节])[/／]周"
        ),
    ),
    ("MONTH", "每月", re.compile(r"每个?月|一个月(?=[一二两三四\d])|(?<=[份人次场节])[/／]月")),
)
_PERIOD_WORDS = {code: word for code, word, _pattern in _PERIODS}
# Numbers beside these words are no amount of help: money spent, rooms, sizes, ages, floors.
_OTHER = re.compile(r"经费|预算|自筹|补贴|报销|工资|租金|价格|每[人份户]\d")
_SIZE = re.compile(
    r"(?:能站|能坐|容纳|可坐|坐得下|可容纳|每人|每户|每次|一次|每场|每班|每组|每节|各)\s*$"
)
_DIMENSIONS = {"count": 5, "event": 4, "measure": 4, "time": 3, "people": 2.5, "money": 1}
_NO_THINGS = re.compile(
    r"晚上|上午|下午|早上|中午|周|星期|礼拜|月|年|工作日|街道|社区|村|地方|班|学期|阶段|方面"
    r"|电话|话|忙|点"
)
_HELPERS = re.compile(r"的?(?:志愿者|义工|老师|师傅|律师|医生|护士|社工|教练|理发师|人手|大学生)")
_WANTED = re.compile(
    r"(?:要|需要?|缺|找|招|借|捐|送|出|提供|共|共计|总共|合计|约|大概|大约|一共|想要)\s*$"
)
_EARLY = re.compile(r"(?:提前|坚持|之后|以后|前|月|至少|年)\s*$")
_RHYTHM = {"次", "回", "趟"}
_MONTHLY = re.compile(r"(?:每个?|一个)月$")
_SMALL_TIME = {"天", "日", "人天", "个月", "年"}


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number with a unit's word, the clause it stands in and how well it suits."""

    value: Decimal
    unit: UnitWord
    clause: str
    points: float


def find_amount(text: str, units: Sequence[UnitWord]) -> list[Guess]:
    """Guesses for quantity, unit and period; none where the text states no number."""
    if not units:
        return []
    pattern = _pattern(units)
    by_word = {unit.word: unit for unit in units}
    found = [
        amount for at, clause in clauses(text) for amount in _amounts(clause, at, pattern, by_word)
    ]
    best = max(_without_rhythm(found), key=lambda amount: amount.points, default=None)
    if best is None or best.points <= 0:
        return []
    period = _period_in(best.clause) or _period_near(text, best)
    value = best.value * best.unit.factor
    name = best.unit.name or best.unit.word
    shown = f"{plain(value)} {name}"
    guesses = [Guess("quantity", plain(value), shown), Guess("unit", best.unit.code, name)]
    return [*guesses, Guess("period", period or "ONCE", _PERIOD_WORDS.get(period, "共"))]


def _without_rhythm(found: list[_Amount]) -> list[_Amount]:
    """一周一次 tells how often, not how much, where lessons or shows are counted too."""
    counted = [
        amount
        for amount in found
        if amount.unit.dimension == "event" and amount.unit.word not in _RHYTHM
    ]
    if not any(amount.points > 0 for amount in counted):
        return found
    return [amount for amount in found if amount.unit.word not in _RHYTHM]


def _pattern(units: Sequence[UnitWord]) -> re.Pattern[str]:
    words = sorted({unit.word for unit in units}, key=len, reverse=True)
    either = "|".join(re.escape(word) for word in words)
    loose = r"[多来余]?个?(?=名|人|家庭|小时)|[多来余几]?"
    return re.compile(rf"(?P<n>{NUMBER}[万千百]?)(?P<gap>{loose})\s*(?P<u>{either})")


def _amounts(
    clause: str, at: int, pattern: re.Pattern[str], by_word: dict[str, UnitWord]
) -> list[_Amount]:
    if _OTHER.search(clause):
        clause = _OTHER.split(clause)[0]
    found = []
    for match in pattern.finditer(clause):
        unit, value = by_word[match["u"]], _value(match)
        if value is None or value <= 0 or _is_other(match, clause):
            continue
        found.append(_Amount(value, unit, clause, _points(match, unit, clause, at)))
    return found


def _value(match: re.Match[str]) -> Decimal | None:
    word = match["n"]
    if match["u"].startswith(("万", "千")):
        word = word.rstrip("万千")
    return number(word)


def _is_other(match: re.Match[str], clause: str) -> bool:
    before, after = clause[: match.start()], clause[match.end() :]
    if before.endswith(("第", "初", "提前", "满")):
        return True
    if before.endswith("月") and not _MONTHLY.search(before):
        return True
    if re.search(r"(?<![每一])(?:周|星期|礼拜)$", before):
        return True
    if match["u"] in _SMALL_TIME and (
        _EARLY.search(before) or after.startswith(("前", "之前", "内", "以上", "后"))
    ):
        return True
    if match["u"] == "个" and _NO_THINGS.match(after):
        return True
    # 第一天, 一起: no number of things.
    return match["n"] == "一" and after.startswith(("起", "定", "样", "点", "些", "般", "直"))


def _points(match: re.Match[str], unit: UnitWord, clause: str, at: int) -> float:
    before = clause[: match.start()]
    points = float(_DIMENSIONS.get(unit.dimension, 2))
    if _SIZE.search(before) and unit.dimension not in ("event", "time"):
        points -= 3
    if _period_in(clause):
        points += 2.5
    if unit.word == "间":  # a room is where it happens; hours in it are what is asked for
        points -= 1
    if _WANTED.search(before):
        points += 1.5
    if unit.dimension == "people" and _HELPERS.match(clause, match.end()):
        points += 1.5
    if match["u"] in _SMALL_TIME:
        points -= 2.5
    if match["n"] == "半":
        points -= 2
    if match["n"] in ("一", "1"):  # 一个 is often no more than "a"
        points -= 2.5 if unit.word == "个" else 1
    return points - at / 1000


def _period_in(clause: str) -> str:
    return next((code for code, _word, pattern in _PERIODS if pattern.search(clause)), "")


def _period_near(text: str, best: _Amount) -> str:
    """How often, said elsewhere: it speaks for services, hardly for things handed over."""
    if best.unit.dimension in {"count", "money"}:
        return ""
    return _period_in(text)
