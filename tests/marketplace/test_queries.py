"""Reads: own lists, differences, guesses, the intake queue, tasks, the chain."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from core.ports import Subject
from marketplace import queries
from marketplace.models import Need
from marketplace.queries import Wanted
from marketplace.states import EntryState
from tests.factories import accounts as people
from tests.factories.marketplace import make_need, make_offer

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def titles(organization_id: int, **wanted: str) -> list[str]:
    rows = queries.own_entries(Need, organization_id, Wanted(**wanted))
    return [need.title for need in rows]


def test_own_list_by_state_words_and_order() -> None:
    mine = people.make_organization()
    make_need(organization=mine, title="甲 轮椅", closes_on=date(2027, 3, 1), at=AT)
    make_need(EntryState.SUBMITTED, organization=mine, title="乙 午餐", at=AT)
    make_need(organization=mine, title="丙 轮椅", closes_on=date(2027, 1, 1), at=AT)
    make_need(title="别人的轮椅", at=AT)
    assert titles(mine.pk) == ["丙 轮椅", "乙 午餐", "甲 轮椅"]
    assert titles(mine.pk, group="intake") == ["乙 午餐"]
    assert titles(mine.pk, words="轮椅") == ["丙 轮椅", "甲 轮椅"]
    assert titles(mine.pk, words="轮椅", order="closing") == ["丙 轮椅", "甲 轮椅"]
    counts = queries.counts_by_group(Need, mine.pk)
    assert counts == {"": 3, "open": 2, "yours": 0, "intake": 1, "met": 0, "closed": 0}


@pytest.mark.parametrize("order", ["new", "closing"])
def test_pages_are_stable_while_rows_arrive(order: str) -> None:
    mine = people.make_organization()
    for n in range(5):
        closes = None if n == 2 else date(2027, 1, 10 - n)
        make_need(EntryState.DRAFT, organization=mine, title=f"{n}", closes_on=closes, at=AT)
    rows = queries.own_entries(Need, mine.pk, Wanted(order=order))
    expected = [need.title for need in rows.all()]
    first = queries.page_of(rows, order=order, size=2)
    make_need(
        EntryState.DRAFT, organization=mine, title="新来的", closes_on=date(2026, 12, 1), at=AT
    )
    second = queries.page_of(rows, order=order, after=first.after, size=2)
    third = queries.page_of(rows, order=order, after=second.after, size=2)
    seen = [need.title for part in (first, second, third) for need in part.rows]
    assert seen == expected
    assert (second.first, third.first, third.after) == (4, 6, "")
    back = queries.page_of(rows, order=order, before=third.before, size=2)
    assert [need.title for need in back.rows] == [need.title for need in second.rows]


def test_differences_in_words() -> None:
    old = {
        "title": "午餐 30 份",
        "quantity": "30.00",
        "unit": "portion",
        "groups": [],
        "remote": False,
    }
    new = {**old, "title": "午餐 40 份", "quantity": "40", "groups": ["elderly"], "remote": True}
    found = queries.differences(Need, old, new)
    assert [(d.label, d.before, d.after) for d in found] == [
        ("一句话说清楚", "午餐 30 份", "午餐 40 份"),
        ("可以远程", "", "是"),
        ("数量", "30", "40"),
        ("人群", "", "老年人"),
    ]
    assert found[0].after_pieces == [("午餐 ", False), ("4", True), ("0 份", False)]
    assert queries.differences(Need, old, {**old, "quantity": "30"}) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("高龄老人午餐配送", "elderly"),
        ("社区普法讲座，请律师来讲", "legal"),
        ("孩子课后托管", "children"),
        ("楼道灯坏了想请人维修水电", "repair"),
        ("一二三", None),
    ],
)
def test_guess_category(text: str, code: str | None) -> None:
    found = queries.guess_category(text)
    assert (found.code if found else None) == code


def test_the_intake_queue_of_a_region() -> None:
    places = people.make_region_tree()
    make_need(EntryState.SUBMITTED, title="先来的", at=AT - timedelta(hours=2))
    make_offer(EntryState.SUBMITTED, title="后来的", at=AT)
    make_need(EntryState.SUBMITTED, title="别处的", region=places["学院街道"], at=AT)
    everywhere, here = people.coordinator(), people.coordinator(places["滨江区"])
    assert [one.entry.title for one in queries.queue(everywhere)] == ["先来的", "别处的", "后来的"]
    assert [one.entry.title for one in queries.queue(here)] == ["先来的", "后来的"]
    assert queries.intake_count(here) == 2
    assert queries.queue(people.member()) == []


def test_tasks_of_the_owner_and_of_staff() -> None:
    now = timezone.now()
    mine = people.make_organization()
    owner = people.member(mine)
    make_need(EntryState.RETURNED, organization=mine, title="退回的")
    make_need(EntryState.DRAFT, organization=mine, title="写一半的")
    make_offer(
        organization=mine, title="快到期的", closes_on=timezone.localdate() + timedelta(days=3)
    )
    make_need(EntryState.SUBMITTED, organization=mine, title="等受理的")
    codes = [(task.code, str(task.title)) for task in queries.tasks(owner, now)]
    assert codes == [
        ("entry.returned", "按意见改好再提交：退回的"),
        ("entry.draft", "接着写：写一半的"),
        ("entry.closing", "快到期了：快到期的"),
    ]
    staff = [(task.code, str(task.title)) for task in queries.tasks(people.coordinator(), now)]
    assert staff == [("intake", "受理 1 条需求和资源")]
    assert list(queries.tasks(people.auditor(), now)) == []


def test_the_chain_begins_with_what_its_reader_may_read() -> None:
    need = make_need(visibility="INTERNAL", allocated=None, at=AT)
    subject = Subject("need", need.number)
    [[step]] = queries.chain([subject], people.member(need.organization))
    assert (step.code, step.progress, step.fact, step.who) == (
        "need",
        "done",
        "30\u00a0份/天",
        need.organization.label,
    )
    assert queries.chain([subject], people.member()) == [[]]
    assert queries.chain([Subject("call", "X")], people.coordinator()) == [[]]
