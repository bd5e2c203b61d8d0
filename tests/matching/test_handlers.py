"""What news brings about: candidates, the next question, messages."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core import outbox
from core.models import Delivery
from core.options import set_option
from core.permissions import SYSTEM
from inbox.models import Message
from marketplace import operations as market
from matching import operations, queries
from matching.models import Match, Side
from matching.queries import corpus
from matching.states import MatchState
from tests.factories import accounts as people
from tests.factories.marketplace import make_need, make_offer
from tests.factories.matching import Pair

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_matcher() -> None:
    corpus.forget()


def states() -> list[tuple[str, str]]:
    return list(Match.objects.order_by("id").values_list("resource__title", "state"))


def test_a_new_need_finds_its_candidates_and_tells_nobody() -> None:
    make_offer(title="食堂可以配送老人午餐")
    make_offer(title="书画老师到社区授课", text_public="教老人写字画画。")
    make_need(title="高龄老人午餐配送")
    outbox.drain()
    assert ("食堂可以配送老人午餐", MatchState.SUGGESTED) in states()
    assert not Message.objects.filter(code__startswith="match.").exists()


def test_a_new_offer_finds_the_needs_it_fits() -> None:
    need = make_need(title="高龄老人午餐配送")
    outbox.drain()
    assert states() == []
    offer = make_offer(title="食堂可以配送老人午餐")
    outbox.drain()
    match = Match.objects.get()
    assert (match.need, match.resource, match.state) == (need, offer, MatchState.SUGGESTED)
    assert match.reasons
    assert match.model_version


def test_a_closed_offer_takes_its_suggestions_and_open_questions_along() -> None:
    pair = Pair()
    outbox.drain()
    asked = pair.proposed()
    second = make_need(title="高龄老人午餐配送，另一个社区")
    outbox.drain()
    assert Match.objects.filter(need=second, state=MatchState.SUGGESTED).exists()
    market.withdraw(pair.offer, by=SYSTEM, at=timezone.now())
    outbox.drain()
    asked.refresh_from_db()
    assert asked.state == MatchState.WITHDRAWN
    assert not Match.objects.filter(state=MatchState.SUGGESTED).exists()


def test_a_declined_pair_is_not_suggested_again() -> None:
    pair = Pair()
    match = pair.proposed()
    operations.decline(
        match, Side.RESOURCE, code="NOT_WHAT_WE_DO", by=pair.giver, at=timezone.now()
    )
    corpus.forget()
    found = queries.proposals_for_need(pair.need, timezone.now())
    assert [p.offer for p in found.pairs] == []
    removed = {
        row.code: row.removed for row in queries.why_no_candidates(pair.need, timezone.now())
    }
    assert removed["not_declined"] == 1


def test_no_capacity_rests_the_offer_for_everybody_for_a_while() -> None:
    pair = Pair()
    match = pair.proposed()
    now = timezone.now()
    operations.decline(match, Side.RESOURCE, code="NO_CAPACITY", by=pair.giver, at=now)
    other = make_need(title="高龄老人午餐配送，另一个社区")
    corpus.forget()
    assert queries.proposals_for_need(other, now).pairs == ()
    later = now + timedelta(days=15)
    corpus.forget()
    assert [p.offer for p in queries.proposals_for_need(other, later).pairs] == [pair.offer.number]


def test_the_base_may_ask_high_candidates_by_itself() -> None:
    set_option("matching.auto_propose", True, by=people.administrator(), at=timezone.now())
    make_offer(title="高龄老人午餐配送", text_public="午餐送到家，低盐软食，中午十一点半前送到。")
    make_need(title="高龄老人午餐配送")
    outbox.drain()
    match = Match.objects.get()
    assert (match.fit, match.state, match.proposer) == ("high", MatchState.PROPOSED, "AUTO")


def test_what_only_the_operator_may_see_is_not_asked_by_itself() -> None:
    set_option("matching.auto_propose", True, by=people.administrator(), at=timezone.now())
    make_offer(title="高龄老人午餐配送", text_public="午餐送到家，低盐软食。")
    make_need(
        title="高龄老人午餐配送",
        visibility="INTERNAL",
        text_internal="午餐送到家，低盐软食。",
        text_public="",
    )
    outbox.drain()
    assert [state for _title, state in states()] == [MatchState.SUGGESTED]


def test_both_sides_are_told_and_the_actor_is_not() -> None:
    pair = Pair()
    match = operations.propose_pair(pair.need, pair.offer, by=pair.needer, at=timezone.now())
    outbox.drain()
    told = Message.objects.filter(subject_number=match.number).values_list("user_id", "code")
    assert list(told) == [(pair.giver.user_id, "match.proposed")]
    message = Message.objects.get(user_id=pair.giver.user_id, code="match.proposed")
    assert message.deadline_at == match.answer_by
    operations.accept(match, Side.RESOURCE, by=pair.giver, at=timezone.now())
    outbox.drain()
    linked = Message.objects.filter(code="match.linked").values_list("user_id", flat=True)
    assert list(linked) == [pair.needer.user_id]


def test_telling_twice_tells_once() -> None:
    pair = Pair()
    pair.proposed()
    outbox.drain()
    before = Message.objects.count()
    Delivery.objects.update(status="WAITING", done_at=None)
    outbox.drain()
    assert Message.objects.count() == before


def test_a_message_of_one_side_reaches_the_other() -> None:
    pair = Pair()
    match = pair.linked()
    outbox.drain()
    operations.write_message(match, "明天十点送到", by=pair.giver, at=timezone.now())
    outbox.drain()
    told = Message.objects.filter(code="match.message").values_list("user_id", flat=True)
    assert list(told) == [pair.needer.user_id]
    message = Message.objects.get(code="match.message")
    assert "明天十点" not in str(message.figures)


def test_suggestions_follow_the_quantity_that_is_left() -> None:
    pair = Pair()
    other = make_need(title="高龄老人午餐配送，另一个社区", quantity=Decimal(10))
    pair.linked()
    third = Pair(need=other, offer=pair.offer)
    third.needer, third.giver = people.member(other.organization), pair.giver
    match = third.proposed(quantity=Decimal(10))
    match = operations.accept(match, Side.NEED, by=third.needer, at=timezone.now())
    operations.accept(match, Side.RESOURCE, by=third.giver, at=timezone.now())
    outbox.drain()
    pair.offer.refresh_from_db()
    assert pair.offer.remaining == Decimal(10)
