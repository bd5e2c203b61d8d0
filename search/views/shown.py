"""What the market page shows of an answer, as plain values for its parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core import ports
from core.permissions import Actor
from core.ports import LineNote
from core.templatetags import show
from marketplace.queries import localized_words
from marketplace.states import EntryState
from marketplace.templatetags.market import period_word
from search.gateways.shapes import CLOSING, NEWEST, RELEVANCE, Hit, Marked, SearchPage, Widening
from search.views.state import State
from search.views.words import OWN_WISH, Words, chosen, kind_names, side_name, state_names

MOST_COLUMNS = 8
_TAILS = ("街道", "地区", "镇", "乡")


# -- entries ------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Line:
    """One hit as the list shows it: see the part `c-entry`. Nothing presses what is `settled`."""

    kind: str
    title: Marked
    text: Marked
    url: str
    org: str
    verified: bool
    meta: tuple[str, ...]
    closes_at: datetime | None
    settled: bool = False
    value: Decimal | None = None
    max: Decimal | None = None
    soft: Decimal | None = None
    label: str = ""
    words: str = ""
    chip: str = ""
    chip_kind: str = "ok"
    more: str = ""
    more_url: str = ""


def lines(page: SearchPage, actor: Actor) -> list[Line]:
    kinds = kind_names("resource")
    words = localized_words() if (get_language() or "").startswith("en") else {}
    notes = ports.line_notes([hit.key for hit in page.hits], actor) if page.hits else {}
    return [_noted(_line(_worded(hit, words), kinds), notes.get(hit.key)) for hit in page.hits]


def _noted(line: Line, note: LineNote | None) -> Line:
    return replace(line, more=note.text, more_url=note.url) if note else line


def _worded(hit: Hit, words: Mapping[str, str]) -> Hit:
    """The index keeps names of units and categories in Chinese."""
    if not words:
        return hit
    shown = {name: words.get(value, value) for name, value in hit.shown.items()}
    return replace(hit, shown=shown)


def _line(hit: Hit, kinds: Mapping[str, str]) -> Line:
    shown = hit.shown
    wish = _("微心愿") if "yes" in hit.facets.get(OWN_WISH.removeprefix("f."), ()) else ""
    what = kinds.get(shown.get("kind", ""), "") if hit.kind == "resource" else ""
    meta = (wish, shown.get("category", ""), what, hit.place, _held_words(hit))
    return Line(
        kind=hit.kind,
        title=hit.marked_title,
        text=hit.snippet,
        url=hit.url,
        org=hit.organization,
        verified=hit.verified,
        meta=tuple(word for word in meta if word),
        closes_at=hit.closes_at,
        settled=hit.state == EntryState.MET,
        **_quantity(hit),
        **_chip(hit),
    )


def _held_words(hit: Hit) -> str:
    """What the light part of a need's meter means: asked for, but not met yet."""
    held = number(hit.shown.get("held", "")) if hit.kind == "need" else None
    if not held:
        return ""
    return _("%(n)s待对方确认") % {"n": show.quantity(held, per_unit(hit.shown))}


def number(text: str) -> Decimal | None:
    """A number as the index keeps it in words; None for none."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _quantity(hit: Hit) -> dict[str, Any]:
    """The meter: what of a need is met, what is left of a resource."""
    whole = number(hit.shown.get("quantity", ""))
    if not whole or whole <= 0:
        return {}
    met = number(hit.shown.get("allocated", "")) or Decimal(0)
    held = number(hit.shown.get("held", "")) or Decimal(0)
    unit = per_unit(hit.shown)
    all_of_it = show.quantity(whole, unit)
    if hit.kind == "need":
        words = f"{show.count(met)} / {all_of_it}"
        return {
            "value": met,
            "max": whole,
            "soft": held or None,
            "label": _("已对接"),
            "words": words,
        }
    left = max(whole - met - held, Decimal(0))
    words = _("余 %(left)s / %(whole)s") % {"left": show.count(left), "whole": all_of_it}
    return {"value": left, "max": whole, "label": _("可供"), "words": words}


def per_unit(shown: Mapping[str, str]) -> str:
    """`份/天`: the unit, with the period when it is not once."""
    unit, period = shown.get("unit", ""), period_word(shown.get("period", ""))
    return f"{unit}/{period}" if unit and period else unit


def _chip(hit: Hit) -> dict[str, Any]:
    """The state, where the meter does not say it already."""
    if hit.state == EntryState.MET:
        return {"chip": state_names()[EntryState.MET], "chip_kind": "ok"}
    if hit.state == EntryState.PARTLY_MET and not hit.shown.get("quantity"):
        return {"chip": state_names()[EntryState.PARTLY_MET], "chip_kind": "plain"}
    return {}


# -- around the list ----------------------------------------------------------------------
def tabs(page: SearchPage, state: State) -> list[tuple[str, str, bool, int]]:
    """全部, 需求, 资源, each with its live count."""
    counts = page.facets.get("kind", {})
    now = state.values("kind")
    found = [(_("全部"), state.put("kind").url(), not now, sum(counts.values()))]
    found += [
        (side_name(kind), state.put("kind", kind).url(), now == (kind,), counts.get(kind, 0))
        for kind in ("need", "resource")
    ]
    return found


def sorts(state: State) -> list[tuple[str, str, bool]]:
    """Orders to choose from; without words there is nothing to be relevant to."""
    now = next(iter(state.values("sort")), RELEVANCE)
    if not state.values("q"):
        return [("", _("最新发布"), now != CLOSING), (CLOSING, _("快到期"), now == CLOSING)]
    names = {RELEVANCE: _("最相关"), NEWEST: _("最新发布"), CLOSING: _("快到期")}
    return [
        ("" if value == RELEVANCE else value, name, value == now) for value, name in names.items()
    ]


def total_words(page: SearchPage) -> str:
    total = show.count(page.total)
    if page.more:
        return _("%(total)s 条以上") % {"total": total}
    return ngettext("%(total)s 条", "%(total)s 条", page.total) % {"total": total}


def shown_words(page: SearchPage, start: int) -> str:
    """`第 21–40 条，共 519 条`."""
    facts = {
        "first": show.count(start + 1),
        "last": show.count(start + len(page.hits)),
        "total": total_words(page),
    }
    return _("第 %(first)s–%(last)s 条，共 %(total)s") % facts


def others_searched(page: SearchPage) -> tuple[str, int]:
    """Other words that were looked for too, and how many more there are than are named."""
    words = list(dict.fromkeys(word for one in page.also_searched for word in one.others))
    return "、".join(words[:8]), max(0, len(words) - 8)


# -- the grid of streets ------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Grid:
    """Streets as tiles: (x, y, label, count, address, chosen), and how they are drawn."""

    tiles: list[tuple[int, int, str, int, str, bool]] = field(default_factory=list)
    columns: int = 0
    steps: tuple[int, int, int] = (1, 2, 3)
    about: str = ""


def grid(page: SearchPage, state: State, words: Words) -> Grid:
    """The streets that have a place on the grid; empty where none has anything, or the grid is
    too wide to read."""
    spots = [place for place in words.places.values() if place.row and place.column]
    if not spots:
        return Grid()
    left, top = min(p.column for p in spots), min(p.row for p in spots)
    columns = max(p.column for p in spots) - left + 1
    rows = max(p.row for p in spots) - top + 1
    if max(columns, rows) > MOST_COLUMNS:
        return Grid()
    counts = page.facets.get("region", {})
    picked = state.values("region")
    tiles = [
        (
            place.column - left + 1,
            place.row - top + 1,
            short_name(place.name),
            counts.get(place.path, 0),
            (
                state.put("region") if picked == (place.path,) else state.put("region", place.path)
            ).url(),
            place.path in picked,
        )
        for place in sorted(spots, key=lambda p: (p.row, p.column))
    ]
    most = max(tiles, key=lambda tile: tile[3])
    if not most[3]:
        return Grid()
    about = _("各街道的条数，%(name)s最多，%(n)s 条") % {"name": most[2], "n": most[3]}
    return Grid(tiles, max(columns, 3), _steps(most[3]), about)


def short_name(name: str) -> str:
    """A street without its 街道 or 镇, where two characters are left."""
    for tail in _TAILS:
        if name.endswith(tail) and len(name) - len(tail) >= 2:
            return name.removesuffix(tail)
    return name


def _steps(most: int) -> tuple[int, int, int]:
    """Lower bounds of the upper three colors, from what is there: quarters of the fullest street,
    rounded down to numbers that read well, so that the darkest color is always reached."""
    round_to = 1 if most < 20 else 5 if most < 200 else 50 if most < 2000 else 500
    first, second, third = (max(1, most * n // 4 // round_to * round_to) for n in (1, 2, 3))
    second = max(second, first + 1)
    return first, second, max(third, second + 1)


# -- nothing found ------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class WayOut:
    """What leaving something out would show: the words of the link, how many, the address."""

    label: str
    total: str
    url: str


def ways_out(page: SearchPage, state: State, words: Words) -> list[WayOut]:
    return [_way_out(one, state, words) for one in page.widen]


def _way_out(one: Widening, state: State, words: Words) -> WayOut:
    total = show.count(one.total)
    if not one.name:
        q = next(iter(state.values("q")), "")
        label = _("去掉“%(words)s”") % {"words": q if len(q) <= 20 else q[:19] + "…"}
        return WayOut(label, total, state.put("q").url())
    name = {"organization": "org"}.get(one.name, one.name)
    if name == "kind":
        return WayOut(_("需求和资源都看"), total, state.put("kind").url())
    values = [label for known, _value, label in chosen(state, words) if known == name]
    label = _("去掉“%(words)s”") % {"words": "、".join(values[:3]) or name}
    return WayOut(label, total, state.put(name).url())
