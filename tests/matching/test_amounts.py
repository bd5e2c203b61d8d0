"""How much: of a delivery, of a link that ends, of the two answers."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from core import outbox
from core.errors import Invalid
from inbox.models import Message
from inbox.wording import words_of
from marketplace.states import EntryState
from matching import operations, queries
from matching.models import Delivery, Match, Side
from matching.queries.due import periods
from matching.states import MatchState
from tests.factories.marketplace import make_need
from tests.factories.matching import Pair

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Pair:
    return Pair()


# -- how much is handed over -----------------------------------------------------------------
def hand_over(pair: Pair, match: Match, quantity: int, day: date, **more: Any) -> Delivery:
    return operations.record_delivery(
        match,
        quantity=Decimal(quantity),
        day=day,
        by=more.pop("by", pair.giver),
        at=more.pop("at", timezone.now()),
        **more,
    )


def test_a_delivery_of_more_than_was_agreed_takes_a_word_and_a_reason(pair: Pair) -> None:
    match, today = pair.linked(), timezone.localdate()  # 30 a day
    with pytest.raises(Invalid) as far:
        hand_over(pair, match, 9999, today, over=True, note="多")
    assert far.value.fields == {
        "quantity": [
            "到这一天，约定一共交付 30\u00a0份，已登记 0\u00a0份。这次最多能写 90，请看看数量有没有写错。"
        ]
    }
    with pytest.raises(Invalid) as more:
        hand_over(pair, match, 40, today)
    assert list(more.value.fields) == ["over"]
    assert "这次比约定多 10。" in str(more.value)
    with pytest.raises(Invalid) as silent:
        hand_over(pair, match, 40, today, over=True, note=" ")
    assert list(silent.value.fields) == ["note"]
    assert not match.deliveries.exists()
    delivery = hand_over(pair, match, 40, today, over=True, note="多来了十位老人")
    match.refresh_from_db()
    assert queries.excesses(match, [delivery]) == {delivery.pk: Decimal(10)}
    outbox.drain()
    told = Message.objects.get(code="delivery.recorded")
    assert words_of(told.code, told.figures).text == (
        f"康乐食堂登记了 {today:%m-%d} 的交付，比约定的多 10\u00a0份，请看看对不对。"
    )


def test_an_amount_a_day_falls_due_anew_each_day_in_whatever_order_it_is_written() -> None:
    start = timezone.now() - timedelta(days=9)
    pair = Pair(at=start - timedelta(days=1))
    match, first = pair.linked(start), timezone.localdate(start)
    hand_over(pair, match, 100, first + timedelta(days=4))  # 150 were due by then
    assert queries.due_of(match, first) == queries.Due(
        expected=Decimal(30), delivered=Decimal(0), left=Decimal(30), most=Decimal(90)
    )
    hand_over(pair, match, 30, first)
    due = queries.due_of(match, first + timedelta(days=1))
    assert due is not None
    assert due.left == Decimal(20)  # of 150 by the fifth day, 130 are written down
    last = hand_over(pair, match, 170, timezone.localdate())
    assert queries.excesses(match, list(match.deliveries.all())) == {}
    operations.correct_delivery(
        last, quantity=Decimal(160), day=last.day, by=pair.giver, at=timezone.now()
    )
    with pytest.raises(Invalid) as more:
        operations.correct_delivery(
            last, quantity=Decimal(171), day=last.day, by=pair.giver, at=timezone.now()
        )
    assert list(more.value.fields) == ["over"]


@pytest.mark.parametrize(
    ("period", "day", "n"),
    [
        ("ONCE", date(2026, 12, 1), 1),
        ("DAY", date(2026, 1, 1), 1),
        ("DAY", date(2026, 1, 31), 1),
        ("DAY", date(2026, 2, 2), 3),
        ("WEEK", date(2026, 2, 6), 1),
        ("WEEK", date(2026, 2, 7), 2),
        ("MONTH", date(2026, 2, 27), 1),
        ("MONTH", date(2026, 2, 28), 1),
        ("MONTH", date(2026, 3, 31), 3),
    ],
)
def test_periods_count_from_the_first_day(period: str, day: date, n: int) -> None:
    assert periods(period, date(2026, 1, 31), day) == n


def test_a_link_that_is_closed_early_gives_back_what_was_not_handed_over() -> None:
    pair = Pair(period="ONCE", availability="ONCE")
    match = pair.linked()
    hand_over(pair, match, 12, timezone.localdate())
    operations.confirm_all(match, by=pair.needer, at=timezone.now())
    pair.need.refresh_from_db()
    pair.offer.refresh_from_db()
    assert (pair.need.state, pair.need.allocated) == (EntryState.PARTLY_MET, Decimal(12))
    assert (pair.offer.allocated, pair.offer.remaining) == (Decimal(12), Decimal(38))


@pytest.mark.parametrize(("days", "still"), [(40, 0), (0, 30), (None, 30)])
def test_a_periodic_link_that_is_over_is_none_of_the_resources_any_more(
    days: int | None, still: int
) -> None:
    """The need is met unless it goes on after the end of the link."""
    end = None if days is None else timezone.localdate() + timedelta(days=days)
    people_ = Pair()
    need = make_need(organization=people_.need_side, quantity=Decimal(30), ends_on=end)
    pair = Pair(need=need, offer=people_.offer)
    pair.needer, pair.giver = people_.needer, people_.giver
    pair.confirmed()
    pair.need.refresh_from_db()
    pair.offer.refresh_from_db()
    assert (pair.need.allocated, pair.offer.allocated) == (Decimal(still), Decimal(0))


# -- amounts of the two answers -----------------------------------------------------------------
def test_each_side_may_say_less_the_smaller_counts_and_both_are_told(pair: Pair) -> None:
    now = timezone.now()
    match = operations.accept(
        pair.proposed(), Side.NEED, by=pair.needer, at=now, quantity=Decimal(20)
    )
    assert match.quantity == Decimal(20)
    outbox.drain()
    changed = Message.objects.get(code="match.accepted")
    assert words_of(changed.code, changed.figures).text == (
        f"{pair.need_side.label}同意 20\u00a0份/天（推荐时是 30\u00a0份/天）。请在期限内回复。"
    )
    with pytest.raises(Invalid) as more:
        operations.accept(match, Side.RESOURCE, by=pair.giver, at=now, quantity=Decimal(21))
    assert more.value.fields == {"quantity": ["对方同意的是 20，只能填这个数或者更少。"]}
    match = operations.accept(match, Side.RESOURCE, by=pair.giver, at=now, quantity=Decimal(15))
    assert (match.state, match.quantity, match.resource_quantity) == (
        MatchState.LINKED,
        Decimal(15),
        Decimal(15),
    )
    pair.need.refresh_from_db()
    pair.offer.refresh_from_db()
    assert (pair.need.allocated, pair.need.held, pair.need.remaining) == (15, 0, 15)
    assert (pair.offer.allocated, pair.offer.held) == (15, 0)
    outbox.drain()
    told = Message.objects.get(code="match.linked")  # the other side saw it on its own page
    assert words_of(told.code, told.figures).text.startswith(
        "按较少的 15\u00a0份/天 对接（原来是 20\u00a0份/天）。"
    )


def test_nobody_is_asked_beyond_an_entrys_own_last_day() -> None:
    last = timezone.localdate() + timedelta(days=2)
    answer_by = Pair(ends_on=last).proposed().answer_by
    assert answer_by is not None
    assert timezone.localdate(answer_by) == last
