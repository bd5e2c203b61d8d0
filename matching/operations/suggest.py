"""候选: what the engine found, written down; nobody is told."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from core.numbers import take_number
from marketplace.models import Need, ResourceOffer
from marketplace.queries import entry_queryset
from marketplace.states import SEEKING
from matching.engine import MODEL_VERSION, Pair, Proposals
from matching.models import Match
from matching.queries import corpus
from matching.queries.proposals import KEEP, proposals_for_all
from matching.states import LIVE, MatchState


def _fill(match: Match, pair: Pair, rank: int, version: str, at: datetime) -> Match:
    match.score, match.fit, match.rank = pair.score, pair.level, rank
    match.reasons = [asdict(reason) for reason in pair.reasons]
    match.model_version, match.computed_at = version, at
    return match


_FILLED = ("score", "fit", "rank", "reasons", "model_version", "computed_at")


def describe(match: Match, pair: Pair, at: datetime) -> Match:
    """Give a match that somebody chose its score and reasons, as the engine sees the pair."""
    _fill(match, pair, 0, MODEL_VERSION, at)
    if match.pk is not None:
        match.save(update_fields=_FILLED)
    return match


@transaction.atomic
def suggest(
    need: Need, proposals: Proposals, resources: Mapping[str, ResourceOffer], *, at: datetime
) -> list[Match]:
    """Replace a need's suggestions by what the engine proposes now (at most ten).

    Pairs already asked about or linked keep their match. Suggestions are the computer's and
    told to nobody, so they come and go without audit rows; proposing one is an act.
    """
    live = {
        match.resource_id: match
        for match in Match.objects.select_for_update(of=("self",)).filter(need=need, state__in=LIVE)
    }
    kept: list[Match] = []
    for rank, pair in enumerate(proposals.pairs[:KEEP], start=1):
        resource = resources.get(pair.offer)
        if resource is None:
            continue
        match = live.pop(resource.pk, None)
        if match is None:
            match = _new(need, resource, pair, rank, proposals.model_version, at)
        elif match.state == MatchState.SUGGESTED:
            _fill(match, pair, rank, proposals.model_version, at).save(update_fields=_FILLED)
        if match is not None:
            kept.append(match)
    _drop(live.values())
    return kept


@dataclass(frozen=True, slots=True)
class Tally:
    """What a whole run made: needs looked at, suggestions kept, needs with nothing that fits."""

    needs: int
    made: int
    without: int


def suggest_all(*, at: datetime, tell: Callable[[int, int], object] | None = None) -> Tally:
    """The suggestions of every open need anew, from one fit, so that the exposure cap is kept over
    all of them; `tell` hears how many needs of how many are done. Each need is its own
    transaction: a run that is killed leaves whole lists behind."""
    corpus.current(at, fresh=True)
    needs = list(entry_queryset(Need).filter(state__in=SEEKING).order_by("number"))
    offers = {row.number: row for row in entry_queryset(ResourceOffer).filter(state__in=SEEKING)}
    made = without = 0
    for done, (need, found) in enumerate(
        zip(needs, proposals_for_all(needs, at), strict=True), start=1
    ):
        made += len(suggest(need, found, offers, at=at))
        without += found.nothing_fits
        if tell:
            tell(done, len(needs))
    return Tally(len(needs), made, without)


def _new(
    need: Need, resource: ResourceOffer, pair: Pair, rank: int, version: str, at: datetime
) -> Match | None:
    match = Match(need=need, resource=resource, created_at=at, updated_at=at)
    match.number = take_number(Match.PREFIX, at)
    try:
        with transaction.atomic():
            _fill(match, pair, rank, version, at).save(force_insert=True)
    except IntegrityError:  # another run wrote the same pair a moment ago
        return None
    return match


def _drop(matches: Iterable[Match]) -> None:
    stale = [match.pk for match in matches if match.state == MatchState.SUGGESTED]
    Match.objects.filter(pk__in=stale, state=MatchState.SUGGESTED).delete()
