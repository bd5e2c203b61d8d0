"""Sharing: attention over needs and resources, and quantities over needs."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import Allotment, Claim, Pair, Proposals, Stock, allocate, spread


def proposals(need: str, *offers: tuple[str, float]) -> Proposals:
    pairs = tuple(Pair(need, offer, score, "high", True, ()) for offer, score in offers)
    return Proposals(need, pairs, (), "t")


def shown(answers: list[Proposals]) -> dict[str, list[str]]:
    return {answer.key: [pair.offer for pair in answer.pairs] for answer in answers}


def test_a_popular_offer_goes_to_the_needs_it_fits_best() -> None:
    lists = [
        proposals("a", ("popular", 0.9), ("x", 0.5)),
        proposals("b", ("popular", 0.8), ("y", 0.5)),
        proposals("c", ("popular", 0.7)),
    ]
    assert shown(spread(lists, cap=1, floor=1)) == {
        "a": ["popular", "x"],
        "b": ["y"],
        "c": ["popular"],
    }
    assert shown(spread(lists, cap=1, floor=0)) == {"a": ["popular", "x"], "b": ["y"], "c": []}


def test_lists_are_cut_to_the_top() -> None:
    lists = [proposals("a", ("x", 0.9), ("y", 0.8), ("z", 0.7))]
    assert shown(spread(lists, cap=5, top=2)) == {"a": ["x", "y"]}


def test_a_cap_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="cap"):
        spread([], cap=0)


scored = st.dictionaries(st.sampled_from("uvwxyz"), st.floats(0, 1), max_size=6)


@given(st.lists(scored, max_size=6), st.integers(1, 3))
def test_no_offer_is_shown_more_often_than_the_cap(lists: list[dict[str, float]], cap: int) -> None:
    given_lists = [
        proposals(f"n{place}", *sorted(one.items(), key=lambda pair: (-pair[1], pair[0])))
        for place, one in enumerate(lists)
    ]
    spread_lists = spread(given_lists, cap=cap, floor=0)
    exposure = Counter(pair.offer for answer in spread_lists for pair in answer.pairs)
    assert all(times <= cap for times in exposure.values())
    kept = spread(given_lists, cap=cap, floor=2)
    for before, after in zip(given_lists, kept, strict=True):
        assert len(after.pairs) >= min(2, len(before.pairs))
        assert set(after.pairs) <= set(before.pairs)


# Quantities


def shares(
    claims: dict[str, int],
    stocks: dict[str, tuple[int, int | None]],
    scores: list[tuple[str, str, float]] | None = None,
) -> list[Allotment]:
    return allocate(
        [Claim(need, Decimal(amount)) for need, amount in claims.items()],
        [Stock(offer, Decimal(left), pieces) for offer, (left, pieces) in stocks.items()],
        scores or [(need, offer, 0.5) for need in claims for offer in stocks],
    )


def test_the_smallest_need_is_filled_first_and_the_rest_goes_on() -> None:
    assert shares({"big": 100, "small": 5, "mid": 20}, {"r": (40, None)}) == [
        Allotment("small", "r", Decimal(5)),
        Allotment("mid", "r", Decimal(20)),
        Allotment("big", "r", Decimal(15)),
    ]


def test_few_pieces_go_to_the_smallest_needs_that_take_a_share() -> None:
    claims = {"tiny": 1, "half": 25, "big": 100}
    assert shares(claims, {"r": (40, 2)}) == [
        Allotment("half", "r", Decimal(25)),
        Allotment("big", "r", Decimal(15)),
    ]
    assert shares({"tiny": 1, "small": 3}, {"r": (40, 1)}) == [Allotment("small", "r", Decimal(3))]
    assert shares(claims, {"r": (40, 0)}) == []


def test_a_better_band_is_served_before_a_smaller_need() -> None:
    scores = [("fits", "r", 0.85), ("small", "r", 0.45)]
    assert shares({"fits": 30, "small": 5}, {"r": (30, None)}, scores) == [
        Allotment("fits", "r", Decimal(30))
    ]


def test_several_offers_fill_one_need() -> None:
    assert shares({"n": 50}, {"a": (30, None), "b": (10, None)}) == [
        Allotment("n", "b", Decimal(10)),
        Allotment("n", "a", Decimal(30)),
    ]


amounts = st.integers(0, 50)


@given(
    st.dictionaries(st.sampled_from("abcde"), amounts),
    st.dictionaries(st.sampled_from("uvwxyz"), st.tuples(amounts, st.none() | st.integers(0, 4))),
)
def test_nothing_is_given_twice_or_beyond_a_limit(
    claims: dict[str, int], stocks: dict[str, tuple[int, int | None]]
) -> None:
    allotted = shares(claims, stocks)
    got: Counter[str] = Counter()
    gave: Counter[str] = Counter()
    for one in allotted:
        assert one.amount > 0
        got[one.need] += int(one.amount)
        gave[one.offer] += int(one.amount)
    assert all(got[need] <= claims[need] for need in got)
    assert all(gave[offer] <= stocks[offer][0] for offer in gave)
    pieces = Counter(one.offer for one in allotted)
    assert all(pieces[o] <= limit for o, (_, limit) in stocks.items() if limit is not None)
    if all(limit is None for _, limit in stocks.values()):
        total = min(sum(claims.values()), sum(left for left, _ in stocks.values()))
        assert sum(got.values()) == total
