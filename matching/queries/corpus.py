"""The matcher of this process, kept in step with the open entries.

Few changes are taken over one by one; many, or other settings, make a new fit. Document
frequencies belong to a fit, so the nightly batch (`manage.py propose`) is what is stored.

All of a large market takes minutes and gigabytes (100,000 entries: 60 CPU seconds, 3.4 GB), which
is for the worker alone; a process that serves pages then knows words by a sample (`serving`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from marketplace.models import Entry, Need, ResourceOffer
from marketplace.queries import entry_queryset
from marketplace.states import SEEKING
from matching.engine import Item, Matcher
from matching.engine.constraints import Rules
from matching.models import ImpossiblePair, WeightChange
from matching.queries.declined import full_resources, resting_pairs
from matching.queries.items import Families, families, need_item, offer_item
from search import queries as search_queries

# Below this many entries a new fit costs less than keeping track.
SMALL = 300
# A new fit when more than this share has changed since the last.
CHANGED_SHARE = 0.05
# From this many open entries on, pages are served without the whole market in memory.
LARGE = 5_000
# How many of the newest offers teach a page's process which words are common, and for how long.
SAMPLE = 2_000
SAMPLE_LASTS = timedelta(hours=1)

Settings = tuple[frozenset[tuple[str, str]], tuple[tuple[str, float], ...]]


@dataclass
class Corpus:
    """A fitted matcher, and what it knows of which entry at which version."""

    matcher: Matcher
    settings: Settings
    known: dict[str, int] = field(default_factory=dict)
    resting: dict[str, frozenset[str]] = field(default_factory=dict)
    full: frozenset[int] = frozenset()
    kin: Families = field(default_factory=dict)
    is_whole: bool = True
    """Whether every open entry is held, so that the best of all can be asked for."""


_lock = Lock()
_corpus: Corpus | None = None
_sampled: tuple[datetime, Corpus] | None = None


def forget() -> None:
    """Fit anew at the next use (a test, a restored database)."""
    global _corpus, _sampled  # noqa: PLW0603 - one matcher a process
    _corpus = _sampled = None


def is_large() -> bool:
    """Whether the open market is too large for a process that serves pages."""
    seen = 0
    for model in (Need, ResourceOffer):
        seen += model._default_manager.filter(state__in=SEEKING).order_by()[:LARGE].count()
    return seen >= LARGE


def is_small() -> bool:
    """Whether a page's process can look for candidates itself, at once."""
    return not is_large()


def _settings() -> Settings:
    pairs = ImpossiblePair.objects.values_list("need_category__code", "resource_category__code")
    changes = WeightChange.objects.order_by("code").values_list("code", "value")
    return frozenset(pairs), tuple(changes)


def _versions(model: type[Entry]) -> dict[str, int]:
    rows = model._default_manager.filter(state__in=SEEKING)
    return dict(rows.values_list("number", "version"))


def need_items(needs: Sequence[Need], corpus: Corpus) -> list[Item]:
    """Needs with their vectors and what they must not be shown."""
    vectors = search_queries.vectors("need", [need.pk for need in needs], side="query")
    return [
        need_item(
            need,
            query=vectors.get(need.pk),
            declined=corpus.resting.get(need.number, frozenset()),
            kin=corpus.kin,
        )
        for need in needs
    ]


def offer_items(offers: Sequence[ResourceOffer], corpus: Corpus) -> list[Item]:
    vectors = search_queries.vectors("resource", [offer.pk for offer in offers])
    return [
        offer_item(offer, passage=vectors.get(offer.pk), is_open=offer.pk not in corpus.full)
        for offer in offers
    ]


def _rows(model: type[Entry], numbers: Iterable[str] | None = None) -> list[Entry]:
    rows = entry_queryset(model).filter(state__in=SEEKING)
    if numbers is not None:
        rows = rows.filter(number__in=list(numbers))
    return list(rows.order_by("number"))


def _unfitted(settings: Settings, at: datetime) -> Corpus:
    impossible, changes = settings
    return Corpus(
        Matcher(impossible=impossible, weights=dict(changes)),
        settings,
        resting=resting_pairs(at),
        full=full_resources(at),
        kin=families(),
    )


def _fit(settings: Settings, at: datetime) -> Corpus:
    corpus = _unfitted(settings, at)
    offers = [row for row in _rows(ResourceOffer) if isinstance(row, ResourceOffer)]
    needs = [row for row in _rows(Need) if isinstance(row, Need)]
    corpus.matcher.fit(offer_items(offers, corpus), need_items(needs, corpus))
    corpus.known = {row.number: row.version for row in (*offers, *needs)}
    return corpus


def _take_over(corpus: Corpus, now: dict[str, int], changed: set[str], at: datetime) -> None:
    corpus.resting, corpus.full = resting_pairs(at), full_resources(at)
    for number in corpus.known.keys() - now.keys():
        corpus.matcher.remove(number)
    offers = [r for r in _rows(ResourceOffer, changed) if isinstance(r, ResourceOffer)]
    needs = [r for r in _rows(Need, changed) if isinstance(r, Need)]
    for item in offer_items(offers, corpus):
        corpus.matcher.add_offer(item)
    for item in need_items(needs, corpus):
        corpus.matcher.add_need(item)
    corpus.known = now


def rules(corpus: Corpus) -> Rules:
    """The staff's walls, as the engine asks them."""
    return Rules(corpus.settings[0])


def current(at: datetime, *, fresh: bool = False) -> Corpus:
    """The process's corpus, in step with the database; `fresh` forces a new fit."""
    global _corpus  # noqa: PLW0603 - one matcher a process
    with _lock:
        settings = _settings()
        now = _versions(Need) | _versions(ResourceOffer)
        corpus = _corpus
        if corpus is None or fresh or corpus.settings != settings:
            _corpus = _fit(settings, at)
            return _corpus
        changed = {number for number, version in now.items() if corpus.known.get(number) != version}
        gone = corpus.known.keys() - now.keys()
        if not changed and not gone:
            return corpus
        if len(now) < SMALL or len(changed) + len(gone) > CHANGED_SHARE * len(now):
            _corpus = _fit(settings, at)
            return _corpus
        _take_over(corpus, now, changed, at)
        return corpus


def serving(at: datetime) -> Corpus:
    """What a page asks about single pairs: the whole market, or, where it is large and this
    process does not hold it anyway, the same settings with words learned from a sample of it.

    A sample holds no entries to be found: it scores pairs, and says which walls stand between.
    """
    if _corpus is not None or is_small():
        return current(at)
    return _sample(at)


def _sample(at: datetime) -> Corpus:
    global _sampled  # noqa: PLW0603 - one a process
    with _lock:
        settings = _settings()
        if _sampled and _sampled[1].settings == settings and at - _sampled[0] < SAMPLE_LASTS:
            _sampled[1].resting, _sampled[1].full = resting_pairs(at), full_resources(at)
            return _sampled[1]
        corpus = _unfitted(settings, at)
        corpus.is_whole = False
        newest = entry_queryset(ResourceOffer).filter(state__in=SEEKING).order_by("-id")[:SAMPLE]
        corpus.matcher.fit(offer_items(list(newest), corpus))
        _sampled = (at, corpus)
        return corpus
