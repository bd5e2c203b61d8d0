"""The two answers: yes and the amount is held, twice yes and it is allocated; or no, and why."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid
from core.permissions import Actor
from core.states import advance, lock
from marketplace import operations as market
from marketplace.models import Need, ResourceOffer
from marketplace.operations.content import current_version_no
from matching import decline_reasons, permissions
from matching.models import Answer, Match, Proposer, Side
from matching.operations.amounts import Amounts, agreed, check_pieces, lowered
from matching.states import MatchState


def fresh_entries(match: Match) -> tuple[Need, ResourceOffer]:
    """Both entries locked, the need first: the one order in which locks are taken."""
    need, resource = lock(match.need), lock(match.resource)
    match.need, match.resource = need, resource
    return need, resource


def _answer_fields(side: Side, answer: Answer, at: datetime) -> dict[str, Any]:
    name = "need" if side == Side.NEED else "resource"
    return {f"{name}_answer": answer, f"{name}_answered_at": at}


@transaction.atomic
def accept(
    match: Match,
    side: Side,
    *,
    by: Actor,
    at: datetime,
    quantity: Decimal | None = None,
    resource_quantity: Decimal | None = None,
    version: int | None = None,
) -> Match:
    """One side says yes. The first yes fixes the amounts and holds them; the second links.

    Each side may say another amount than was proposed: the first as much as is left of its entry,
    the second less than the first; the smaller counts and both are told. Without `quantity` and
    `resource_quantity` a side takes what stands there. Raises NotAllowed, Conflict, Invalid.
    """
    locked = lock(match, version=version)
    permissions.can_answer(by, locked, side).require()
    if locked.answer_by and at > locked.answer_by:
        raise Conflict(_("回复期限已过，这条推荐已失效。可以请对方或对接专员再推荐一次。"))
    if locked.state == MatchState.PROPOSED:
        return _first_yes(locked, side, quantity, resource_quantity, by, at)
    return _second_yes(locked, side, quantity, resource_quantity, by, at)


def _first_yes(
    match: Match,
    side: Side,
    quantity: Decimal | None,
    resource_quantity: Decimal | None,
    by: Actor,
    at: datetime,
) -> Match:
    need, resource = fresh_entries(match)
    check_pieces(match)
    amounts = agreed(
        need,
        resource,
        match.quantity if quantity is None else quantity,
        match.resource_quantity if resource_quantity is None else resource_quantity,
    )
    _for_both(match, market.hold, amounts, by, at)
    changes = {
        "quantity": amounts.need,
        "resource_quantity": amounts.resource,
        **_answer_fields(side, Answer.YES, at),
    }
    facts = _before(match, amounts)
    return advance(match, "accept", by=by, at=at, changes=changes, facts=facts)


def _before(match: Match, amounts: Amounts) -> dict[str, str]:
    """The need's amount that stood there, where people now say another: both sides are told."""
    if match.quantity is None or match.quantity == amounts.need:
        return {}
    return {"before": str(match.quantity)}


def _second_yes(
    match: Match,
    side: Side,
    quantity: Decimal | None,
    resource_quantity: Decimal | None,
    by: Actor,
    at: datetime,
) -> Match:
    need, resource = fresh_entries(match)
    held = Amounts(match.quantity, match.resource_quantity)
    amounts = lowered(match, quantity, resource_quantity)
    facts = _before(match, amounts)
    _for_both(match, market.release_hold, held.beyond(amounts), by, at)
    _for_both(match, market.allocate, amounts, by, at)
    changes = {
        "quantity": amounts.need,
        "resource_quantity": amounts.resource,
        **_answer_fields(side, Answer.YES, at),
        "linked_at": at,
        "need_version": current_version_no(need),
        "resource_version": current_version_no(resource),
    }
    return advance(match, "link", by=by, at=at, changes=changes, facts=facts)


def _for_both(match: Match, act: Any, amounts: Amounts, by: Actor, at: datetime) -> None:
    if amounts.need:
        act(match.need, amounts.need, by=by, at=at)
    if amounts.resource:
        act(match.resource, amounts.resource, by=by, at=at)


def let_go(match: Match, by: Actor, at: datetime) -> None:
    """Release what an accepted match holds (nothing for a mere proposal)."""
    if match.state != MatchState.ACCEPTED:
        return
    fresh_entries(match)
    _for_both(match, market.release_hold, Amounts(match.quantity, match.resource_quantity), by, at)


@transaction.atomic
def decline(
    match: Match,
    side: Side,
    *,
    code: str,
    by: Actor,
    at: datetime,
    note: str = "",
    version: int | None = None,
) -> Match:
    """One side says no, with a coded reason that the next run of the matcher heeds.

    Raises Invalid for a code that this side cannot give, or a missing text where one is asked.
    """
    locked = lock(match, version=version)
    permissions.can_answer(by, locked, side).require()
    reason = decline_reasons.get(code, side)
    if reason is None:
        raise Invalid({"code": _("请选一个原因。")})
    if reason.needs_text and not note.strip():
        raise Invalid({"note": _("选了“其他”，请写一句原因。")})
    let_go(locked, by, at)
    changes = {
        **_answer_fields(side, Answer.NO, at),
        "decline_side": side,
        "decline_code": code,
        "decline_note": note.strip()[:300],
        "ended_at": at,
    }
    return advance(locked, "decline", by=by, at=at, changes=changes, reason=code)


@transaction.atomic
def dismiss(match: Match, *, code: str, by: Actor, at: datetime, note: str = "") -> Match:
    """The coordinator sees that a candidate does not fit; nobody is told, the matcher learns.

    Takes any coded reason of either side. Raises Invalid, NotAllowed, Conflict.
    """
    permissions.can_dismiss(by, match).require()
    reason = decline_reasons.get(code, Side.NEED) or decline_reasons.get(code, Side.RESOURCE)
    if reason is None:
        raise Invalid({"code": _("请选一个原因。")})
    if reason.needs_text and not note.strip():
        raise Invalid({"note": _("选了“其他”，请写一句原因。")})
    changes = {
        "decline_side": Proposer.COORDINATOR,
        "decline_code": code,
        "decline_note": note.strip()[:300],
        "ended_at": at,
    }
    return advance(match, "dismiss", by=by, at=at, changes=changes, reason=code)
