"""The chain from a link on: 对接 → 交付 → 确认 → 结果, for needs, offers and matches."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from core.permissions import Actor
from core.ports import ChainStep, Subject
from marketplace.templatetags.market import amount_in
from matching import permissions
from matching.models import Match
from matching.queries.matches import CLOSE, match_queryset
from matching.states import ASKING, FAILED, FULFILLED, RUNNING, MatchState

_ORDER = (
    *(MatchState.CLOSED, MatchState.CONFIRMED, MatchState.DELIVERING, MatchState.LINKED),
    *(MatchState.ACCEPTED, MatchState.PROPOSED),
)

# Where a match holds the number of each kind of subject.
_NUMBERS: dict[str, tuple[str, Callable[[Match], str]]] = {
    "match": ("number", lambda match: match.number),
    "need": ("need__number", lambda match: match.need.number),
    "resource": ("resource__number", lambda match: match.resource.number),
}


def chain_part(subjects: Sequence[Subject], actor: Actor) -> list[list[ChainStep]]:
    """The steps after the need; of several matches the one furthest on is told, with the number
    of all. A reader who may not read a match sees the step without who and link."""
    found = _matches(subjects)
    return [_after(one, found[one.kind, one.number], actor) for one in subjects]


def _after(subject: Subject, matches: Sequence[Match], actor: Actor) -> list[ChainStep]:
    if subject.kind not in _NUMBERS:
        return []
    if subject.kind == "match" and matches:
        return [_need_step(matches[0], actor), *_from_link(subject, matches, actor)]
    return _from_link(subject, matches, actor)


def _need_step(match: Match, actor: Actor) -> ChainStep:
    """Where a link comes from: its need, with a link to it for whoever may read it."""
    need = match.need
    readable = bool(permissions.can_read(actor, match))
    return ChainStep(
        "need",
        _("需求"),
        "done",
        amount_in(need.quantity, need) if readable else "",
        who=need.organization.label,
        at=need.posted_at,
        url=reverse("marketplace:need-detail", args=[need.number]) if readable else "",
    )


def _from_link(subject: Subject, matches: Sequence[Match], actor: Actor) -> list[ChainStep]:
    told = [m for m in matches if m.state not in FAILED and m.state != MatchState.SUGGESTED]
    told.sort(key=lambda m: _ORDER.index(MatchState(m.state)))
    if not told:
        return _nothing_yet(subject, matches)
    return _steps(told[0], len(told), actor)


def _matches(subjects: Sequence[Subject]) -> dict[tuple[str, str], list[Match]]:
    """The matches of each subject, one look a kind."""
    found: defaultdict[tuple[str, str], list[Match]] = defaultdict(list)
    for kind, (path, number_of) in _NUMBERS.items():
        numbers = [one.number for one in subjects if one.kind == kind]
        if numbers:
            for match in match_queryset().filter(**{f"{path}__in": numbers}):
                found[kind, number_of(match)].append(match)
    return found


def _nothing_yet(subject: Subject, matches: Sequence[Match]) -> list[ChainStep]:
    waiting = sum(one.state == MatchState.SUGGESTED and one.fit in CLOSE for one in matches)
    fact = _("%(n)s 个候选") % {"n": waiting} if waiting else ""
    ended = subject.kind == "match"
    return [
        ChainStep("match", _("对接"), "ended" if ended else "next", fact),
        ChainStep("delivery", _("交付"), "next"),
        ChainStep("confirmation", _("确认"), "next"),
        ChainStep("result", _("结果"), "next"),
    ]


def _linked_fact(match: Match) -> str:
    """`双方同意 12 份/天`: what the link has, which may be less than the entry asks for."""
    amount = amount_in(match.quantity, match.need)
    return _("双方同意 %(n)s") % {"n": amount} if amount else _("双方同意")


def _steps(match: Match, count: int, actor: Actor) -> list[ChainStep]:
    readable = bool(permissions.can_read(actor, match)) or permissions.is_public(match)
    url = reverse("matching:match-detail", args=[match.number]) if readable else ""
    who = match.resource.organization.label if readable else ""
    asking, running = match.state in ASKING, match.state in RUNNING
    fulfilled, closed = match.state in FULFILLED, match.state == MatchState.CLOSED
    confirmed_by = match.need.organization.label
    started = match.state == MatchState.DELIVERING
    return [
        ChainStep(
            "match",
            _("对接"),
            "now" if asking else "done",
            _linked_fact(match) if not asking else _("等回复"),
            who,
            match.proposed_at if asking else match.linked_at,
            url,
            count,
        ),
        ChainStep(
            "delivery",
            _("交付"),
            "done" if fulfilled else "now" if running else "next",
            _("正在交付") if started else "",
            who if running else "",
            match.started_at,
            f"{url}#deliveries" if url and not asking else "",
        ),
        ChainStep(
            "confirmation",
            _("确认"),
            "done" if fulfilled else "next",
            _("收到") if fulfilled else "",
            confirmed_by if fulfilled else "",
            match.confirmed_at,
        ),
        ChainStep(
            "result",
            _("结果"),
            "done" if closed else "now" if fulfilled else "next",
            _("已办结") if closed else _("等评价") if fulfilled else "",
            "",
            match.ended_at if closed else None,
        ),
    ]
