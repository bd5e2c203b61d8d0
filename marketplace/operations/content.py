"""Writing cleaned content onto an entry, and reading it back for a version."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max

from core import audit
from core.permissions import Actor
from marketplace.models import EntryVersion, Need, ResourceOffer, VersionStatus

CONTACT_FIELDS = ("contact_name", "contact_phone", "address")


def columns(entry: Need | ResourceOffer, content: Mapping[str, Any]) -> dict[str, Any]:
    """The part of `content` that are columns of this entry (not `served`, not strangers)."""
    names = {*entry.CONTENT_FIELDS, *CONTACT_FIELDS} - {"served"}
    return {name: value for name, value in content.items() if name in names}


def set_served(entry: Need | ResourceOffer, content: Mapping[str, Any]) -> None:
    if isinstance(entry, ResourceOffer) and "served" in content:
        entry.served.set(content["served"] or [])


def snapshot(entry: Need | ResourceOffer) -> dict[str, Any]:
    """The entry's content as plain JSON values, by field name."""
    values: dict[str, Any] = {}
    for name in entry.CONTENT_FIELDS:
        if name == "served":
            assert isinstance(entry, ResourceOffer)
            codes = entry.served.order_by("code").values_list("code", flat=True)
            values[name] = list(codes)
            continue
        value = getattr(entry, name)
        values[name] = value.code if hasattr(value, "code") else audit.plain(value)
    return values


def as_plain(entry: Need | ResourceOffer, content: Mapping[str, Any]) -> dict[str, Any]:
    """Cleaned content as the plain values that a snapshot holds, by field name."""
    plain: dict[str, Any] = {}
    for name in entry.CONTENT_FIELDS:
        if name not in content:
            continue
        value = content[name]
        if name == "served":
            plain[name] = sorted(place.code for place in value)
        else:
            plain[name] = value.code if hasattr(value, "code") else audit.plain(value)
    return plain


def add_version(
    entry: Need | ResourceOffer,
    content: Mapping[str, Any],
    status: VersionStatus,
    *,
    by: Actor,
    at: datetime,
) -> EntryVersion:
    """The next version of an entry; the caller holds the entry's lock."""
    owner = {entry.KIND: entry}
    last = EntryVersion.objects.filter(**owner).aggregate(last=Max("no"))["last"] or 0
    return EntryVersion.objects.create(
        **owner,
        no=last + 1,
        content=content,
        status=status,
        made_at=at,
        made_by=by.name,
        decided_at=at if status == VersionStatus.APPLIED else None,
        decided_by=by.name if status == VersionStatus.APPLIED else "",
    )


def current_version_no(entry: Need | ResourceOffer) -> int:
    """The version that stands now (0 before the first publication)."""
    applied = EntryVersion.objects.filter(**{entry.KIND: entry}, status=VersionStatus.APPLIED)
    return applied.aggregate(last=Max("no"))["last"] or 0
