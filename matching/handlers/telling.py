"""Messages of matching: both sides learn what they must answer and what became of it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.outbox import Event, Finish, handles
from core.permissions import Actor
from inbox import operations as inbox
from inbox.models import MessageKind
from inbox.wording import Words, register_wording
from marketplace.templatetags.market import amount_in, total_in
from matching import decline_reasons
from matching.models import Answer, Delivery, Match, Side
from matching.queries import excesses, match_queryset


def _match(event: Event) -> Match | None:
    if event.subject.kind == "match":
        return match_queryset().filter(pk=event.subject.id).first()
    return match_queryset().filter(pk=event.facts.get("match_id", 0)).first()


def _by(event: Event) -> Actor:
    """Who acted, as far as the event knows: they are not told of their own act."""
    return Actor(
        user_id=int(event.actor.get("user_id", 0)),
        organization_id=int(event.actor.get("organization_id", 0)),
        channel=str(event.actor.get("channel", "system")),
    )


def _figures(match: Match, side: Side) -> dict[str, Any]:
    own, other = (match.need, match.resource) if side == Side.NEED else (match.resource, match.need)
    return {
        "own": own.title,
        "other": other.title,
        "who": other.organization.label,
        "side": side,
        "number": match.number,
    }


def _tell(
    match: Match,
    side: Side,
    code: str,
    event: Event,
    *,
    deadline_at: datetime | None = None,
    **more: Any,
) -> None:
    inbox.tell(
        to=inbox.organization(match.organization_id_of(side)),
        code=code,
        figures=_figures(match, side) | more,
        by=_by(event),
        at=event.at,
        subject=event.subject,
        url=reverse("matching:match-detail", args=[match.number]),
        deadline_at=deadline_at,
        key=f"{event.uid}:{code}:{side}",
    )


@handles("match.proposed", priority=30)
def tell_both_of_proposal(event: Event) -> Finish | None:
    match = _match(event)
    if match is None:
        return None

    def write() -> None:
        for side in Side:
            if match.answer_of(side) == Answer.WAITING:
                _tell(match, side, "match.proposed", event, deadline_at=match.answer_by)

    return write


@handles("match.accepted", priority=30)
def tell_other_of_other_amount(event: Event) -> Finish | None:
    """Whoever has still to answer learns that the other side said another amount."""
    match = _match(event)
    if match is None or "before" not in event.facts:
        return None

    def write() -> None:
        for side in Side:
            if match.answer_of(side) == Answer.WAITING:
                more = _amounts(match, event)
                _tell(match, side, "match.accepted", event, deadline_at=match.answer_by, **more)

    return write


@handles("match.linked", priority=30)
def tell_both_of_link(event: Event) -> Finish | None:
    match = _match(event)
    if match is None:
        return None

    def write() -> None:
        for side in Side:
            _tell(match, side, "match.linked", event, **_amounts(match, event))

    return write


def _amounts(match: Match, event: Event) -> dict[str, Any]:
    """The amount that counts, and the one that stood there where it was another."""
    before = event.facts.get("before")
    return {
        "amount": amount_in(match.quantity, match.need),
        "before": amount_in(Decimal(before), match.need) if before else "",
    }


@handles("match.declined", priority=30)
def tell_other_of_no(event: Event) -> Finish | None:
    """The side that did not say no learns why."""
    match = _match(event)
    if match is None:
        return None
    reason = match.decline_code

    def write() -> None:
        for side in Side:
            if side != match.decline_side:
                _tell(match, side, "match.declined", event, reason=reason, note=match.decline_note)

    return write


@handles("match.withdrawn", "match.lapsed", "match.cancelled", priority=40)
def tell_both_of_end(event: Event) -> Finish | None:
    return _to_both(event, event.name)


@handles("delivery.recorded", priority=40)
def tell_need_of_delivery(event: Event) -> Finish | None:
    match = _match(event)
    delivery = Delivery.objects.filter(pk=event.subject.id).first()
    if match is None or delivery is None or delivery.recorded_side == Side.NEED:
        return None
    over = excesses(match, list(match.deliveries.all())).get(delivery.pk)
    more: dict[str, Any] = {"day": f"{delivery.day:%m-%d}", "over": total_in(over, match.need)}
    return lambda: _tell(match, Side.NEED, "delivery.recorded", event, **more)


@handles("delivery.questioned", priority=40)
def tell_resource_of_question(event: Event) -> Finish | None:
    match = _match(event)
    delivery = Delivery.objects.filter(pk=event.subject.id).first()
    if match is None or delivery is None:
        return None
    note = delivery.answer_note
    return lambda: _tell(match, Side.RESOURCE, "delivery.questioned", event, note=note)


@handles("match.confirmed", priority=40)
def tell_resource_of_confirmation(event: Event) -> Finish | None:
    match = _match(event)
    if match is None:
        return None
    return lambda: _tell(match, Side.RESOURCE, "match.confirmed", event)


@handles("match.thanked", priority=40)
def tell_other_of_thanks(event: Event) -> Finish | None:
    match = _match(event)
    if match is None:
        return None
    other = Side.RESOURCE if event.facts.get("side") == Side.NEED else Side.NEED
    return lambda: _tell(match, other, "match.thanked", event)


@handles("match.message", priority=40)
def tell_other_of_message(event: Event) -> Finish | None:
    """Whoever did not write it; the text stays on the link's page."""
    match = _match(event)
    if match is None:
        return None
    author = int(event.actor.get("organization_id", 0))

    def write() -> None:
        for side in Side:
            if match.organization_id_of(side) != author:
                _tell(match, side, "match.message", event)

    return write


def _to_both(event: Event, code: str) -> Finish | None:
    match = _match(event)
    if match is None:
        return None

    def write() -> None:
        for side in Side:
            _tell(match, side, code, event, note=match.end_note)

    return write


# -- words ------------------------------------------------------------------------------------
Figures = Mapping[str, Any]


def _proposed(f: Figures) -> Words:
    return Words(
        _("请回复一个对接：%(other)s") % f,
        _("%(who)s的“%(other)s”可能适合你们的“%(own)s”。请在期限内回复同意或谢绝。") % f,
    )


def _accepted(f: Figures) -> Words:
    return Words(
        _("对方改了数量：%(other)s") % f,
        _("%(who)s同意 %(amount)s（推荐时是 %(before)s）。请在期限内回复。") % f,
    )


def _linked(f: Figures) -> Words:
    text = _("你们和%(who)s都同意了。现在可以看到对方的联系方式，商量怎么交付。") % f
    if f.get("before"):
        text = _("按较少的 %(amount)s 对接（原来是 %(before)s）。") % f + text
    return Words(_("对接成功：%(other)s") % f, text)


def _declined(f: Figures) -> Words:
    reason = decline_reasons.label_of(str(f["reason"]))
    note = f"{reason}。{f['note']}" if f.get("note") else reason
    return Words(_("没有成：%(other)s") % f, _("原因：%(note)s") % {"note": note})


def _withdrawn(f: Figures) -> Words:
    return Words(_("推荐已撤回：%(other)s") % f, str(f.get("note", "")))


def _lapsed(f: Figures) -> Words:
    return Words(_("到期没有回复，推荐失效：%(other)s") % f)


def _cancelled(f: Figures) -> Words:
    return Words(_("对接已取消：%(other)s") % f, str(f.get("note", "")))


def _delivered(f: Figures) -> Words:
    return Words(
        _("请确认收到：%(own)s") % f,
        _("%(who)s登记了 %(day)s 的交付，比约定的多 %(over)s，请看看对不对。") % f
        if f.get("over")
        else _("%(who)s登记了 %(day)s 的交付，请看看对不对。") % f,
    )


def _questioned(f: Figures) -> Words:
    return Words(_("交付有出入：%(other)s") % f, str(f.get("note", "")))


def _confirmed(f: Figures) -> Words:
    return Words(_("%(who)s确认全部收到") % f, _("“%(other)s”交付完成，谢谢你们。") % f)


def _thanked(f: Figures) -> Words:
    return Words(_("%(who)s写了评价") % f, _("看看他们怎么说。"))


def _message(f: Figures) -> Words:
    return Words(_("%(who)s给你们留言") % f, _("关于“%(other)s”。") % f)


WORDINGS: dict[str, tuple[MessageKind, Callable[[Figures], Words]]] = {
    "match.proposed": (MessageKind.DECISION, _proposed),
    "match.accepted": (MessageKind.DECISION, _accepted),
    "match.linked": (MessageKind.PROGRESS, _linked),
    "match.declined": (MessageKind.PROGRESS, _declined),
    "match.withdrawn": (MessageKind.PROGRESS, _withdrawn),
    "match.lapsed": (MessageKind.PROGRESS, _lapsed),
    "match.cancelled": (MessageKind.PROGRESS, _cancelled),
    "delivery.recorded": (MessageKind.DECISION, _delivered),
    "delivery.questioned": (MessageKind.DECISION, _questioned),
    "match.confirmed": (MessageKind.PROGRESS, _confirmed),
    "match.thanked": (MessageKind.PROGRESS, _thanked),
    "match.message": (MessageKind.PROGRESS, _message),
}


def register_words() -> None:
    for code, (kind, word) in WORDINGS.items():
        register_wording(code, kind, word)
