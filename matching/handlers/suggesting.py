"""What follows from news: candidates are computed, pointless questions withdrawn, the next asked."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.jobs import periodic
from core.outbox import Event, Finish, handles
from core.permissions import SYSTEM
from marketplace.models import Level, Need, ResourceOffer
from marketplace.queries import entry_queryset
from marketplace.states import SEEKING
from matching import operations, queries
from matching.engine import Proposals
from matching.models import Match
from matching.options import AUTO_NEXT, AUTO_PROPOSE
from matching.queries import corpus


def _offers(proposals: list[Proposals]) -> dict[str, ResourceOffer]:
    numbers = {pair.offer for found in proposals for pair in found.pairs}
    return {row.number: row for row in entry_queryset(ResourceOffer).filter(number__in=numbers)}


def _need(pk: int) -> Need | None:
    return entry_queryset(Need).filter(pk=pk).first()


@handles("need.posted", inline=corpus.is_small, priority=40)
def suggest_for_new_need(event: Event) -> Finish | None:
    """The best ten for a need, at once (in a large market by the worker); asked by itself where
    the base switched that on."""
    need = _need(event.subject.id)
    if need is None or need.state not in SEEKING:
        return None
    at = timezone.now()
    proposals = queries.proposals_for_need(need, at)

    def write() -> None:
        made = operations.suggest(need, proposals, _offers([proposals]), at=at)
        if AUTO_PROPOSE.get():
            for match in made:
                _ask(match, at)

    return write


@handles("need.changed", priority=60)
def suggest_for_changed_need(event: Event) -> Finish | None:
    need = _need(event.subject.id)
    if need is None:
        return None
    at = timezone.now()
    if need.state not in SEEKING:
        return lambda: _drop_for(need, at)
    proposals = queries.proposals_for_need(need, at)

    def write() -> None:
        operations.suggest(need, proposals, _offers([proposals]), at=at)

    return write


@handles("resource.posted", inline=corpus.is_small, priority=40)
def suggest_for_new_resource(event: Event) -> Finish | None:
    """The needs that a new offer fits best get their candidates anew."""
    return _suggest_around(event)


@handles("resource.changed", priority=60)
def suggest_for_changed_resource(event: Event) -> Finish | None:
    return _suggest_around(event)


def _suggest_around(event: Event) -> Finish | None:
    offer = entry_queryset(ResourceOffer).filter(pk=event.subject.id).first()
    if offer is None:
        return None
    at = timezone.now()
    if offer.state not in SEEKING:
        return lambda: _drop_for(offer, at)
    numbers = [pair.need for pair in queries.needs_for_offer(offer, at).pairs]
    had = Match.objects.filter(resource=offer, state="SUGGESTED").values_list(
        "need__number", flat=True
    )
    needs = list(entry_queryset(Need).filter(number__in={*numbers, *had}, state__in=SEEKING))
    found = [queries.proposals_for_need(need, at) for need in needs]
    offers = _offers(found)

    def write() -> None:
        for need, proposals in zip(needs, found, strict=True):
            operations.suggest(need, proposals, offers, at=at)

    return write


@handles("need.closed", "resource.closed", priority=45)
def drop_for_closed(event: Event) -> Finish | None:
    model = Need if event.subject.kind == "need" else ResourceOffer
    entry = model._default_manager.filter(pk=event.subject.id).first()
    if entry is None:
        return None
    assert isinstance(entry, Need | ResourceOffer)
    at = timezone.now()
    return lambda: _drop_for(entry, at)


def _drop_for(entry: Need | ResourceOffer, at: datetime) -> None:
    """Suggestions of an entry that no longer seeks go; questions still open are withdrawn."""
    Match.objects.filter(**{entry.KIND: entry}, state="SUGGESTED").delete()
    operations.withdraw_pointless(entry, at=at)


def _ask(match: Match, at: datetime) -> bool:
    """Propose by the base's setting; what only the operator may see is never asked by itself."""
    internal = Level.INTERNAL in (match.need.visibility, match.resource.visibility)
    if internal or match.fit != "high":
        return False
    try:
        operations.propose(match, by=SYSTEM, at=at)
    except DomainError:  # taken meanwhile: the coordinator sees it on the desk
        return False
    return True


@handles("match.declined", "match.lapsed", priority=50)
def ask_the_next(event: Event) -> Finish | None:
    """The next candidate by itself, where the base switched that on."""
    match = Match.objects.filter(pk=event.subject.id).select_related("need").first()
    if match is None or match.need.state not in SEEKING or not AUTO_NEXT.get():
        return None
    at = timezone.now()

    def write() -> None:
        for candidate in queries.suggestions_for(match.need):
            if _ask(candidate, at):
                break

    return write


@periodic(daily=time(2, 30), label=_("重新计算全部候选"))
def suggest_anew(at: datetime) -> None:
    """Lists computed one by one drift: each night all are made from one fit, under one cap."""
    operations.suggest_all(at=at)


@periodic(every=timedelta(minutes=5))
def let_lapse(at: datetime) -> None:
    while operations.lapse_due(at) == 500:
        pass
