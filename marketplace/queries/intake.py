"""The intake queue: submitted entries and edits of published ones, the longest waiting first."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core.errors import NotFound
from core.permissions import Actor
from marketplace.models import EntryVersion, Need, ResourceOffer
from marketplace.queries.entries import MODELS, get_entry, intake, pending_of, pending_versions
from marketplace.states import EntryState


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: a new entry, or an edit (`version`) of one that stands."""

    side: str
    entry: Need | ResourceOffer
    since: datetime
    version: EntryVersion | None = None

    @property
    def is_edit(self) -> bool:
        return self.version is not None


def queue(actor: Actor, limit: int = 200) -> list[Waiting]:
    """What waits for a staff member, up to `limit` of each kind, the longest waiting first."""
    found: list[Waiting] = []
    for side, model in MODELS.items():
        found += [
            Waiting(side, entry, entry.submitted_at or entry.created_at)
            for entry in intake(model, actor)[:limit]
        ]
        for version in pending_versions(side, actor)[:limit]:
            entry = version.need or version.resource
            assert entry is not None
            found.append(Waiting(side, entry, version.made_at, version))
    return sorted(found, key=lambda one: (one.since, one.entry.number))


def waiting_of(side: str, number: str, actor: Actor) -> Waiting:
    """What waits of one entry; raises NotFound when nothing does (any more)."""
    entry = get_entry(side, number, actor)
    if entry.state == EntryState.SUBMITTED:
        return Waiting(side, entry, entry.submitted_at or entry.created_at)
    version = pending_of(entry)
    if version is None:
        raise NotFound(_("这一条已经处理过了。"))
    return Waiting(side, entry, version.made_at, version)
