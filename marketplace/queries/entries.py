"""Loading entries: lists with their prefetches, and the loader that checks access."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import STAFF_ROLES
from core.errors import NotFound
from core.permissions import Actor
from marketplace import permissions
from marketplace.models import Entry, EntryVersion, Level, Need, ResourceOffer, VersionStatus
from marketplace.states import EntryState

MODELS: dict[str, type[Need] | type[ResourceOffer]] = {"need": Need, "resource": ResourceOffer}

AnyEntry = TypeVar("AnyEntry", bound=Entry)


def model_of(side: str) -> type[Need] | type[ResourceOffer]:
    """The model of a side ("need" or "resource"); raises NotFound for anything else."""
    try:
        return MODELS[side]
    except KeyError as error:
        raise NotFound(_("没有这个页面。")) from error


def entry_queryset(model: type[AnyEntry]) -> QuerySet[AnyEntry]:
    """Entries with everything a row or a page shows, in one query (plus served regions)."""
    rows = model._default_manager.select_related(
        "organization", "category", "region", "region__parent", "unit"
    )
    several = ["served"] if model is ResourceOffer else []
    return rows.prefetch_related(*several)


def get_entry(side: str, number: str, actor: Actor) -> Need | ResourceOffer:
    """One entry that the actor may read; NotFound otherwise, whatever the cause."""
    entry = entry_queryset(model_of(side)).filter(number=number).first()
    decision = permissions.can_read(actor, entry) if entry else None
    if entry is None or not decision:
        raise NotFound(_("没有找到这一条，或者它不对你公开。"))
    return entry


def entries_by_id(side: str, ids: Sequence[int]) -> dict[int, Need | ResourceOffer]:
    return {entry.pk: entry for entry in entry_queryset(model_of(side)).filter(pk__in=ids)}


def entries_of(model: type[AnyEntry], organization_id: int) -> QuerySet[AnyEntry]:
    """An organization's own entries, newest first."""
    return entry_queryset(model).filter(organization_id=organization_id).order_by("-id")


def _in_regions(actor: Actor, field: str = "region") -> Q:
    """The regions of a staff member's roles; nothing for somebody without any."""
    if actor.is_system:
        return Q()
    wanted = Q(pk__in=[])
    for scope in actor.scopes:
        if scope.role in STAFF_ROLES:
            if not scope.region:
                return Q()
            wanted |= Q(**{f"{field}__path__startswith": scope.region})
    return wanted


def intake(model: type[AnyEntry], actor: Actor) -> QuerySet[AnyEntry]:
    """What waits for a staff member's intake, longest waiting first."""
    rows = entry_queryset(model).filter(_in_regions(actor), state=EntryState.SUBMITTED)
    return rows.order_by("submitted_at", "id")


def pending_versions(side: str, actor: Actor) -> QuerySet[EntryVersion]:
    """Edits of published entries that wait for moderation, longest waiting first."""
    rows = EntryVersion.objects.filter(
        **{f"{side}__isnull": False}, status=VersionStatus.PENDING
    ).select_related(side, f"{side}__organization", f"{side}__region")
    return rows.filter(_in_regions(actor, f"{side}__region")).order_by("made_at", "id")


def pending_of(entry: Need | ResourceOffer) -> EntryVersion | None:
    """The edit of an entry that waits for moderation, if any."""
    rows = EntryVersion.objects.filter(**{entry.KIND: entry}, status=VersionStatus.PENDING)
    return rows.first()


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry as one level reads it: templates of lists and pages show this, not the row."""

    entry: Need | ResourceOffer
    level: Level
    title: str
    text: str
    is_own: bool

    @property
    def side(self) -> str:
        return self.entry.KIND


def view_of(entry: Need | ResourceOffer, actor: Actor) -> EntryView:
    level = permissions.level_for(actor, entry)
    own = actor.acts_for(entry.organization_id)
    return EntryView(entry, level, entry.title, entry.text_at(level), own)
