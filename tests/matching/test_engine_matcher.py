"""The matcher as a whole: order, reasons, both directions, additions, and saying that nothing fits."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from sklearn.base import clone

from matching.engine import MODEL_VERSION, TABLE, Item, Matcher, Pair, Proposals, Quantity, Times
from matching.engine.segment import best_places

STREET = ("33", "3301", "330102", "330102001")
TODAY = date(2026, 3, 1)
OFFERS = [
    Item("meals", "社区食堂送餐上门", "为独居老人做午饭，每天送到家里", category="为老服务"),
    Item("chairs", "轮椅免费租借", "残疾人和行动不便的老人可借用轮椅", category="助残"),
    Item("phones", "手机课堂", "志愿者教老人用智能手机挂号缴费", category="为老服务"),
    Item("coats", "捐赠冬衣", "企业捐出全新羽绒服一百件", category="社会救助"),
    Item("law", "法律援助热线", "律师免费解答欠薪和工伤问题", category="法律"),
]
NEEDS = [
    Item("lunch", "独居老人吃饭难", "老人自己做不了午饭，希望有人送餐上门", category="为老服务"),
    Item("walk", "想借一辆轮椅", "行动不便的老人想出门转转", category="助残"),
    Item("stars", "天文望远镜", "想看木星的卫星", category="科普"),
]


def keys(answer: Proposals) -> list[str]:
    return [pair.offer for pair in answer.pairs]


def everything(answer: Proposals) -> list[Pair]:
    return [*answer.pairs, *answer.below_floor]


def test_the_offer_that_fits_comes_first_with_its_phrases() -> None:
    lunch, walk, _ = Matcher().fit(OFFERS).propose(NEEDS)
    assert keys(lunch)[0] == "meals"
    assert keys(walk)[0] == "chairs"
    reasons = {reason.code: reason for reason in lunch.pairs[0].reasons}
    assert set(reasons) == {"need_covered", "similar_text", "same_category"}
    assert reasons["need_covered"].words == ("独居老人", "送餐上门", "午饭")
    assert lunch.model_version == MODEL_VERSION


def test_nothing_fits_is_said() -> None:
    *_, stars = Matcher().fit(OFFERS).propose(NEEDS)
    assert (stars.nothing_fits, stars.pairs) == (True, ())
    assert len(stars.below_floor) == len(OFFERS)
    (nobody,) = Matcher().fit([]).propose(NEEDS[:1])
    assert (nobody.nothing_fits, nobody.below_floor) == (True, ())


def test_the_same_words_on_both_sides_cover_the_need_entirely() -> None:
    need = NEEDS[0]
    (answer,) = Matcher().fit([replace(need, key="mirror"), *OFFERS]).propose([need])
    points = {reason.code: reason.points for reason in answer.pairs[0].reasons}
    assert answer.pairs[0].offer == "mirror"
    assert points == pytest.approx({"need_covered": 1, "similar_text": 1, "same_category": 0.1})
    assert answer.pairs[0].level == "high"


def test_points_of_the_reasons_add_up_to_the_score() -> None:
    for answer in Matcher().fit(OFFERS).propose(NEEDS):
        for pair in everything(answer):
            assert pair.score == pytest.approx(sum(reason.points for reason in pair.reasons))
        assert all(a.score >= b.score for a, b in pairwise(everything(answer)))


def test_both_directions_give_the_same_pairs() -> None:
    matcher = Matcher().fit(OFFERS, NEEDS)
    forward = {(p.need, p.offer): p for a in matcher.propose(NEEDS) for p in everything(a)}
    backward = {(p.need, p.offer): p for a in matcher.seek(OFFERS) for p in everything(a)}
    assert forward == backward
    assert len(forward) == len(NEEDS) * len(OFFERS)


def test_order_of_input_does_not_matter_and_ties_go_by_key() -> None:
    twins = [replace(OFFERS[0], key=key) for key in ("b", "c", "a")]
    (answer,) = Matcher().fit(twins).propose(NEEDS[:1])
    assert keys(answer) == ["a", "b", "c"]
    assert Matcher().fit(twins[::-1]).propose(NEEDS[:1]) == [answer]


def test_many_needs_at_once_are_answered_like_one_at_a_time() -> None:
    random = np.random.default_rng(1)
    words = [
        "送餐",
        "轮椅",
        "老人",
        "孩子",
        "手机",
        "法律",
        "志愿者",
        "上门",
        "社区",
        "免费",
        "wifi",
    ]

    def made(prefix: str, count: int) -> list[Item]:
        rows = random.standard_normal((count, 16)).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return [
            Item(
                f"{prefix}{place:03}",
                "".join(random.choice(words, 3)),
                "".join(random.choice(words, 8)),
                category=str(random.choice(["甲", "乙", ""])),
                region=STREET[: int(random.integers(5))],
                area_served=(STREET[: int(random.integers(5))],),
                organization=str(random.integers(20)),
                query=rows[place] if place % 3 else None,
                passage=rows[place] if place % 4 else None,
            )
            for place in range(count)
        ]

    offers, needs = made("r", 300), made("n", 150)
    matcher = Matcher(meaning_baseline=0.0, weights={"meaning": 0.5}).fit(offers, needs)
    assert matcher.propose(needs) == [matcher.propose([need])[0] for need in needs]
    assert matcher.seek(offers[:40]) == [matcher.seek([offer])[0] for offer in offers[:40]]


# Vectors


def turned(degrees: float) -> np.ndarray:
    return np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], dtype=np.float32)


def test_meaning_is_absent_without_vectors_and_neutral_at_the_baseline() -> None:
    need = replace(NEEDS[0], query=turned(0))
    offers = [
        replace(OFFERS[0], key="near", passage=turned(5)),
        replace(OFFERS[0], key="no vector"),
        replace(OFFERS[0], key="far", passage=turned(60)),
        replace(OFFERS[0], key="other model", passage=np.ones(3, dtype=np.float32)),
    ]
    (answer,) = Matcher(meaning_baseline=0.87).fit(offers).propose([need])
    points = {
        pair.offer: {r.code: r.points for r in pair.reasons}.get("meaning")
        for pair in everything(answer)
    }
    assert points == pytest.approx(
        {"near": 6 * (0.996195 - 0.87), "no vector": None, "other model": None, "far": 6 * -0.37},
        abs=1e-4,
    )
    assert [pair.offer for pair in everything(answer)] == [
        *("near", "no vector", "other model", "far")
    ]


# Place, time, quantity, freshness


def codes(need: Item, offer: Item, at: date | None = TODAY) -> dict[str, float]:
    (answer,) = Matcher().fit([offer]).propose([need], at=at)
    (pair,) = everything(answer)
    text = {"need_covered", "similar_text", "same_category"}
    return {reason.code: reason.points for reason in pair.reasons if reason.code not in text}


def test_missing_place_time_and_quantity_are_no_evidence() -> None:
    assert codes(NEEDS[0], OFFERS[0]) == {}
    placed = replace(NEEDS[0], region=STREET, times=Times(TODAY), quantity=Quantity(5, "份", "day"))
    assert codes(placed, OFFERS[0]) == {}
    assert (
        codes(NEEDS[0], replace(OFFERS[0], region=STREET, quantity=Quantity(5, "份", "day"))) == {}
    )


def test_place_time_quantity_and_freshness_are_evidence_where_both_say_them() -> None:
    need = replace(
        NEEDS[0],
        region=STREET,
        times=Times(TODAY),
        quantity=Quantity(40, "份", "day"),
        refreshed=TODAY,
    )
    offer = replace(
        OFFERS[0],
        region=STREET,
        times=Times(end=date(2026, 12, 31)),
        quantity=Quantity(10, "份", "day"),
        refreshed=date(2026, 1, 15),
    )
    assert codes(need, offer) == pytest.approx(
        {"distance": 0.042, "times": 0.04, "quantity": 0.015, "freshness": 0.015}
    )
    assert codes(need, offer, at=None).keys() == {"distance", "times", "quantity"}
    other_unit = replace(offer, quantity=Quantity(10, "份", "week"))
    assert "quantity" not in codes(need, other_unit)
    assert "distance" not in codes(need, replace(offer, remote=True))


def test_nearness_orders_equals_and_lifts_no_level() -> None:
    need = replace(NEEDS[0], region=STREET)
    near = replace(OFFERS[0], key="z near", region=STREET)
    (answer,) = Matcher().fit([near, replace(OFFERS[0], key="a")]).propose([need])
    assert keys(answer) == ["z near", "a"]
    assert answer.pairs[0].level == answer.pairs[1].level


# Holding both sides


def test_an_added_offer_is_found_and_replaces_its_older_copy() -> None:
    matcher = Matcher().fit(OFFERS, NEEDS)
    matcher.add_offer(Item("scope", "天文望远镜借用", "看木星和它的卫星", category="科普"))
    assert keys(matcher.propose(NEEDS[2:])[0]) == ["scope"]
    matcher.add_offer(Item("scope", "已经借出", ""))
    matcher.remove("meals").remove("unknown")
    offered = {p.offer for answer in matcher.propose(NEEDS) for p in everything(answer)}
    assert offered == {"scope", "chairs", "phones", "coats", "law"}
    assert matcher.propose(NEEDS[2:])[0].nothing_fits


def test_asking_leaves_the_matcher_as_it_was() -> None:
    matcher = Matcher().fit(OFFERS, NEEDS)
    before = dict(matcher.text_.vocabulary)
    draft = Item("draft", "谁都没说过的词：熊猫骑自行车", "送餐上门")
    first = matcher.propose([draft])
    assert matcher.propose([draft]) == first
    matcher.seek([draft])
    assert matcher.text_.vocabulary == before


def test_many_additions_stay_findable() -> None:
    matcher = Matcher().fit(OFFERS)
    for number in range(40):
        matcher.add_offer(Item(f"x{number:02}", f"第{number}号花园", "种花养草"))
        matcher.add_need(Item(f"n{number:02}", f"第{number}号花园", "种花养草"))
    (answer,) = matcher.propose([Item("n", "第7号花园", "种花")])
    assert keys(answer)[0] == "x07"
    assert len(matcher.offers_.segments) <= 17
    (back,) = matcher.seek([Item("x", "第7号花园", "种花养草")])
    assert back.pairs[0].need == "n07"


def test_the_first_offers_may_come_after_an_empty_fit() -> None:
    matcher = Matcher().fit([]).add_offer(OFFERS[0])
    (answer,) = matcher.propose(NEEDS[:1])
    assert [pair.offer for pair in everything(answer)] == ["meals"]


# Odd text and the conventions of scikit-learn


@pytest.mark.parametrize("text", ["", "\x00", "𠮷\u200f😀", "\ud800", "a" * 50_000, "老" * 50_000])
def test_any_text_is_answered(text: str) -> None:
    odd = Item("odd", text, text)
    matcher = Matcher().fit([odd, *OFFERS])
    assert len(everything(matcher.propose([odd])[0])) == 6
    assert np.isfinite([pair.score for pair in everything(matcher.propose([odd])[0])]).all()


def test_parameters_can_be_read_and_cloned() -> None:
    matcher = Matcher(impossible=frozenset({("助残", "法律")}), weights={"meaning": 4.0})
    assert clone(matcher).get_params() == matcher.get_params()
    assert matcher.fit(OFFERS) is matcher


def test_weights_come_from_the_table_and_can_be_overridden() -> None:
    (plain,) = Matcher().fit(OFFERS).propose(NEEDS[:1])
    (heavier,) = Matcher(weights={"same_category": 0.3}).fit(OFFERS).propose(NEEDS[:1])
    assert heavier.pairs[0].score - plain.pairs[0].score == pytest.approx(0.2)
    assert [weight.code for weight in TABLE if not weight.measured] == [
        *("distance", "times", "quantity", "freshness")
    ]


def test_best_places_prefers_the_earlier_of_equals() -> None:
    scores = np.array([1, 3, 3, 2, 3], dtype=np.float32)
    allowed = np.array([True, True, True, True, False])
    assert best_places(scores, allowed, 1).tolist() == [1]
    assert best_places(scores, allowed, 3).tolist() == [1, 2, 3]
    assert best_places(scores, ~allowed, 9).tolist() == [4]
