"""News that changes the index, and the jobs that keep it quick and complete."""

import logging
from datetime import datetime, time, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.jobs import periodic
from core.outbox import Event, Finish, handles
from search import operations
from search.embedding import EmbeddingError

log = logging.getLogger(__name__)

ENTRY_EVENTS = tuple(
    f"{kind}.{what}" for kind in ("need", "resource") for what in ("posted", "changed", "closed")
)
ORGANIZATION_EVENTS = tuple(
    f"organization.{what}"
    for what in ("verified", "unverified", "suspended", "restored", "changed")
)


@handles(*ENTRY_EVENTS, inline=True, priority=10)
def index_entry(event: Event) -> Finish:
    """Findable right after commit, by its author at once."""
    return lambda: _write(event.subject.kind, [event.subject.id])


def _write(kind: str, ids: list[int]) -> None:
    operations.index_things(kind=kind, ids=ids)


def to_the_server(_event: Event) -> None:
    """What waits for the search server goes there at once, all of it in one go."""
    operations.send(timezone.now())


if settings.ELASTICSEARCH["urls"]:
    # Without a server nothing would be done for each of these events.
    handles(*ENTRY_EVENTS, *ORGANIZATION_EVENTS, priority=35)(to_the_server)


@handles("search.refused", priority=60)
def send_refused(event: Event) -> None:
    """A document that the server refused; it ends among the dead letters until it is mended."""
    operations.send_one(event.subject.kind, event.subject.id)


@periodic(every=timedelta(seconds=5), label=_("看搜索服务器在不在，把没送到的送去"))
def keep_the_server(at: datetime) -> None:
    state = operations.look(at)
    if state is None:
        return
    while operations.send(timezone.now()):
        pass
    if state.away_since is not None:
        operations.look(timezone.now())


@handles(*ORGANIZATION_EVENTS, priority=30)
def index_organization(event: Event) -> None:
    """An organization's name and its mark stand in each of its documents."""
    operations.index_organization(event.subject.id)


@handles(*ENTRY_EVENTS, priority=70)
def make_vectors(event: Event) -> None:
    """Meaning follows when the worker gets to it; until then words serve."""
    _fill(event.at, kind=event.subject.kind, ids=[event.subject.id])


@handles("synonyms.changed", priority=60)
def cut_again(_event: Event) -> None:
    """Rows of an older table of synonyms, in small transactions."""
    while operations.analyze_again():
        pass


@periodic(every=timedelta(minutes=5))
def fill_vectors(at: datetime) -> None:
    """What the handlers could not do: a model that was away, an import, a new model beside."""
    _fill(at, limit=2_000)


def _fill(
    at: datetime, *, kind: str = "", ids: list[int] | None = None, limit: int | None = None
) -> None:
    model = operations.adopt_model(at=at)
    if not model:
        return
    try:
        operations.fill_vectors(model=model, kind=kind, ids=ids, limit=limit)
    except EmbeddingError as error:
        if not error.permanent:
            raise
        log.warning("no vectors from %s: %s", model, error)


@periodic(daily=time(7, 50))
def tell_new_entries(at: datetime) -> None:
    """What is new in each subscription; just before 8:00, when the day's mails are put together."""
    operations.tell_new_entries(at=at, url=reverse("search:saved-list"))


@periodic(every=timedelta(hours=1))
def refresh_frequencies(_at: datetime) -> None:
    """How many entries hold each frequent term."""
    operations.refresh_frequencies()


@periodic(daily=time(4, 20))
def tidy(_at: datetime) -> None:
    """Vectors of what is gone, and rows of an older analyzer after an upgrade."""
    operations.forget_stale_vectors()
    while operations.analyze_again():
        pass
