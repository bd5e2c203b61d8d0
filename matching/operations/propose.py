"""推荐: from a computed candidate, or a pair that somebody chose, to a question to both sides."""

from collections.abc import Iterable
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid
from core.permissions import Actor
from core.states import advance, begin
from core.workdays import Deadline, add_workdays
from marketplace.models import Need, ResourceOffer
from marketplace.states import SEEKING
from matching import permissions
from matching.engine import Pair
from matching.models import Match, Proposer, Side
from matching.operations.amounts import agreed, settled_by_rule, usual
from matching.operations.answer import accept
from matching.operations.suggest import describe
from matching.options import ANSWER_WORKDAYS
from matching.queries.matches import CLOSE, suggestions_for
from matching.states import LIVE


def _proposer(by: Actor, match: Match) -> Proposer:
    if by.is_system:
        return Proposer.AUTO
    sides = permissions.sides_of(by, match)
    if sides:
        return Proposer.NEED if Side.NEED in sides else Proposer.RESOURCE
    return Proposer.COORDINATOR


def _answer_by(match: Match, at: datetime) -> Deadline:
    """So many working days on, but never after the last day of either entry."""
    deadline, today = add_workdays(at, ANSWER_WORKDAYS.get()), timezone.localdate(at)
    entries = (match.need, match.resource)
    ends = [day for entry in entries for day in (entry.ends_on, entry.closes_on) if day]
    last = min((day for day in ends if day >= today), default=None)
    if last is None or last >= timezone.localdate(deadline.at):
        return deadline
    return Deadline(timezone.make_aware(datetime.combine(last, time(23, 59, 59))), False)


@transaction.atomic
def propose(
    match: Match,
    *,
    by: Actor,
    at: datetime,
    quantity: Decimal | None = None,
    resource_quantity: Decimal | None = None,
    note: str = "",
    version: int | None = None,
) -> Match:
    """Ask both sides; a side that proposes has said yes with it.

    Without `quantity` the usual amount is taken. They answer within the base's working days, and
    before either entry ends.
    Raises NotAllowed, Conflict (an entry is closed, the candidate has moved), Invalid.
    """
    permissions.can_propose(by, match).require()
    for entry in (match.need, match.resource):
        if entry.state not in SEEKING:
            raise Conflict(_("“%(t)s”现在不再等待对接。") % {"t": entry.title})
    if quantity is None and resource_quantity is None:
        amounts = usual(match.need, match.resource)
    else:
        amounts = agreed(match.need, match.resource, quantity, resource_quantity)
    deadline = _answer_by(match, at)
    proposer = _proposer(by, match)
    changes: dict[str, Any] = {
        "proposer": proposer,
        "proposed_at": at,
        "proposed_note": note.strip()[:300],
        "answer_by": deadline.at,
        "answer_by_provisional": deadline.provisional,
        "quantity": amounts.need,
        "resource_quantity": amounts.resource,
    }
    proposed = advance(match, "propose", by=by, at=at, changes=changes, version=version)
    if proposer in (Proposer.NEED, Proposer.RESOURCE):
        return accept(proposed, Side(proposer), by=by, at=at)
    return proposed


BEST = 3


def propose_best(need: Need, *, by: Actor, at: datetime) -> list[Match]:
    """Propose the best three candidates of a need: only such of 契合度 高 or 中 whose amount follows
    by rule. Fewer where there are no more, or where one was taken meanwhile."""
    made: list[Match] = []
    for match in best_of(suggestions_for(need)):
        try:
            made.append(propose(match, by=by, at=at))
        except (Conflict, Invalid):  # taken meanwhile: the next one
            continue
        if len(made) == BEST:
            break
    return made


def best_of(candidates: Iterable[Match]) -> list[Match]:
    """Those that may be proposed without another look, in their order."""
    return [
        match
        for match in candidates
        if match.fit in CLOSE and settled_by_rule(match.need, match.resource)
    ]


@transaction.atomic
def propose_pair(
    need: Need,
    resource: ResourceOffer,
    *,
    by: Actor,
    at: datetime,
    quantity: Decimal | None = None,
    resource_quantity: Decimal | None = None,
    note: str = "",
    broken: tuple[str, ...] = (),
    pair: Pair | None = None,
) -> Match:
    """Propose any pair, computed as a candidate or not.

    `broken` names hard constraints that the pair does not meet (by the engine's codes): only a
    coordinator may go past them, with a note that says why; both are kept. `pair` is the
    engine's view of the two, kept as the proposal's reasons.
    """
    live = Match.objects.filter(need=need, resource=resource, state__in=LIVE).first()
    match = live or Match(need=need, resource=resource)
    permissions.can_propose(by, match).require()
    if broken and not permissions.is_coordinator(by, match):
        raise Conflict(_("这两条不符合硬性条件，请联系对接专员。"))
    if broken and not note.strip():
        raise Invalid({"note": _("不符合硬性条件也要推荐的，请写明理由。")})
    if live is None:
        match.override = bool(broken)
        if pair is not None:
            describe(match, pair, at)
        try:
            with transaction.atomic():
                begin(match, by=by, at=at, act="choose", reason=note)
        except IntegrityError as error:
            raise Conflict(_("这两条刚刚已经推荐过了。")) from error
    return propose(
        match,
        by=by,
        at=at,
        quantity=quantity,
        resource_quantity=resource_quantity,
        note=note,
    )
