"""Ways in which a match ends early: withdrawn, lapsed, cancelled."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid
from core.permissions import SYSTEM, Actor
from core.states import advance, lock
from marketplace import operations as market
from marketplace.models import Need, ResourceOffer
from marketplace.states import SEEKING
from matching import permissions
from matching.models import Match
from matching.operations.answer import fresh_entries, let_go
from matching.queries.due import given_back
from matching.states import ASKING, RUNNING


@transaction.atomic
def withdraw(match: Match, *, by: Actor, at: datetime, note: str = "") -> Match:
    """Take a proposal back before both have answered; what was held is free again."""
    locked = lock(match)
    permissions.can_withdraw(by, locked).require()
    let_go(locked, by, at)
    changes = {"ended_at": at, "end_note": note.strip()[:300]}
    return advance(locked, "withdraw", by=by, at=at, changes=changes, reason=note)


def lapse_due(at: datetime, limit: int = 500) -> int:
    """Let proposals lapse whose deadline has passed, each in its own transaction."""
    due = Match.objects.filter(state__in=ASKING, answer_by__lt=at).order_by("id")
    lapsed = 0
    for match in due.select_related("need", "resource")[:limit]:
        try:
            _lapse(match, at)
            lapsed += 1
        except Conflict:  # answered meanwhile
            continue
    return lapsed


@transaction.atomic
def _lapse(match: Match, at: datetime) -> None:
    locked = lock(match)
    let_go(locked, SYSTEM, at)
    advance(locked, "lapse", by=SYSTEM, at=at, changes={"ended_at": at})


@transaction.atomic
def withdraw_pointless(entry: Need | ResourceOffer, *, at: datetime) -> int:
    """Withdraw what is still asked about an entry that no longer seeks; returns how many.

    Accepted matches stay: their amount is held, so they can still become links.
    """
    if entry.state in SEEKING:
        return 0
    asked = Match.objects.filter(**{entry.KIND: entry}, state="PROPOSED").order_by("id")
    for match in asked:
        changes = {"ended_at": at, "end_note": _("“%(t)s”已不再等待对接") % {"t": entry.title}}
        advance(match, "withdraw", by=SYSTEM, at=at, changes=changes)
    return len(asked)


@transaction.atomic
def cancel(match: Match, *, reason: str, by: Actor, at: datetime) -> Match:
    """End a link before it is carried out; what was not delivered is free again.

    Raises Invalid without a reason; both sides read it.
    """
    locked = lock(match)
    permissions.can_carry(by, locked).require()
    if locked.state not in RUNNING:
        raise Conflict(_("只有进行中的对接可以取消。"))
    if not reason.strip():
        raise Invalid({"reason": _("请写明为什么取消，对方会看到。")})
    give_back(locked, confirmed=False, by=by, at=at)
    changes = {"ended_at": at, "end_note": reason.strip()[:300]}
    return advance(locked, "cancel", by=by, at=at, changes=changes, reason=reason)


def give_back(match: Match, *, confirmed: bool, by: Actor, at: datetime) -> None:
    """Free on both entries what a link that ends now has not handed over. Under its lock."""
    today = timezone.localdate(at)
    need, resource = fresh_entries(match)
    if amount := given_back(match, need, today, confirmed=confirmed):
        market.release(need, amount, by=by, at=at)
    if amount := given_back(match, resource, today, confirmed=confirmed):
        market.release(resource, amount, by=by, at=at)
