"""Editing what is published: at once, or as a pending version where the public sees more."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, outbox
from core.errors import Conflict, Invalid
from core.permissions import Actor
from core.states import lock, revise
from marketplace import permissions, queries
from marketplace.models import EntryVersion, Level, Need, ResourceOffer, VersionStatus
from marketplace.operations.content import (
    CONTACT_FIELDS,
    add_version,
    as_plain,
    columns,
    set_served,
    snapshot,
)
from marketplace.options import TRUST_VERIFIED
from marketplace.states import SEEKING, EntryState
from marketplace.validators import check_entry

EDITABLE = SEEKING | {EntryState.MET}
# What the widest readers see in words.
_PUBLIC_WORDS = ("title", "text_public", "conditions", "indicators")


def _needs_moderation(entry: Need | ResourceOffer, content: Mapping[str, Any], by: Actor) -> bool:
    if permissions.can_moderate(by, entry) or (by.verified and TRUST_VERIFIED.get()):
        return False
    order = list(Level)
    old, new = Level(entry.visibility), Level(content.get("visibility", entry.visibility))
    if order.index(new) < order.index(old):
        return True
    if new == Level.INTERNAL:
        return False
    words = _PUBLIC_WORDS if new == Level.PUBLIC else (*_PUBLIC_WORDS, "text_partners")
    return any(content[w] != getattr(entry, w, "") for w in words if w in content)


def _check_quantity(entry: Need | ResourceOffer, content: Mapping[str, Any]) -> None:
    taken = entry.allocated + entry.held
    if "quantity" not in content or not taken:
        return
    amount: Decimal | None = content["quantity"]
    if amount is not None and amount < taken:
        done = f"{taken.normalize():f}"
        raise Invalid({"quantity": _("已经对接了 %(n)s，数量不能比它少。") % {"n": done}})
    for name in ("unit", "period"):
        if name in content and content[name] != getattr(entry, name):
            raise Invalid({name: _("已经有对接按原来的单位计数，不能再换单位。")})


@transaction.atomic
def edit(
    entry: Need | ResourceOffer,
    content: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> Need | ResourceOffer:
    """Change a published entry's content and contact data.

    `content` is the whole new content, cleaned: an edit that still waits is its starting point
    (`queries.content_of`) and is replaced by it. Contact data applies at once. Wider visibility
    or new public words wait as a PENDING version (`need.edit_submitted`) while the old stays up;
    anything else applies and is announced as `need.changed`. Quantity never falls below what is
    allocated. Raises Invalid, NotAllowed, Conflict.
    """
    permissions.can_edit(by, entry).require()
    reachable = queries.is_reachable(entry.organization_id)
    check_entry(content, timezone.localdate(at), reachable=reachable)
    locked = lock(entry, version=version)
    if locked.state not in EDITABLE:
        raise Conflict(_("现在是“%(s)s”，不能修改。") % {"s": locked.get_state_display()})
    _check_quantity(locked, content)
    if _needs_moderation(locked, content, by):
        return _propose(locked, content, by, at)
    return _apply(locked, content, by, at)


def _apply(
    entry: Need | ResourceOffer, content: Mapping[str, Any], by: Actor, at: datetime
) -> Need | ResourceOffer:
    _replace_waiting(entry, by, at)
    set_served(entry, content)
    changed = revise(
        entry,
        {**columns(entry, content), "reminded_days": 0},
        act="edit",
        by=by,
        at=at,
        event=f"{entry.KIND}.changed",
    )
    add_version(changed, snapshot(changed), VersionStatus.APPLIED, by=by, at=at)
    return changed


def _replace_waiting(entry: Need | ResourceOffer, by: Actor, at: datetime) -> None:
    """The new content was written over what still waited: approved later, that would undo it."""
    EntryVersion.objects.filter(**{entry.KIND: entry}, status=VersionStatus.PENDING).update(
        status=VersionStatus.REPLACED, decided_at=at, decided_by=by.name
    )


def _propose(
    entry: Need | ResourceOffer, content: Mapping[str, Any], by: Actor, at: datetime
) -> Need | ResourceOffer:
    contact = {n: v for n, v in columns(entry, content).items() if n in CONTACT_FIELDS}
    wanted = snapshot(entry) | as_plain(entry, content)
    _replace_waiting(entry, by, at)
    add_version(entry, wanted, VersionStatus.PENDING, by=by, at=at)
    return revise(
        entry, contact, act="edit_submit", by=by, at=at, event=f"{entry.KIND}.edit_submitted"
    )


def _pending(version: EntryVersion) -> tuple[EntryVersion, Need | ResourceOffer]:
    row = EntryVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    if row.status != VersionStatus.PENDING:
        raise Conflict(_("这次修改已经处理过了。"))
    entry = row.need or row.resource
    assert entry is not None
    return row, entry


@transaction.atomic
def approve_version(version: EntryVersion, *, by: Actor, at: datetime) -> Need | ResourceOffer:
    """Let a pending edit take effect; announces `need.changed`."""
    row, entry = _pending(version)
    permissions.can_moderate(by, entry).require()
    locked = lock(entry)
    content = queries.from_plain(locked, row.content)
    _check_quantity(locked, content)
    set_served(locked, content)
    row.status, row.decided_at, row.decided_by = VersionStatus.APPLIED, at, by.name
    row.save(update_fields=["status", "decided_at", "decided_by"])
    return revise(
        locked,
        columns(locked, content),
        act="edit_approve",
        by=by,
        at=at,
        event=f"{locked.KIND}.changed",
        facts={"approved_edit": row.no},
    )


@transaction.atomic
def refuse_version(
    version: EntryVersion, *, reason: str, by: Actor, at: datetime
) -> Need | ResourceOffer:
    """Leave the old content standing; the owner reads the reason (`need.edit_refused`)."""
    row, entry = _pending(version)
    permissions.can_moderate(by, entry).require()
    if not reason.strip():
        raise Invalid({"reason": _("请写明为什么，对方会看到这句话。")})
    row.status, row.decided_at, row.decided_by = VersionStatus.REFUSED, at, by.name
    row.reason = reason.strip()[:300]
    row.save(update_fields=["status", "decided_at", "decided_by", "reason"])
    audit.record(
        audit.subject_of(entry), f"{entry.KIND}.edit_refuse", by=by, at=at, reason=row.reason
    )
    outbox.publish(f"{entry.KIND}.edit_refused", audit.subject_of(entry), by=by, at=at)
    return entry
