"""Posting: drafts that save themselves, and the step into intake or straight onto the market."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, once
from core.errors import Conflict
from core.permissions import Actor
from core.states import advance, begin, lock, revise
from marketplace import permissions, queries
from marketplace.models import Need, ResourceOffer, VersionStatus
from marketplace.operations.content import add_version, columns, set_served, snapshot
from marketplace.options import EXPIRE_AFTER_DAYS, TRUST_VERIFIED
from marketplace.states import EntryState
from marketplace.validators import check_entry

AnyEntry = TypeVar("AnyEntry", Need, ResourceOffer)

_WRITABLE = (EntryState.DRAFT, EntryState.RETURNED)


def _owned(model: type[AnyEntry], by: Actor) -> AnyEntry:
    return model(
        organization_id=by.organization_id,
        posted_by_id=by.user_id or None,
        caller=by.on_behalf_of,
    )


def _lock(entry: AnyEntry, by: Actor, version: int | None, page: str) -> AnyEntry:
    """The draft, locked; Conflict when somebody else, or another page, has saved it since.

    What the page saves by itself is no other's: its submit may overtake the answer of its last
    autosave, or that answer may be lost on the way, and then the page names an older version.
    """
    locked = lock(entry)
    if page and once.noted(_page_key(locked, by, page)) == str(locked.version):
        return locked
    return lock(entry, version=version)


def _page_key(entry: Need | ResourceOffer, by: Actor, page: str) -> str:
    return f"page:{by.user_id}:{page}:{entry.number}"


def _note_page(entry: AnyEntry, by: Actor, at: datetime, page: str) -> AnyEntry:
    if page:
        once.note(_page_key(entry, by, page), str(entry.version), at=at)
    return entry


@transaction.atomic
def save_draft(
    model: type[AnyEntry],
    content: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    entry: AnyEntry | None = None,
    version: int | None = None,
    page: str = "",
) -> AnyEntry:
    """Keep what has been typed so far, however incomplete; a new draft when `entry` is None.

    `version` is the one that the page was opened at, `page` the token of that page: what the same
    page has saved since is no conflict. Raises NotAllowed, and Conflict when the entry is no
    longer a draft or has moved on.
    """
    permissions.can_post(by).require()
    if entry is None:
        draft = _owned(model, by)
        for name, value in columns(draft, content).items():
            setattr(draft, name, value)
        begin(draft, by=by, at=at, act="draft")
        set_served(draft, content)
        return _note_page(draft, by, at, page)
    permissions.can_edit(by, entry).require()
    locked = _lock(entry, by, version, page)
    if locked.state not in _WRITABLE:
        raise Conflict(_("这一条已经提交，不再是草稿。"))
    saved = revise(locked, columns(locked, content), act="draft", by=by, at=at)
    set_served(saved, content)
    return _note_page(saved, by, at, page)


def _post(
    model: type[AnyEntry],
    content: Mapping[str, Any],
    by: Actor,
    at: datetime,
    draft: AnyEntry | None,
    import_key: str,
    version: int | None,
    page: str,
) -> AnyEntry:
    owner = draft.organization_id if draft else by.organization_id
    check_entry(content, timezone.localdate(at), reachable=queries.is_reachable(owner))
    entry = save_draft(model, content, by=by, at=at, entry=draft, version=version, page=page)
    closes = content.get("closes_on") or (
        timezone.localdate(at) + timedelta(days=EXPIRE_AFTER_DAYS.get())
    )
    changes: dict[str, Any] = {"closes_on": closes, "submitted_at": at, "state_reason": ""}
    if import_key:
        changes["import_key"] = import_key
    trusted = by.verified and TRUST_VERIFIED.get()
    by_phone = bool(by.on_behalf_of)
    if not (trusted or by_phone):
        return advance(entry, "submit", by=by, at=at, changes=changes)
    posted = advance(entry, "publish", by=by, at=at, changes={**changes, "posted_at": at})
    add_version(posted, snapshot(posted), VersionStatus.APPLIED, by=by, at=at)
    return posted


@transaction.atomic
def post_need(
    content: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    draft: Need | None = None,
    import_key: str = "",
    version: int | None = None,
    page: str = "",
) -> Need:
    """Post a need: into intake, or straight onto the market where the base trusts verified
    organizations or a coordinator registers it on the phone.

    `content` maps field names to cleaned values. Raises Invalid with every fault, NotAllowed,
    Conflict. Announces `need.submitted` or `need.posted`.
    """
    return _post(Need, content, by, at, draft, import_key, version, page)


@transaction.atomic
def post_resource(
    content: Mapping[str, Any],
    *,
    by: Actor,
    at: datetime,
    draft: ResourceOffer | None = None,
    import_key: str = "",
    version: int | None = None,
    page: str = "",
) -> ResourceOffer:
    """Post a resource offer; as `post_need`, with `resource.*` events."""
    return _post(ResourceOffer, content, by, at, draft, import_key, version, page)


@transaction.atomic
def copy(entry: AnyEntry, *, by: Actor, at: datetime) -> AnyEntry:
    """再发一条: a new draft with the content and contact data of an own entry, dates left out."""
    permissions.can_edit(by, entry).require()
    content = {
        name: getattr(entry, name)
        for name in (*entry.CONTENT_FIELDS, "contact_name", "contact_phone", "address")
        if name not in ("served", "starts_on", "ends_on", "closes_on")
    }
    if isinstance(entry, ResourceOffer):
        content["served"] = list(entry.served.all())
    return save_draft(type(entry), content, by=by, at=at)


@transaction.atomic
def discard_draft(entry: Need | ResourceOffer, *, by: Actor, at: datetime) -> None:
    """Throw a draft away. Only drafts can be; everything else is withdrawn."""
    permissions.can_edit(by, entry).require()
    locked = lock(entry)
    if locked.state != EntryState.DRAFT:
        raise Conflict(_("只有草稿可以删除；已提交的请用“撤回”。"))
    audit.record(
        audit.subject_of(locked),
        f"{locked.KIND}.discard",
        by=by,
        at=at,
        before={"title": locked.title},
    )
    locked.delete()
