"""Hard constraints: each by itself, masks that answer like the pairs, and the waterfall."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine import EVERYWHERE, Item, Matcher, Quantity, Removed, Times
from matching.engine.columns import Columns
from matching.engine.constraints import CONSTRAINTS, Rules, first_failed, share_a_day
from matching.engine.kinds import COMPATIBLE, compatible

STREET = ("33", "3301", "330102", "330102001")
OTHER_STREET = ("33", "3301", "330102", "330102002")
RULES = Rules(impossible=frozenset({("助残", "法律")}))
NEED = Item("n", region=STREET, kind="service", category="助残", organization="a")
OFFER = Item("r", area_served=(STREET,), kind="volunteer", category="为老服务", organization="b")


def failed(need: dict[str, Any] | None = None, offer: dict[str, Any] | None = None) -> str | None:
    return first_failed(replace(NEED, **(need or {})), replace(OFFER, **(offer or {})), RULES)


def test_a_pair_without_obstacle_passes() -> None:
    assert failed() is None


@pytest.mark.parametrize(
    ("need", "offer", "code"),
    [
        ({"is_open": False}, {}, "open"),
        ({}, {"is_open": False}, "open"),
        ({}, {"organization": "a"}, "other_organization"),
        ({}, {"kind": "goods"}, "kinds"),
        ({}, {"category": "法律"}, "category_possible"),
        ({}, {"area_served": (OTHER_STREET,)}, "area"),
        (
            {"times": Times(date(2026, 1, 1), date(2026, 1, 31))},
            {"times": Times(date(2026, 2, 1))},
            "times",
        ),
        ({"groups": frozenset({"老人"})}, {"conditions": frozenset({"儿童"})}, "conditions"),
        ({}, {"quantity": Quantity(0, "份", "once")}, "remaining"),
        ({"quantity": Quantity(0)}, {}, "remaining"),
        ({"declined": frozenset({"r"})}, {}, "not_declined"),
        ({}, {"declined": frozenset({"n"})}, "not_declined"),
    ],
)
def test_each_constraint_refuses(need: dict[str, Any], offer: dict[str, Any], code: str) -> None:
    assert failed(need, offer) == code


@pytest.mark.parametrize(
    ("need", "offer"),
    [
        ({"organization": ""}, {"organization": ""}),
        ({"kind": ""}, {"kind": "venue"}),
        ({"kind": "something new"}, {"kind": "venue"}),
        ({"region": ()}, {"area_served": (OTHER_STREET,)}),
        ({}, {"area_served": ()}),
        ({"times": Times(date(2026, 1, 1), date(2026, 1, 31))}, {}),
        ({"groups": frozenset()}, {"conditions": frozenset({"儿童"})}),
        ({"groups": frozenset({"老人"})}, {"conditions": frozenset()}),
        ({"quantity": Quantity()}, {"quantity": Quantity()}),
    ],
)
def test_missing_information_never_refuses(need: dict[str, Any], offer: dict[str, Any]) -> None:
    assert failed(need, offer) is None


@pytest.mark.parametrize(
    ("region", "served", "reached"),
    [
        (STREET, EVERYWHERE, True),
        (STREET, (STREET[:2],), True),
        (STREET[:3], (STREET,), True),
        (STREET, (OTHER_STREET, STREET), True),
        (STREET, (OTHER_STREET, ("44",)), False),
    ],
)
def test_area_served_is_read_from_the_province_down(
    region: tuple[str, ...], served: tuple[tuple[str, ...], ...], reached: bool
) -> None:
    need, offer = {"region": region}, {"area_served": served}
    assert (failed(need, offer) is None) is reached
    assert failed({**need, "remote": True}, offer) is None
    assert failed(need, {**offer, "remote": True}) is None


def test_weekdays_inside_a_short_period_decide() -> None:
    monday, friday = date(2026, 1, 5), date(2026, 1, 9)
    week = Times(monday, friday)
    assert share_a_day(week, Times(weekdays=frozenset({4})))
    assert not share_a_day(week, Times(weekdays=frozenset({5, 6})))
    assert not share_a_day(Times(weekdays=frozenset({0})), Times(weekdays=frozenset({1})))
    assert share_a_day(Times(monday), Times(weekdays=frozenset({6})))


def test_money_meets_most_needs_and_only_money_meets_a_need_for_money() -> None:
    assert {kind for kind in COMPATIBLE if not compatible(kind, "money")} == {"volunteer"}
    assert {kind for kind in COMPATIBLE if compatible("money", kind)} == {"money"}


days = st.none() | st.integers(0, 20).map(lambda n: date(2026, 1, 1) + timedelta(days=n))
paths = st.sampled_from([(), ("33",), STREET[:3], STREET, OTHER_STREET, ("44", "4403")])


@st.composite
def items(draw: st.DrawFn, prefix: str) -> Item:
    return Item(
        prefix + str(draw(st.integers(0, 5))),
        kind=draw(st.sampled_from(["", "service", "goods", "venue", "money"])),
        category=draw(st.sampled_from(["", "助残", "法律"])),
        region=draw(paths),
        area_served=tuple(draw(st.lists(paths, max_size=2))),
        remote=draw(st.booleans()),
        times=Times(
            draw(days), draw(days), frozenset(draw(st.sets(st.integers(0, 6), max_size=2)))
        ),
        quantity=Quantity(draw(st.sampled_from([None, 0.0, 5.0]))),
        groups=frozenset(draw(st.sets(st.sampled_from("老幼残"), max_size=2))),
        conditions=frozenset(draw(st.sets(st.sampled_from("老幼残"), max_size=2))),
        is_open=draw(st.booleans()),
        organization=draw(st.sampled_from(["", "a", "b"])),
        declined=frozenset(draw(st.sets(st.sampled_from(["n0", "n1", "r0", "r1"]), max_size=2))),
    )


@given(items("n"), st.lists(items("r"), max_size=6, unique_by=lambda item: item.key))
def test_masks_answer_like_the_pair_functions(need: Item, offers: list[Item]) -> None:
    columns = Columns(offers, side="offers", rules=RULES)
    for constraint in CONSTRAINTS:
        wanted = [constraint.passes(need, offer, RULES) for offer in offers]
        assert columns.mask(constraint.code, need).tolist() == wanted, constraint.code
    assert columns.passing(need).tolist() == [
        first_failed(need, offer, RULES) is None for offer in offers
    ]


@given(items("r"), st.lists(items("n"), max_size=6, unique_by=lambda item: item.key))
def test_masks_of_needs_answer_the_same_way_round(offer: Item, needs: list[Item]) -> None:
    columns = Columns(needs, side="needs", rules=RULES)
    assert columns.passing(offer).tolist() == [
        first_failed(need, offer, RULES) is None for need in needs
    ]


def test_the_waterfall_counts_each_offer_once_and_what_would_return() -> None:
    offers = [
        replace(OFFER, key="fits"),
        replace(OFFER, key="closed", is_open=False),
        replace(OFFER, key="far", area_served=(OTHER_STREET,)),
        replace(OFFER, key="far too", area_served=(("44",),)),
        replace(OFFER, key="closed and far", is_open=False, area_served=(OTHER_STREET,)),
    ]
    matcher = Matcher().fit([*offers, replace(OFFER, key="gone")]).remove("gone")
    steps = [step for step in matcher.explain_absence(NEED) if step.removed]
    assert steps == [Removed("open", 2, 1), Removed("area", 2, 2)]


@given(items("n"), st.lists(items("r"), max_size=6, unique_by=lambda item: item.key))
def test_the_waterfall_leaves_what_passes(need: Item, offers: list[Item]) -> None:
    matcher = Matcher(impossible=RULES.impossible).fit(offers)
    steps = matcher.explain_absence(need)
    passing = sum(first_failed(need, offer, RULES) is None for offer in offers)
    assert [step.code for step in steps] == [constraint.code for constraint in CONSTRAINTS]
    assert sum(step.removed for step in steps) == len(offers) - passing
    assert all(step.would_return <= step.removed for step in steps)
