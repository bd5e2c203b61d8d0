"""How dates, deadlines, amounts and quantities are written on pages, and the icon tag.

`{% load show %}`. Everything takes plain values and `now` is given, never read from the clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.ports import ChainStep

register = template.Library()

SOON_DAYS = 5


def _day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


# -- dates --------------------------------------------------------------------------------
@register.filter
def day(value: date | datetime | None) -> str:
    """`2026年11月24日`; an aware datetime is read in the current time zone; none is empty."""
    if value is None:
        return ""
    d = _day(value)
    return _("%(year)d年%(month)d月%(day)d日") % {
        "year": d.year,
        "month": d.month,
        "month_name": MONTHS[d.month],
        "day": d.day,
    }


@register.filter
def short_day(value: date | datetime | None, now: date | datetime | None = None) -> str:
    """`11月24日`, with the year in front when it is not the year of `now`."""
    if value is None:
        return ""
    d = _day(value)
    if now is not None and _day(now).year != d.year:
        return day(d)
    return _("%(month)d月%(day)d日") % {
        "month": d.month,
        "month_name": MONTHS[d.month],
        "day": d.day,
    }


@register.filter
def moment(value: datetime | None, now: datetime | None = None) -> str:
    """`今天 09:41`, `昨天 15:40`, `11月18日 20:14`; another year in full."""
    if value is None:
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    clock = f"{local:%H:%M}"
    if now is not None:
        age = (_day(now) - local.date()).days
        if age == 0:
            return _("今天 %(clock)s") % {"clock": clock}
        if age == 1:
            return _("昨天 %(clock)s") % {"clock": clock}
    return f"{short_day(local, now)} {clock}"


@dataclass(frozen=True, slots=True)
class Deadline:
    """Days to a due day in words, with how pressing it is: late, soon or calm."""

    text: str
    urgency: str
    days: int

    def __str__(self) -> str:
        return self.text


@register.filter
def deadline(due: date | datetime | None, now: date | datetime | None) -> Deadline | str:
    """`剩 5 天`, `今天截止`, `逾期 1 天`; soon means at most five days. Empty without a day."""
    if due is None or now is None:
        return ""
    days = (_day(due) - _day(now)).days
    if days < 0:
        text = ngettext("逾期 %(n)d 天", "逾期 %(n)d 天", -days) % {"n": -days}
        return Deadline(text, "late", days)
    if days == 0:
        return Deadline(_("今天截止"), "soon", 0)
    text = ngettext("剩 %(n)d 天", "剩 %(n)d 天", days) % {"n": days}
    return Deadline(text, "soon" if days <= SOON_DAYS else "calm", days)


@register.simple_tag
def due(value: date | datetime | None, now: date | datetime | None) -> SafeString:
    """The deadline as an element: amber when soon, red when late, with the full date as title."""
    answer = deadline(value, now)
    if not isinstance(answer, Deadline) or value is None:
        return SafeString("")
    names = {"late": "late", "soon": "soon", "calm": "mute"}
    return format_html(
        '<time datetime="{}" title="{}" class="{}">{}</time>',
        _day(value).isoformat(),
        day(value),
        names[answer.urgency],
        answer.text,
    )


# -- numbers ------------------------------------------------------------------------------
def _decimal(value: object) -> Decimal | None:
    if value is None or value == "" or isinstance(value, bool | float):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _yuan(value: object) -> Decimal | None:
    """Whole numbers are 分, as stored; a Decimal is 元. Floats are no money."""
    number = _decimal(value)
    if number is None:
        return None
    return number / 100 if isinstance(value, int) else number


@register.filter
def money(value: int | Decimal | None) -> str:
    """`¥45,000.00` from whole 分 (int) or 元 (Decimal); empty for none, with a true minus."""
    yuan = _yuan(value)
    if yuan is None:
        return ""
    cents = yuan.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{'−' if cents < 0 else ''}¥{abs(cents):,.2f}"


@register.filter
def amount(value: int | Decimal | None) -> str:
    """`45,000.00`: like `money` without the sign ¥, for columns whose head names it."""
    return money(value).replace("¥", "")


@register.filter
def wan(value: int | Decimal | None) -> str:
    """`4.5 万元` above ten thousand yuan, `800 元` below: for sentences, never for accounts."""
    yuan = _yuan(value)
    if yuan is None:
        return ""
    if abs(yuan) < 10_000:
        return _("%(n)s 元") % {"n": _plain(yuan.quantize(Decimal("0.01"), ROUND_HALF_UP))}
    ten_thousands = (yuan / 10_000).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return _("%(n)s 万元") % {"n": _plain(ten_thousands)}


def _plain(number: Decimal) -> str:
    """Thousands by commas, no trailing zeros: 1,284; 4.5; −3."""
    text = f"{abs(number):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"−{text}" if number < 0 and text != "0" else text


@register.filter
def count(value: int | Decimal | None) -> str:
    """`1,284`; a decimal keeps its digits without trailing zeros."""
    number = _decimal(value)
    return "" if number is None else _plain(number)


@register.filter
def quantity(value: int | Decimal | None, unit: str = "") -> str:
    """`30 份`, `2.5 吨`; empty without a number. The space does not break."""
    text = count(value)
    return f"{text}\u00a0{unit}" if text and unit else text


@register.simple_tag
def per_period(value: int | Decimal | None, unit: str, period: str = "") -> str:
    """`30 份/日` from number, unit label and period label (empty for once)."""
    text = quantity(value, unit)
    return f"{text}/{period}" if text and period else text


@register.filter
def share(part: int | Decimal | None, whole: int | Decimal | None) -> str:
    """Percent of `whole` as a number from 0 to 100 for a width, one decimal, dot as separator."""
    top, bottom = _decimal(part), _decimal(whole)
    if top is None or not bottom or bottom < 0:
        return "0"
    percent = min(max(top / bottom * 100, Decimal(0)), Decimal(100))
    return format(percent.quantize(Decimal("0.1")).normalize(), "f")


# -- text ---------------------------------------------------------------------------------
@register.filter
def marked(pieces: str | Iterable[tuple[str, bool]] | None) -> SafeString:
    """Pieces of (text, hit) with the hits in <mark>, or a plain text; every text is escaped."""
    if pieces is None:
        return SafeString("")
    if isinstance(pieces, str):
        return escape(pieces)
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", t) if hit else t,) for t, hit in pieces)
    )


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite, hidden from screen readers (a word stands beside it); s is 14 px."""
    return format_html(
        '<svg class="i{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        " s" if size == "s" else "",
        static("core/icons.svg"),
        name,
    )


# -- the chain ----------------------------------------------------------------------------
CHAIN_ICONS = {
    "need": "need",
    "resource": "resource",
    "match": "link",
    "link": "link",
    "application": "apply",
    "review": "review",
    "notice": "notice",
    "agreement": "agreement",
    "milestone": "milestone",
    "payment": "payment",
    "disbursement": "payment",
    "delivery": "deliver",
    "confirmation": "confirm",
    "confirm": "confirm",
    "thanks": "thanks",
    "call": "call",
    "result": "result",
}


@dataclass(frozen=True, slots=True)
class Ring:
    """A step of the chain ready to draw: its icon, days since the step before, words of state."""

    step: ChainStep
    icon: str
    gap: int | None
    said: str


def _said(progress: str) -> str:
    return {
        "done": _("已完成"),
        "now": _("进行中"),
        "part": _("部分完成"),
        "next": _("未开始"),
        "ended": _("已终止"),
    }.get(progress, "")


@register.filter
def rings(steps: Sequence[ChainStep]) -> list[Ring]:
    """Chain steps with icon, gap in days (between two dated steps that are reached) and state."""
    drawn: list[Ring] = []
    before: datetime | None = None
    for step in steps:
        reached = step.progress in ("done", "ended")
        gap = (_day(step.at) - _day(before)).days if step.at and before and reached else None
        name = CHAIN_ICONS.get(step.code, "milestone")
        drawn.append(Ring(step, name, gap, _said(step.progress)))
        before = step.at if reached else None
    return drawn


def _position(steps: Sequence[ChainStep]) -> int:
    """The number of the step that the chain stands at: the one under way, else the last reached."""
    now = (i for i, s in enumerate(steps, 1) if s.progress in ("now", "ended"))
    reached = (i for i, s in enumerate(steps, 1) if s.progress in ("done", "part"))
    return next(now, max(reached, default=1))


@register.filter
def standing(steps: Sequence[ChainStep]) -> str:
    """`第 3 步，共 9 步：申报`: where the chain stands, in words for its short form."""
    if not steps:
        return ""
    at = _position(steps)
    values = {"n": at, "all": len(steps), "name": steps[at - 1].label}
    return _("第 %(n)d 步，共 %(all)d 步：%(name)s") % values


@register.filter
def standing_short(steps: Sequence[ChainStep]) -> str:
    """`第 3 步·申报`, beside the dots."""
    if not steps:
        return ""
    at = _position(steps)
    return _("第 %(n)d 步·%(name)s") % {"n": at, "name": steps[at - 1].label}
