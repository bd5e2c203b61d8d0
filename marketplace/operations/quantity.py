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


def _settle(
    entry: AnyEntry, changes: dict[str, Decimal], by: Actor, at: datetime, act: str
) -> AnyEntry:
    """Write the allocated amount, and move the state to what it means."""
    allocated = changes["allocated"]
    if entry.quantity is not None and allocated >= entry.quantity:
        target, action = EntryState.MET, "meet"
    elif allocated > 0:
        target, action = EntryState.PARTLY_MET, "meet_part"
    else:
        target, action = EntryState.OPEN, "unmeet"
    if entry.state == target or not entry.MACHINE.allows(entry.state, action):
        # Closed entries keep their state; the amount given back is still written.
        event = f"{entry.KIND}.changed"
        return revise(entry, changes, act=act, by=by, at=at, event=event)
    return advance(entry, action, by=by, at=at, changes=changes)


@transaction.atomic
def hold(entry: AnyEntry, amount: Decimal, *, by: Actor, at: datetime) -> AnyEntry:
    """Keep `amount` (in the entry's unit and period) for a link until the other side answers.

    Raises Conflict when less remains or the entry is no longer open; the check constraint
    holds where two writers race past every check in code.
    """
    locked = lock(entry)
    if locked.state not in SEEKING:
        raise Conflict(_("“%(t)s”现在不再等待对接。") % {"t": locked.title})
    remaining = locked.remaining
    if remaining is not None and amount > remaining:
        left = f"{remaining.normalize():f}"
        raise Conflict(_("“%(t)s”只剩 %(n)s 了。") % {"t": locked.title, "n": left})
    event = f"{locked.KIND}.changed"
    return revise(locked, {"held": locked.held + amount}, act="hold", by=by, at=at, event=event)


@transaction.atomic
def release_hold(entry: AnyEntry, amount: Decimal, *, by: Actor, at: datetime) -> AnyEntry:
    """Let go of what was kept for a link that did not come about."""
    locked = lock(entry)
    event = f"{locked.KIND}.changed"
    held = max(Decimal(0), locked.held - amount)
    return revise(locked, {"held": held}, act="release_hold", by=by, at=at, event=event)


@transaction.atomic
def allocate(entry: AnyEntry, amount: Decimal, *, by: Actor, at: datetime) -> AnyEntry:
    """Turn what was held for a link into what the link has; moves the state to what it means."""
    locked = lock(entry)
    if locked.held < amount:
        raise Conflict(_("“%(t)s”占用的数量已经放开，请重新推荐。") % {"t": locked.title})
    changes = {"allocated": locked.allocated + amount, "held": locked.held - amount}
    return _settle(locked, changes, by, at, "allocate")


@transaction.atomic
def release(entry: AnyEntry, amount: Decimal, *, by: Actor, at: datetime) -> AnyEntry:
    """Give back what a link had; an entry closed meanwhile stays closed."""
    locked = lock(entry)
    left = max(Decimal(0), locked.allocated - amount)
    return _settle(locked, {"allocated": left}, by, at, "release")
