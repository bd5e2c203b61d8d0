"""What fits now: for one entry, saved or still being typed, and for whole batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from core.permissions import Actor
from marketplace.models import Need, ResourceOffer
from marketplace.queries import entry_queryset
from marketplace.states import SEEKING
from matching import permissions
from matching.engine import Item, Pair, Proposals, Removed, spread
from matching.engine.constraints import failed
from matching.models import Match
from matching.options import EXPOSURE_CAP
from matching.queries import corpus as corpora
from matching.states import MatchState
from search import queries as search_queries

# Suggestions kept for a need.
KEEP = 10
# Of those, how many a need keeps whatever the exposure cap says.
FLOOR = 3
# In a large market, of so many entries that the words find, the best are chosen while one types.
NEARBY = 60


def proposals_for_need(need: Need, at: datetime, top: int = KEEP) -> Proposals:
    """The best offers for a saved need, offers that many other lists show standing back."""
    corpus = corpora.current(at)
    items = corpora.need_items([need], corpus)
    found = corpus.matcher.propose(items, top=top * 2, at=timezone.localdate(at))
    shown = _shown_elsewhere(need, [pair.offer for pair in found[0].pairs])
    return spread(found, cap=EXPOSURE_CAP.get(), floor=FLOOR, top=top, shown=shown)[0]


def _shown_elsewhere(need: Need, offers: Sequence[str]) -> dict[str, int]:
    """In how many lists of other needs each of these offers stands."""
    rows = Match.objects.filter(state=MatchState.SUGGESTED, resource__number__in=offers)
    counted = rows.exclude(need=need).order_by().values_list("resource__number")
    return dict(counted.annotate(n=Count("pk")))


def needs_for_offer(offer: ResourceOffer, at: datetime, top: int = KEEP) -> Proposals:
    """The open needs that a saved offer fits best."""
    corpus = corpora.current(at)
    items = corpora.offer_items([offer], corpus)
    return corpus.matcher.seek(items, top=top, at=timezone.localdate(at))[0]


def proposals_for_all(needs: Sequence[Need], at: datetime) -> list[Proposals]:
    """The whole batch from one fit, with attention spread by the base's exposure cap."""
    corpus = corpora.current(at)
    items = corpora.need_items(needs, corpus)
    found = corpus.matcher.propose(items, top=KEEP * 2, at=timezone.localdate(at))
    return spread(found, cap=EXPOSURE_CAP.get(), floor=FLOOR, top=KEEP)


def why_no_candidates(need: Need, at: datetime) -> list[Removed]:
    """为什么没有候选: what each hard constraint took away from the open offers."""
    corpus = corpora.current(at)
    return corpus.matcher.explain_absence(corpora.need_items([need], corpus)[0])


def pair_of(need: Need, offer: ResourceOffer, at: datetime) -> Pair:
    """How well two entries fit, for a pair that somebody chose."""
    corpus = corpora.serving(at)
    wanted = corpora.need_items([need], corpus)[0]
    given = corpora.offer_items([offer], corpus)[0]
    return corpus.matcher.pair(wanted, given, at=timezone.localdate(at))


def kept_out_by(need: Need, code: str, at: datetime) -> list[str]:
    """Numbers of the offers that a single hard constraint keeps from a need; none for a code
    that does not exist."""
    corpus = corpora.current(at)
    try:
        return corpus.matcher.kept_out_by(corpora.need_items([need], corpus)[0], code)
    except KeyError:
        return []


def broken_constraints(need: Need, offer: ResourceOffer, at: datetime) -> tuple[str, ...]:
    """Codes of the hard constraints that a chosen pair does not meet."""
    corpus = corpora.serving(at)
    wanted = corpora.need_items([need], corpus)[0]
    given = corpora.offer_items([offer], corpus)[0]
    return failed(wanted, given, corpora.rules(corpus))


def broken_by_offers(
    need: Need, offers: Sequence[ResourceOffer], at: datetime
) -> dict[str, tuple[str, ...]]:
    """The same for one need and many offers, by the offers' numbers."""
    corpus = corpora.serving(at)
    wanted, rules = corpora.need_items([need], corpus)[0], corpora.rules(corpus)
    items = corpora.offer_items(offers, corpus)
    return {
        offer.number: failed(wanted, given, rules)
        for offer, given in zip(offers, items, strict=True)
    }


def broken_by_all(
    needs: Sequence[Need], offer: ResourceOffer, at: datetime
) -> dict[str, tuple[str, ...]]:
    """The same for one offer and many needs, by the needs' numbers."""
    corpus = corpora.serving(at)
    given, rules = corpora.offer_items([offer], corpus)[0], corpora.rules(corpus)
    items = corpora.need_items(needs, corpus)
    return {
        need.number: failed(wanted, given, rules) for need, wanted in zip(needs, items, strict=True)
    }


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may fit, for whoever types or looks: its pair and its row."""

    entry: Need | ResourceOffer
    pair: Pair


def candidates_while_typing(
    item: Item, side: str, actor: Actor, at: datetime, top: int = KEEP
) -> list[Candidate]:
    """Who could help with what is being typed (side need), or whom it could help (resource);
    only entries that the typing person could find anyway."""
    corpus = corpora.serving(at)
    model: type[Need] | type[ResourceOffer] = ResourceOffer if side == "need" else Need
    if corpus.is_whole:
        ask = corpus.matcher.propose if side == "need" else corpus.matcher.seek
        pairs = list(ask([item], top=KEEP, at=timezone.localdate(at))[0].pairs)
    else:
        pairs = _nearby(item, model, corpus, actor, at)[:KEEP]
    numbers = [pair.offer if side == "need" else pair.need for pair in pairs]
    rows = {row.number: row for row in entry_queryset(model).filter(number__in=numbers)}
    found = [
        Candidate(rows[number], pair)
        for number, pair in zip(numbers, pairs, strict=True)
        if number in rows and permissions.can_see_as_candidate(actor, rows[number])
    ]
    return found[:top]


def _nearby(
    item: Item,
    model: type[Need] | type[ResourceOffer],
    corpus: corpora.Corpus,
    actor: Actor,
    at: datetime,
) -> list[Pair]:
    """The pairs of an item with what its words find, best first; as the matcher would list them,
    as far as the words reach."""
    level = search_queries.reader_level(actor)
    text = f"{item.title}\n{item.text}"
    keys = search_queries.recall(text, level=level, kinds=[model.KIND], limit=NEARBY)
    rows = entry_queryset(model).filter(pk__in=[pk for (_kind, pk), _score in keys])
    rows = rows.filter(state__in=SEEKING)
    offers = [row for row in rows if isinstance(row, ResourceOffer)]
    needs = [row for row in rows if isinstance(row, Need)]
    asking = [(item, other) for other in corpora.offer_items(offers, corpus)]
    asking += [(other, item) for other in corpora.need_items(needs, corpus)]
    rules, today = corpora.rules(corpus), timezone.localdate(at)
    pairs = [
        corpus.matcher.pair(need, offer, at=today)
        for need, offer in asking
        if not failed(need, offer, rules)
    ]
    if not any(pair.fits for pair in pairs):
        return []
    shown = [pair for pair in pairs if pair.level != "none"]
    return sorted(shown, key=lambda pair: (-pair.score, pair.need, pair.offer))
