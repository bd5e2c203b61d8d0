"""Matches as templates show them: plain values, worded for this reader."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.permissions import Actor
from marketplace.models import Availability, Need, Period, ResourceOffer
from marketplace.templatetags.market import amount_in
from marketplace.views.shown import dates_words, place_words
from matching import permissions
from matching.engine import weights
from matching.models import Answer, Match, Side
from matching.queries.reasons import Sentences, worth_telling
from matching.states import ASKING, MatchState

# The engine's grades as the components name them.
FIT = {"high": "high", "medium": "mid", "low": "low", "none": "low"}

CHIPS = {
    MatchState.SUGGESTED: ("plain", "list"),
    MatchState.PROPOSED: ("wait", "clock"),
    MatchState.ACCEPTED: ("wait", "clock"),
    MatchState.LINKED: ("ok", "link"),
    MatchState.DELIVERING: ("ok", "link"),
    MatchState.CONFIRMED: ("ok", "check"),
    MatchState.CLOSED: ("ok", "check"),
    MatchState.DECLINED: ("plain", "close"),
    MatchState.WITHDRAWN: ("plain", "close"),
    MatchState.LAPSED: ("plain", "close"),
    MatchState.CANCELLED: ("bad", "close"),
}


def entry_url(entry: Need | ResourceOffer) -> str:
    return reverse(f"marketplace:{entry.KIND}-detail", args=[entry.number])


def span_of(entry: Need | ResourceOffer) -> str:
    """`12月1日至3月31日`, or what is known of it."""
    if dates := dates_words(entry):
        return dates
    if entry.period != Period.ONCE and entry.availability == Availability.ONCE:
        return ""  # "30 a day" says it already; "once" beside it would be wrong
    return entry.get_availability_display()


def place_of(entry: Need | ResourceOffer) -> str:
    """Street and community (of a wish the street only), or the area an offer serves."""
    if isinstance(entry, ResourceOffer):
        if entry.serves_all:
            return _("全市")
        served = [place.name for place in entry.served.all()]
        if served:
            return _("、").join(served)
    return place_words(entry)


@dataclass(frozen=True, slots=True)
class Reason:
    """One share: its name, the sentence, the points gained and how many there were to gain."""

    name: str
    sentence: str
    points: int
    of: int


def _names() -> dict[str, str]:
    return {
        "need_covered": _("内容"),
        "similar_text": _("文字"),
        "meaning": _("意思"),
        "same_category": _("类别"),
        "distance": _("地点"),
        "times": _("时间"),
        "quantity": _("数量"),
        "freshness": _("更新"),
    }


# What a share can gain at most in practice, for drawing it: a word for word repeat of the need.
_FULL = {"need_covered": 0.6, "similar_text": 0.5, "meaning": 0.4}


def reasons_of(match: Match, sentences: Sentences | None = None) -> list[Reason]:
    """The shares of a score in words, largest first; what is negative or nothing is left out.

    A page of several matches gives its `sentences`, so that staff lists are read once.
    """
    sentences, names = sentences or Sentences(), _names()
    found = []
    for raw in match.reasons:
        points = float(raw["points"])
        if not worth_telling(raw["code"], points, raw["words"]):
            continue
        full = max(_FULL.get(raw["code"], weights.WEIGHTS.get(raw["code"], points)), points)
        sentence = sentences.of(
            raw["code"], points, raw["figures"], raw["words"], period=match.need.period
        )
        found.append(Reason(names[raw["code"]], sentence, round(points * 100), round(full * 100)))
    return sorted(found, key=lambda reason: -reason.points)


def short_reason(match: Match, sentences: Sentences | None = None) -> str:
    """The one sentence that says most."""
    reasons = reasons_of(match, sentences)
    return reasons[0].sentence if reasons else ""


def asking_words(match: Match, actor: Actor) -> str:
    """How a question stands, as one of its sides reads it; "" for whoever stands on none or both."""
    sides = permissions.sides_of(actor, match)
    if match.state not in ASKING or len(sides) != 1:
        return ""
    other = Side.RESOURCE if sides[0] == Side.NEED else Side.NEED
    if match.answer_of(sides[0]) != Answer.WAITING:
        return _("等对方回复")
    if match.answer_of(other) == Answer.YES:
        return _("对方已同意，等你回复")
    return _("等你回复")


def state_words(match: Match, actor: Actor) -> str:
    """The state of a match for one reader."""
    return asking_words(match, actor) or match.get_state_display()


def who_is_next(match: Match, actor: Actor) -> str:
    """Whose turn it is, in words."""
    if own := asking_words(match, actor):
        return own
    if match.state in ASKING:
        waiting = [
            entry.organization.label
            for entry, answer in (
                (match.need, match.need_answer),
                (match.resource, match.resource_answer),
            )
            if answer == Answer.WAITING
        ]
        return _("等%(who)s回复") % {"who": _("和").join(waiting)}
    needer, giver = (
        _("你们") if actor.acts_for(entry.organization_id) else entry.organization.label
        for entry in (match.need, match.resource)
    )
    return {
        MatchState.LINKED: _("等%(who)s交付") % {"who": giver},
        MatchState.DELIVERING: _("交付中，等%(who)s确认") % {"who": needer},
        MatchState.CONFIRMED: _("等%(who)s评价") % {"who": needer},
    }.get(MatchState(match.state), match.get_state_display())


@dataclass(frozen=True, slots=True)
class Row:
    """A match in a list, as one of its sides (or the staff) sees it."""

    match: Match
    url: str
    title: str
    other: str
    amount: str
    chip: str
    chip_kind: str
    chip_icon: str
    due_at: datetime | None
    side: str


def row_of(match: Match, actor: Actor, beside: Need | ResourceOffer | None = None) -> Row:
    """The row names the other entry: of `beside` on an entry's own page, else of the reader's."""
    sides = permissions.sides_of(actor, match)
    as_need = Side.NEED in sides or not sides
    if beside is not None:
        as_need = beside.KIND == Need.KIND
    other = match.resource if as_need else match.need
    kind, icon = CHIPS[MatchState(match.state)]
    return Row(
        match=match,
        url=reverse("matching:match-detail", args=[match.number]),
        title=other.title,
        other=other.organization.label,
        amount=amount_in(match.quantity, match.need),
        chip=state_words(match, actor),
        chip_kind=kind,
        chip_icon=icon,
        due_at=match.answer_by if match.state in ASKING else None,
        side=other.KIND,
    )


def facts_of(entry: Need | ResourceOffer, text: str) -> list[tuple[str, Any]]:
    """Label and value of what both sides need to know of an entry."""
    rows: list[tuple[str, Any]] = [
        (_("内容"), text),
        (_("数量"), amount_in(entry.quantity, entry)),
        (_("时间"), span_of(entry)),
        (_("地点") if isinstance(entry, Need) else _("服务范围"), place_of(entry)),
        (_("条件"), entry.conditions),
    ]
    return [(label, value) for label, value in rows if value]
