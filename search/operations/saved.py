"""Saved searches: subscribe, pause, delete."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Invalid, NotFound
from core.permissions import Actor
from core.ports import Subject
from search.models import SavedSearch
from search.permissions import can_change_saved, can_save_searches
from search.validators import normalize_state

MOST_SAVED = 50
LONGEST_LABEL = 120


def save_search(*, by: Actor, at: datetime, state: str, label: str) -> SavedSearch:
    """Subscribe to a state of the market page; the same state again gives the same subscription.

    Raises NotAllowed without an account, Invalid at `label` or at a parameter of the state.
    """
    can_save_searches(by).require()
    normalized = normalize_state(state)
    name = _named(label)
    with transaction.atomic():
        own = SavedSearch.objects.filter(user_id=by.user_id)
        if not own.filter(state=normalized).exists() and own.count() >= MOST_SAVED:
            raise Invalid({"": _("最多 %(most)s 个订阅，请先删掉一些。") % {"most": MOST_SAVED}})
        saved, new = SavedSearch.objects.get_or_create(
            user_id=by.user_id,
            state=normalized,
            defaults={"label": name, "created_at": at, "seen_at": at},
        )
        if new:
            audit.record(_subject(saved), "search.saved", by=by, at=at)
    return saved


def _named(label: str) -> str:
    name = label.replace("\x00", "").strip()
    if not name or len(name) > LONGEST_LABEL:
        raise Invalid({"label": _("请写一个名称，最多 %(most)s 个字。") % {"most": LONGEST_LABEL}})
    return name


def rename_search(*, by: Actor, at: datetime, saved_id: int, label: str) -> SavedSearch:
    """Give a subscription another name. Raises Invalid at `label`."""
    name = _named(label)
    with transaction.atomic():
        saved = _own(by, saved_id)
        if saved.label != name:
            before, saved.label = saved.label, name
            saved.version += 1
            saved.save(update_fields=["label", "version"])
            audit.record(
                _subject(saved),
                "search.renamed",
                by=by,
                at=at,
                before={"label": before},
                after={"label": name},
                personal=frozenset({"label"}),
            )
    return saved


def pause_search(*, by: Actor, at: datetime, saved_id: int, paused: bool) -> SavedSearch:
    """Stop or resume the mails; resumed, what came meanwhile is not sent after."""
    with transaction.atomic():
        saved = _own(by, saved_id)
        if saved.paused != paused:
            saved.paused = paused
            saved.seen_at = saved.seen_at if paused else at
            saved.version += 1
            saved.save(update_fields=["paused", "seen_at", "version"])
            act = "search.paused" if paused else "search.resumed"
            audit.record(_subject(saved), act, by=by, at=at)
    return saved


@dataclass(frozen=True, slots=True)
class Deleted:
    """A deleted subscription as it was, so that the deletion can be undone."""

    state: str
    label: str
    paused: bool
    created_at: datetime
    seen_at: datetime


def delete_search(*, by: Actor, at: datetime, saved_id: int) -> Deleted:
    """Unsubscribe; returns what `restore_search` takes."""
    with transaction.atomic():
        saved = _own(by, saved_id)
        audit.record(_subject(saved), "search.deleted", by=by, at=at)
        kept = Deleted(saved.state, saved.label, saved.paused, saved.created_at, saved.seen_at)
        saved.delete()
    return kept


def restore_search(*, by: Actor, at: datetime, deleted: Deleted) -> SavedSearch:
    """Undo a deletion: name, pause and what was heard of stay; made again meanwhile, it stays so."""
    can_save_searches(by).require()
    with transaction.atomic():
        saved, new = SavedSearch.objects.get_or_create(
            user_id=by.user_id,
            state=deleted.state,
            defaults={
                "label": deleted.label,
                "paused": deleted.paused,
                "created_at": deleted.created_at,
                "seen_at": deleted.seen_at,
            },
        )
        if new:
            audit.record(_subject(saved), "search.restored", by=by, at=at)
    return saved


def mark_seen(*, at: datetime, saved_id: int) -> None:
    """The person has heard of everything posted until `at`; never set back."""
    SavedSearch.objects.filter(pk=saved_id, seen_at__lt=at).update(seen_at=at)


def see_search(*, by: Actor, at: datetime, saved_id: int) -> SavedSearch:
    """The owner says that they have seen what is new."""
    with transaction.atomic():
        saved = _own(by, saved_id)
        mark_seen(at=at, saved_id=saved.pk)
    return saved


def _own(by: Actor, saved_id: int) -> SavedSearch:
    saved = SavedSearch.objects.select_for_update().filter(pk=saved_id).first()
    if saved is None:
        raise NotFound(_("没有这个订阅。"))
    can_change_saved(by, saved).require()
    return saved


def _subject(saved: SavedSearch) -> Subject:
    return Subject("saved_search", str(saved.pk), saved.pk, saved.version)
