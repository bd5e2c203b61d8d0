"""The matcher: fit on offers (and needs), then propose, in either direction.

Same input, same list. Appending one item is cheap: it joins a small segment of its own, and small
segments are merged now and then; document frequencies stay those of the last fit, so fit again
from time to time (nightly).
"""

from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator

from matching.engine import evidence
from matching.engine.absence import Removed, failing_only, waterfall
from matching.engine.columns import Side
from matching.engine.constraints import Rules
from matching.engine.items import Item, Pair, Proposals, in_key_order
from matching.engine.pairs import build_pair, text_shares
from matching.engine.segment import Prepared, Scale, Segment, best_places
from matching.engine.shelf import Shelf
from matching.engine.text import TextModel, count
from matching.engine.weights import MEANING_BASELINE, MODEL_VERSION, WEIGHTS

CANDIDATES = 50
"""Best pairs by text, meaning and category that are looked at for place, time and quantity."""

# Scores by block and one at a time differ in the last bits: rounded before they are compared.
_DIGITS = 5

_MANY = 8
"""From so many items at once the block product is faster than one at a time."""


class Matcher(BaseEstimator):  # type: ignore[misc]
    """Scores needs against offers; see `weights.TABLE` for the sum and `constraints` for the walls.

    `impossible` holds (need category, offer category) pairs that staff forbid; `weights` overrides
    entries of the table; `meaning_baseline` is the cosine of unrelated pairs of the vectors' model.
    """

    def __init__(
        self,
        *,
        impossible: frozenset[tuple[str, str]] = frozenset(),
        weights: Mapping[str, float] | None = None,
        meaning_baseline: float = MEANING_BASELINE,
    ) -> None:
        """Keep the parameters as given, as scikit-learn asks."""
        self.impossible = impossible
        self.weights = weights
        self.meaning_baseline = meaning_baseline

    def fit(self, offers: Iterable[Item], needs: Iterable[Item] = ()) -> Self:
        """Learn the offers' words and hold both sides. Of two items with one key the later wins."""
        offer_items, need_items = in_key_order(list(offers)), in_key_order(list(needs))
        counted = [count(item) for item in offer_items]
        self.text_ = TextModel(counted)
        self.rules_ = Rules(self.impossible)
        self.scale_ = Scale({**WEIGHTS, **(self.weights or {})}, self.meaning_baseline)
        self.offers_ = Shelf("offers", self.text_, self.rules_)
        self.needs_ = Shelf("needs", self.text_, self.rules_)
        self.offers_.add_many(offer_items, counted)
        self.needs_.add_many(need_items, [count(item) for item in need_items])
        return self

    def add_offer(self, offer: Item) -> Self:
        """Add an offer, or replace the one with its key, without a new fit."""
        self.offers_.add_many([offer], [count(offer)])
        return self

    def add_need(self, need: Item) -> Self:
        """Add a need, or replace the one with its key, without a new fit."""
        self.needs_.add_many([need], [count(need)])
        return self

    def remove(self, key: str) -> Self:
        """Forget the need or offer with this key; an unknown key is no error."""
        self.offers_.remove(key)
        self.needs_.remove(key)
        return self

    def propose(
        self, needs: Sequence[Item], *, top: int = 10, at: date | None = None
    ) -> list[Proposals]:
        """Return the best offers for each need, in the order of `needs`; `at` is today."""
        return self._answers(needs, self.offers_, "needs", top, at)

    def seek(
        self, offers: Sequence[Item], *, top: int = 10, at: date | None = None
    ) -> list[Proposals]:
        """Return the held needs that each offer fits best: the same pairs with the same scores."""
        return self._answers(offers, self.needs_, "offers", top, at)

    def pair(self, need: Item, offer: Item, *, at: date | None = None) -> Pair:
        """Score one need and one offer, whether or not a constraint stands between them."""
        asking = self._segment([need], "needs").prepared(0)
        given = self._segment([offer], "offers").prepared(0)
        return self._pair(asking, given, "needs", at)

    def explain_absence(self, need: Item) -> list[Removed]:
        """Return what each constraint took from the offers for this need, in their order."""
        return waterfall(need, self.offers_.segments)

    def kept_out_by(self, need: Item, code: str) -> list[str]:
        """Return the keys of the offers that only this constraint keeps from the need.

        KeyError for a code that does not exist.
        """
        return failing_only(need, self.offers_.segments, code)

    def _answers(
        self, items: Sequence[Item], shelf: Shelf, side: Side, top: int, at: date | None
    ) -> list[Proposals]:
        if not items:
            return []
        asking = self._segment(items, side)
        candidates = max(CANDIDATES, top)
        best: list[list[tuple[float, Segment, int]]] = [[] for _ in items]
        for segment in shelf.segments:
            for place, found in enumerate(self._best(asking, segment, candidates)):
                best[place].extend((score, segment, where) for where, score in found)
        return [
            self._proposals(asking.prepared(place), found, side, top, at)
            for place, found in enumerate(best)
        ]

    def _segment(self, items: Sequence[Item], side: Side) -> Segment:
        counted = [count(item) for item in items]
        make = self.text_.needs if side == "needs" else self.text_.offers
        return Segment(items, make(counted, keep=False), side=side, rules=self.rules_)

    def _best(
        self, asking: Segment, segment: Segment, candidates: int
    ) -> list[list[tuple[int, float]]]:
        if len(asking.items) >= _MANY:
            many = segment.best_of_many(asking, self.scale_, candidates)
            return [list(zip(p.tolist(), s.tolist(), strict=True)) for p, s in many]
        found = []
        for place, item in enumerate(asking.items):
            scores = segment.scores(asking.prepared(place), self.scale_)
            places = best_places(scores, segment.allowed(item), candidates)
            found.append(list(zip(places.tolist(), scores[places].tolist(), strict=True)))
        return found

    def _proposals(
        self,
        asking: Prepared,
        found: list[tuple[float, Segment, int]],
        side: Side,
        top: int,
        at: date | None,
    ) -> Proposals:
        best = self._with_evidence(asking.item, found, side, top, at)
        ranked = [self._pair(asking, segment.prepared(place), side, at) for segment, place in best]
        ranked.sort(key=lambda pair: (-pair.score, pair.need, pair.offer))
        answered = any(pair.fits for pair in ranked)
        shown = tuple(pair for pair in ranked if answered and pair.level != "none")
        return Proposals(
            asking.item.key,
            shown,
            tuple(pair for pair in ranked if pair not in shown),
            MODEL_VERSION,
        )

    def _with_evidence(
        self,
        item: Item,
        found: list[tuple[float, Segment, int]],
        side: Side,
        top: int,
        at: date | None,
    ) -> list[tuple[Segment, int]]:
        """The best `top` of the candidates after place, time, quantity and freshness are added."""
        weights = self.scale_.weights
        reach = sum(weights[code] for code in evidence.CODES)
        found.sort(key=lambda one: (-round(one[0], _DIGITS), one[1].items[one[2]].key))
        totals: list[tuple[float, str, Segment, int]] = []
        for score, segment, place in found[: max(CANDIDATES, top)]:
            if len(totals) >= top and score + reach < -totals[top - 1][0]:
                break
            other = segment.items[place]
            need, offer = (item, other) if side == "needs" else (other, item)
            beside = evidence.beside_text(need, offer, at, weights)
            total = score + sum(reason.points for reason in beside)
            insort(totals, (-round(total, _DIGITS), other.key, segment, place), key=_by_total)
        return [(segment, place) for _, _, segment, place in totals[:top]]

    def _pair(self, asking: Prepared, other: Prepared, side: Side, at: date | None) -> Pair:
        need, offer = (asking, other) if side == "needs" else (other, asking)
        return build_pair(need, offer, text_shares(need, offer), self.scale_, at)


def _by_total(one: tuple[float, str, Segment, int]) -> tuple[float, str]:
    return one[0], one[1]


def meaning_baseline(needs: Sequence[Item], offers: Sequence[Item]) -> float:
    """Mean cosine of all pairs: what `Matcher(meaning_baseline=…)` wants to know of a model."""
    queries = [need.query for need in needs if need.query is not None]
    passages = [offer.passage for offer in offers if offer.passage is not None]
    if not queries or not passages:
        raise ValueError("No pair with vectors.")
    return float(np.mean(np.mean(queries, axis=0) @ np.mean(passages, axis=0)))
