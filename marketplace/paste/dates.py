"""Days in a text: when the help takes place, and by when to answer."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from marketplace.paste.shapes import Guess
from marketplace.paste.writing import clauses, number

_N = r"(?:\d{1,2}|[一二两三四五六七八九十]{1,3})"
_MONTH = rf"(?:(?P<year>\d{{4}})年|(?P<word>明年|今年|后年))?(?P<month>{_N})月(?!\s*内)份?"
_PART = r"(?P<part>上旬|中旬|下旬|初|中|底|末)?"
_DAY = rf"(?:(?P<day>{_N})[日号]?)?"
_ONE = re.compile(
    rf"(?P<iso>(?P<iy>20\d\d)[-/.年](?P<im>\d{{1,2}})[-/.月](?P<id>\d{{1,2}})日?)"
    rf"|{_MONTH}{_PART}{_DAY}(?!\d)"
    r"|(?P<dot>(?<![\d.:/])(?P<dm>1[0-2]|[1-9])[./](?P<dd>[12]\d|3[01]|[1-9])(?![\d.:/%]))"
    r"|(?P<next>下个?月|本月|这个?月|当月)(?P<npart>上旬|中旬|下旬|初|底|末|内)?"
    rf"(?:(?P<nday>{_N})[日号])?"
    r"|(?P<week>下下个?|下个?|本|这个?)(?P<wname>周|星期|礼拜)(?P<wday>[一二三四五六日天末])?"
    r"|(?P<end>(?<!年)(?<![\d一二三四五六七八九十个每])月[底末])"
    r"|(?<![每逢个下本这周])(?P<bare>周|星期)(?P<bday>[一二三四五六日天])(?=之?前|以前)"
    r"|(?P<near>今天|明天|大后天|后天)"
)
_INSIDE = re.compile(rf"(?:(?P<word>明年|今年))?(?P<month>{_N})月\s*内")
_BARE_DAY = re.compile(rf"(?P<day>{_N})[日号](?!\s*(?:楼|院|线|桌|门))")
_JOIN = re.compile(r"\s*(?:(?:[（(][^）)]{1,6}[）)])?\s*(?:起)?\s*(?:到|至|—+|–|-+|~|～)\s*)")
_AND = re.compile(r"\s*(?:[（(][^）)]{1,6}[）)])?\s*(?:、|和|及|与)\s*")
_BEFORE = re.compile(r"\s*(?:[（(][^）)]{1,6}[）)])?\s*(?:底)?(?:之前|以前|前|为止|止|截止)")
_FROM = re.compile(r"\s*(?:[（(][^）)]{1,6}[）)])?\s*(?:起|开始|以后|之后|后)")
_ANSWER = re.compile(
    r"报名|答复|回复|回话|回个?话|给个?话|回信|反馈|截止|登记意向|确认意向|联系|告诉我|跟我说|来电|致电|打电话|告知|申领|申请"
)
_YEAR_END = re.compile(r"(?:今年)?年底(?:之前|以前|前)")
_SPAN = re.compile(rf"(?:为期|历时|期限|持续|连续)\s*(?:约)?({_N}|半)\s*(个半月|个月|年|周|天)")
_PARTS = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "初": (1, 10), "中": (11, 20)}
_NEAR = ("今天", "明天", "后天", "大后天")
_WEEK = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class _Days:
    """Days found at a place of the text; `role` is on, from, before or answer."""

    start: int
    end: int
    first: date
    last: date
    role: str = "on"


def find_days(text: str, today: date) -> list[Guess]:
    """Guesses for starts_on, ends_on and closes_on."""
    found = [_with_role(text, days, today) for days in _joined(text, today)]
    answers = [days for days in found if days.role == "answer"]
    helps = [days for days in found if days.role != "answer"]
    first, last = _period(helps)
    last = last or _after_span(text, first)
    closes = answers[0].last if answers else None
    if closes is None and first is None:
        # 12月20日前要: whoever could help must be found by then.
        closes = next((days.last for days in helps if days.role == "before"), None)
    if closes is None and _YEAR_END.search(text):
        closes = date(today.year, 12, 31)
    named = (("starts_on", first), ("ends_on", last), ("closes_on", closes))
    return [_guess(field, day) for field, day in named if day is not None and day >= today]


def _guess(field: str, day: date) -> Guess:
    return Guess(field, day.isoformat(), f"{day.year}年{day.month}月{day.day}日")


def _period(helps: list[_Days]) -> tuple[date | None, date | None]:
    first: date | None = None
    last: date | None = None
    for days in helps:
        if days.role in ("on", "from") and first is None:
            first = days.first
            last = days.last if days.role == "on" else last
        elif days.role == "before" and last is None:
            last = days.last
    return first, last


def _after_span(text: str, first: date | None) -> date | None:
    span = _SPAN.search(text)
    count = number(span[1]) if span else None
    if first is None or span is None or count is None:
        return None
    days = {"天": 1, "周": 7}.get(span[2])
    if days:
        return first + timedelta(days=int(count * days) - 1)
    months = int(count * (12 if span[2] == "年" else 1))
    year, month = divmod(first.month - 1 + months, 12)
    day = min(first.day, monthrange(first.year + year, month + 1)[1])
    return date(first.year + year, month + 1, day) - timedelta(days=1)


def _joined(text: str, today: date) -> Iterator[_Days]:
    """Single days and ranges, in order."""
    held: _Days | None = None
    for days in _singles(text, today):
        if held is None:
            held = days
            continue
        gap = text[held.end : days.start]
        if _JOIN.fullmatch(gap) or _AND.fullmatch(gap):
            last = days.last if days.last >= held.first else _later(days.last)
            held = _Days(held.start, days.end, held.first, last)
            continue
        yield held
        held = days
    if held:
        yield held


def _later(day: date) -> date:
    return date(day.year + 1, day.month, min(day.day, 28) if day.month == 2 else day.day)


def _singles(text: str, today: date) -> Iterator[_Days]:
    position, before = 0, today
    while position < len(text):
        found = min(
            (m for m in (p.search(text, position) for p in (_ONE, _INSIDE, _BARE_DAY)) if m),
            key=lambda m: (m.start(), -m.end()),
            default=None,
        )
        if found is None:
            return
        position = max(found.end(), found.start() + 1)
        days = _read(found, today, before, text)
        if days is not None:
            before = days.first
            yield days


def _read(found: re.Match[str], today: date, before: date, text: str) -> _Days | None:
    groups = found.groupdict()
    try:
        span = _span_of(found, groups, today, before, text)
    except ValueError:  # 2月30日
        return None
    if span is None:
        return None
    role = "before" if found.re is _INSIDE or groups.get("npart") == "内" else "on"
    return _Days(found.start(), found.end(), span[0], span[1], role)


def _span_of(
    found: re.Match[str], groups: dict[str, str | None], today: date, before: date, text: str
) -> tuple[date, date] | None:
    if found.re is _BARE_DAY:
        return _bare_day(found, before, today, text)
    if groups.get("month"):
        month = number(groups["month"] or "")
        if month is None or not 1 <= month <= 12 or _is_age(found, text):
            return None
        part, wanted = groups.get("part") or "", groups.get("day")
        return _days_of(int(month), part, wanted, _year(groups, today), today)
    if groups.get("iso"):
        day = date(int(groups["iy"] or 0), int(groups["im"] or 0), int(groups["id"] or 0))
        return day, day
    if groups.get("dot"):
        return _days_of(int(groups["dm"] or 0), "", groups["dd"], None, today)
    return _spoken(groups, today)


def _spoken(groups: dict[str, str | None], today: date) -> tuple[date, date] | None:
    """Days told from today: 下个月, 本周五, 月底, 后天."""
    if groups.get("next"):
        return _named_month(groups, today)
    if groups.get("week"):
        return _week(groups, today)
    if groups.get("end"):
        return _days_of(today.month, "底", None, today.year, today)
    if groups.get("bare"):
        return _week({"week": "", "wday": groups["bday"]}, today)
    day = today + timedelta(days=_NEAR.index(groups["near"] or ""))
    return day, day


def _is_age(found: re.Match[str], text: str) -> bool:
    """3月龄, 坐月子 and 每年5月 are no month of the plan."""
    yearly = text[: found.start()].endswith("每年")
    return yearly or text[found.end() : found.end() + 1] in ("龄", "子")


def _year(groups: dict[str, str | None], today: date) -> int | None:
    if groups.get("year"):
        return int(groups["year"] or 0)
    shift = {"今年": 0, "明年": 1, "后年": 2}.get(groups.get("word") or "")
    return None if shift is None else today.year + shift


def _bare_day(
    found: re.Match[str], before: date, today: date, text: str
) -> tuple[date, date] | None:
    """6日 after 12月5日 or in 12月5日到8日; alone (每月15日) it is no day of the plan."""
    lead = text[max(0, found.start() - 3) : found.start()]
    day = number(found["day"])
    if before == today or day is None or re.search(r"每|第|月$", lead):
        return None
    if not re.search(r"[、和及与到至—–~～-]\s*$", lead):
        return None
    one = date(before.year, before.month, int(day))
    return one, one


def _days_of(
    month: int, part: str, day: str | None, year: int | None, today: date
) -> tuple[date, date]:
    if year is None:
        year = today.year if month >= today.month else today.year + 1
    size = monthrange(year, month)[1]
    wanted = number(day) if day else None
    if wanted is not None:
        one = date(year, month, int(wanted))
        return one, one
    if part in ("底", "末"):
        return date(year, month, size), date(year, month, size)
    low, high = _PARTS.get(part, (1, size))
    return date(year, month, low), date(year, month, min(high, size))


def _named_month(groups: dict[str, str | None], today: date) -> tuple[date, date]:
    later = (groups["next"] or "").startswith("下")
    month = today.month % 12 + 1 if later else today.month
    year = today.year + (1 if later and month == 1 else 0)
    part = groups.get("npart") or ""
    first, last = _days_of(month, "" if part == "内" else part, groups.get("nday"), year, today)
    return (first, last) if later or part else (max(first, today), last)


def _week(groups: dict[str, str | None], today: date) -> tuple[date, date] | None:
    word = groups["week"] or ""
    weeks = 2 if word.startswith("下下") else 1 if word.startswith("下") else 0
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    day = (groups.get("wday") or "").replace("天", "日")
    if day == "末":
        return monday + timedelta(days=5), monday + timedelta(days=6)
    if day:
        one = monday + timedelta(days=_WEEK.index(day))
        return one, one
    return (monday, monday + timedelta(days=6)) if weeks else None


def _with_role(text: str, days: _Days, today: date) -> _Days:
    """What the words around say of the days; a deadline without a year is the next such day."""
    role = days.role
    tail = text[days.end :]
    lead = text[: days.start]
    if _BEFORE.match(tail) or (not _is_range(text, days) and lead.endswith(("到", "至", "截至"))):
        role = "before"
    elif (role == "on" and _FROM.match(tail)) or lead.endswith(("自", "从")):
        role = "on" if days.first != days.last and _is_range(text, days) else "from"
    clause = next((words for at, words in clauses(text) if at <= days.start < at + len(words)), "")
    if _ANSWER.search(clause) and (role == "before" or "截止" in clause or "报名" in clause):
        role = "answer"
    if role in ("before", "answer") and days.last < today and _is_bare(text, days):
        return _Days(days.start, days.end, _later(days.first), _later(days.last), role)
    return _Days(days.start, days.end, days.first, days.last, role)


def _is_bare(text: str, days: _Days) -> bool:
    """One day of a month without a year: 12月15日."""
    words = text[days.start : days.end]
    return bool(re.search(r"\d日|\d号|[一二三四五六七八九十][日号]|\d[./]\d", words)) and not (
        _is_range(text, days) or re.search(r"\d{4}|今年|明年|本月|这个?月", words)
    )


def _is_range(text: str, days: _Days) -> bool:
    return bool(re.search(r"到|至|—|–|-|~|～", text[days.start : days.end]))
