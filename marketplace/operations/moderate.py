"""Intake 受理: onto the market, or back with a reason."""

from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.permissions import Actor
from core.states import advance
from marketplace import permissions
from marketplace.models import Need, ResourceOffer, VersionStatus
from marketplace.operations.content import add_version, snapshot

AnyEntry = TypeVar("AnyEntry", bound=Need | ResourceOffer)


@transaction.atomic
def approve(entry: AnyEntry, *, by: Actor, at: datetime, version: int | None = None) -> AnyEntry:
    """Publish a submitted entry as it stands; announces `need.posted`."""
    permissions.can_moderate(by, entry).require()
    posted = advance(
        entry,
        "approve",
        by=by,
        at=at,
        changes={"posted_at": at, "state_reason": ""},
        version=version,
    )
    add_version(posted, snapshot(posted), VersionStatus.APPLIED, by=by, at=at)
    return posted


@transaction.atomic
def return_for_change(
    entry: AnyEntry,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    version: int | None = None,
) -> AnyEntry:
    """Back to its owner, who reads the reason; announces `need.returned`."""
    permissions.can_moderate(by, entry).require()
    if not reason.strip():
        raise Invalid({"reason": _("请写明要改什么，对方会看到这句话。")})
    return advance(
        entry,
        "return_for_change",
        by=by,
        at=at,
        changes={"state_reason": reason.strip()[:300]},
        reason=reason,
        version=version,
    )
