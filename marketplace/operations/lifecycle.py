"""The end of an entry and its return: withdrawn, expired, reopened, taken over."""

from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict
from core.permissions import SYSTEM, Actor
from core.ports import Subject
from core.states import advance, revise
from marketplace import permissions
from marketplace.models import Need, ResourceOffer
from marketplace.options import EXPIRE_AFTER_DAYS
from marketplace.states import SEEKING

AnyEntry = TypeVar("AnyEntry", bound=Need | ResourceOffer)


@transaction.atomic
def withdraw(entry: AnyEntry, *, by: Actor, at: datetime, reason: str = "") -> AnyEntry:
    """Take an entry off the market; links already made go on. Announces `need.closed`."""
    permissions.can_edit(by, entry).require()
    return advance(
        entry,
        "withdraw",
        by=by,
        at=at,
        changes={"closed_at": at, "state_reason": reason[:300]},
        reason=reason,
    )


@transaction.atomic
def reopen(entry: AnyEntry, *, by: Actor, at: datetime) -> AnyEntry:
    """One click: open again, with a fresh deadline where the old one has passed.

    An entry that was never published goes through intake instead: Conflict.
    """
    permissions.can_edit(by, entry).require()
    if entry.posted_at is None:
        raise Conflict(_("这一条还没有发布过，请用“再发一条”。"))
    today = timezone.localdate(at)
    closes = entry.closes_on
    if closes is None or closes < today:
        closes = today + timedelta(days=EXPIRE_AFTER_DAYS.get())
    changes = {"closes_on": closes, "closed_at": None, "state_reason": "", "reminded_days": 0}
    opened = advance(entry, "reopen", by=by, at=at, changes=changes)
    if opened.quantity is not None and opened.allocated >= opened.quantity:
        return advance(opened, "meet", by=by, at=at)
    return advance(opened, "meet_part", by=by, at=at) if opened.allocated else opened


def expire_due(model: type[Need] | type[ResourceOffer], at: datetime, limit: int = 500) -> int:
    """Close entries whose deadline has passed, each in its own transaction; returns how many."""
    today = timezone.localdate(at)
    due = model._default_manager.filter(state__in=SEEKING, closes_on__lt=today).order_by("id")
    closed = 0
    for entry in due[:limit]:
        try:
            advance(entry, "expire", by=SYSTEM, at=at, changes={"closed_at": at})
            closed += 1
        except Conflict:  # moved meanwhile: nothing to close
            continue
    return closed


@transaction.atomic
def take_over(entry: AnyEntry, *, by: Actor, at: datetime) -> AnyEntry:
    """The owner takes an entry over that the coordinator had registered on the phone.

    Announces `need.taken_over` with the user id of whoever registered it (`registrar`).
    """
    permissions.can_edit(by, entry).require()
    if not entry.caller:
        raise Conflict(_("这一条本来就由你们自己管理。"))
    return revise(
        entry,
        {"caller": "", "posted_by_id": by.user_id},
        act="take_over",
        by=by,
        at=at,
        event=f"{entry.KIND}.taken_over",
        facts={"registrar": entry.posted_by_id or 0},
    )


def look_at_contact(
    entry: Need | ResourceOffer, *, by: Actor, at: datetime, link: Subject
) -> dict[str, str]:
    """Contact data for the other side of a link; every look is an audit row.

    Whether the link entitles `by` to it is `matching`'s decision, made before.
    """
    audit.record(
        audit.subject_of(entry),
        f"{entry.KIND}.look_at_contact",
        by=by,
        at=at,
        after={"link": link.number},
    )
    return {
        "contact_name": entry.contact_name,
        "contact_phone": entry.contact_phone,
        "address": entry.address,
    }
