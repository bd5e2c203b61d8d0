"""The fast exact ways give what the plain ones give."""

from dataclasses import replace

import numpy as np
import pytest

from matching.engine import Item, segment
from matching.engine.constraints import Rules
from matching.engine.segment import Scale, Segment, best_places
from matching.engine.text import Floats, TextModel, count
from matching.engine.weights import MEANING_BASELINE, WEIGHTS

LETTERS = "老人助餐送陪诊社区读书孩子轮椅搬家理发法律画画"
SCALE = Scale(WEIGHTS, MEANING_BASELINE)


def items(prefix: str, amount: int, *, seed: int, vectors: bool = False) -> list[Item]:
    random = np.random.default_rng(seed)
    drawn = random.choice(list(LETTERS), size=(amount, 14))
    made = random.standard_normal((amount, 8)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    return [
        Item(
            f"{prefix}{place:04}",
            "".join(row[:4]),
            "".join(row[4:]),
            category=("为老服务", "法律", "")[place % 3],
            organization=f"o{place % 7}",
            query=made[place] if vectors and place % 4 else None,
            passage=made[place] if vectors and place % 5 else None,
        )
        for place, row in enumerate(drawn)
    ]


def both(needs: list[Item], offers: list[Item]) -> tuple[Segment, Segment]:
    counted = [count(offer) for offer in offers]
    text = TextModel(counted)
    held = Segment(offers, text.offers(counted, keep=True), side="offers", rules=Rules())
    rows = text.needs([count(need) for need in needs], keep=False)
    return Segment(needs, rows, side="needs", rules=Rules()), held


def plainly_best(scores: Floats, allowed: np.ndarray, top: int) -> list[int]:
    order = sorted(np.flatnonzero(allowed).tolist(), key=lambda place: (-scores[place], place))
    return order[:top]


@pytest.mark.parametrize("vectors", [False, True])
@pytest.mark.parametrize("tile", [64, 1 << 17])
def test_many_at_once_answer_like_one_at_a_time(
    monkeypatch: pytest.MonkeyPatch, vectors: bool, tile: int
) -> None:
    needs, offers = (items(name, 150, seed=1, vectors=vectors) for name in "nr")
    asking, held = both(needs, offers)
    one_tile = [held.scores(asking.prepared(place), SCALE) for place in range(len(needs))]
    monkeypatch.setattr(segment, "_TILE", tile)
    _, anew = both(needs, offers)
    many = anew.best_of_many(asking, SCALE, 10)
    assert len(many) == len(needs)
    for need, expected, (places, scores) in zip(needs, one_tile, many, strict=True):
        wanted = plainly_best(np.round(expected, 5), held.allowed(need), 10)
        np.testing.assert_allclose(expected[places], scores, atol=1e-5)
        np.testing.assert_allclose(expected[places], expected[wanted], atol=1e-5)


def test_scores_are_the_products_of_the_rows() -> None:
    needs, offers = items("n", 20, seed=3), items("r", 50, seed=4)
    needs[0] = replace(needs[0], text=f"{needs[0].text}没有人说过的话 quilt")
    asking, held = both(needs, offers)
    width = held.rows.covered.shape[1]
    by_hand = (
        asking.rows.covered[:, :width] @ held.rows.covered.T
        + asking.rows.similar[:, :width] @ held.rows.similar.T
    ).toarray()
    for place, need in enumerate(needs):
        same = np.array([bool(need.category) and o.category == need.category for o in offers])
        expected = by_hand[place] + same * WEIGHTS["same_category"]
        found = held.scores(asking.prepared(place), SCALE)
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_the_best_places_are_those_of_a_whole_sort() -> None:
    random = np.random.default_rng(5)
    for size, allowed_share, kinds in [
        (3, 1.0, 9),
        (700, 0.5, 5),
        (5_000, 0.002, 40),
        (5_000, 0.9, 4),
    ]:
        # Few different scores, so that many are equal.
        scores = random.integers(0, kinds, size).astype(np.float32)
        allowed = random.random(size) < allowed_share
        assert best_places(scores, allowed, 10).tolist() == plainly_best(scores, allowed, 10)
    smooth = random.standard_normal(20_000).astype(np.float32)
    everyone = np.ones(20_000, dtype=np.bool_)
    assert best_places(smooth, everyone, 50).tolist() == plainly_best(smooth, everyone, 50)
    assert best_places(smooth, ~everyone, 50).tolist() == []
