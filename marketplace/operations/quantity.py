"""Allocation: what a link takes of an entry and gives back. Called by matching, in its lock."""

from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict
from core.permissions import Actor
from core.states import advance, lock, revise
from marketplace.models import Need, ResourceOffer
from marketplace.states import SEEKING, EntryState

AnyEntry = TypeVar("AnyEntry", Need, ResourceOffer)


def _settle(entry: AnyEntry, allocated: Decimal, by: Actor, at: datetime, act: str) -> AnyEntry:
    """Write the allocated amount, and move the state to what it means."""
    if entry.quantity is not None and allocated >= entry.quantity:
        target = EntryState.MET
    elif allocated > 0:
        target = EntryState.PARTLY_MET
    else:
        target = EntryState.OPEN
    moves = {
        EntryState.MET: "meet",
        EntryState.PARTLY_MET: "meet_part",
        EntryState.OPEN: "unmeet",
    }
    changes = {"allocated": allocated}
    if entry.state == target or not entry.MACHINE.allows(entry.state, moves[target]):
        # Closed entries keep their state; the amount given back is still written.
        return revise(entry, changes, act=act, by=by, at=at, event=f"{entry.KIND}.changed")
    return advance(entry, moves[target], by=by, at=at, changes=changes)


@transaction.atomic
def allocate(entry: AnyEntry, amount: Decimal, *, by: Actor, at: datetime) -> AnyEntry:
    """Take `amount` (in the entry's unit and period) for a link.

    Raises Conflict when less remains or the entry is no longer open; the check constraint
    holds where two writers race past every check in code.
    """
    locked = lock(entry)
    if locked.state not in SEEKING:
        raise Conflict(_("“%(t)s”现在不再等待对接。") % {"t": locked.title})
    remaining = locked.remaining
    if remaining is not None and amount > remaining:
        raise Conflict(
            _("“%(t)s”只剩 %(n)s 了。") % {"t": locked.title, "n": f"{remaining.normalize():f}"}
        )
    return _settle(locked, locked.allocated + amount, by, at, "allocate")


@transaction.atomic
def release(entry: AnyEntry, amount: Decimal, *, by: Actor, at: datetime) -> AnyEntry:
    """Give back what a link had taken; an entry closed meanwhile stays closed."""
    locked = lock(entry)
    return _settle(locked, max(Decimal(0), locked.allocated - amount), by, at, "release")
