"""From a candidate to thanks: every step, who may take it, and what is refused."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import audit
from core.audit import masked_caller
from core.errors import Conflict, Invalid, NotAllowed
from core.models import AuditEvent, OutboxEvent
from marketplace.states import EntryState
from matching import operations
from matching.models import Answer, Match, Proposer, Side
from matching.states import DeliveryState, MatchState
from tests.factories import accounts as people
from tests.factories.marketplace import make_offer, unit
from tests.factories.matching import Pair

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair() -> Pair:
    return Pair()


def test_the_coordinator_proposes_and_both_are_still_to_answer(pair: Pair) -> None:
    match = pair.proposed()
    assert (match.state, match.proposer) == (MatchState.PROPOSED, Proposer.COORDINATOR)
    assert (match.need_answer, match.resource_answer) == (Answer.WAITING, Answer.WAITING)
    assert (match.quantity, match.resource_quantity) == (Decimal(30), Decimal(30))
    assert match.answer_by is not None
    assert match.answer_by > timezone.now() + timedelta(days=4)
    event = OutboxEvent.objects.get(name="match.proposed")
    assert (event.subject_number, event.facts) == (match.number, {})


def test_a_side_that_proposes_has_said_yes_and_the_amount_is_held(pair: Pair) -> None:
    match = operations.propose_pair(pair.need, pair.offer, by=pair.needer, at=timezone.now())
    assert (match.state, match.proposer) == (MatchState.ACCEPTED, Proposer.NEED)
    assert (match.need_answer, match.resource_answer) == (Answer.YES, Answer.WAITING)
    pair.need.refresh_from_db()
    pair.offer.refresh_from_db()
    assert (pair.need.held, pair.need.remaining) == (Decimal(30), Decimal(0))
    assert (pair.offer.held, pair.offer.remaining) == (Decimal(30), Decimal(20))


def test_two_yes_link_allocate_and_keep_the_versions(pair: Pair) -> None:
    match = pair.linked()
    assert match.state == MatchState.LINKED
    assert (match.need_version, match.resource_version) == (1, 1)
    pair.need.refresh_from_db()
    pair.offer.refresh_from_db()
    assert (pair.need.state, pair.need.allocated, pair.need.held) == (EntryState.MET, 30, 0)
    assert (pair.offer.state, pair.offer.allocated) == (EntryState.PARTLY_MET, 30)


def test_a_no_frees_the_amount_and_keeps_the_reason(pair: Pair) -> None:
    now = timezone.now()
    match = operations.accept(pair.proposed(), Side.NEED, by=pair.needer, at=now)
    match = operations.decline(match, Side.RESOURCE, code="NO_CAPACITY", by=pair.giver, at=now)
    assert (match.state, match.decline_side, match.decline_code) == (
        MatchState.DECLINED,
        Side.RESOURCE,
        "NO_CAPACITY",
    )
    pair.need.refresh_from_db()
    assert (pair.need.held, pair.need.state) == (Decimal(0), EntryState.OPEN)


@pytest.mark.parametrize(
    ("code", "note", "field"), [("", "", "code"), ("COST", "", "code"), ("OTHER", " ", "note")]
)
def test_a_no_needs_a_reason_that_the_side_can_give(
    pair: Pair, code: str, note: str, field: str
) -> None:
    match = pair.proposed()
    with pytest.raises(Invalid) as refused:
        operations.decline(
            match, Side.RESOURCE, code=code, note=note, by=pair.giver, at=timezone.now()
        )
    assert list(refused.value.fields) == [field]
    match.refresh_from_db()
    assert match.state == MatchState.PROPOSED


def test_nobody_answers_for_the_other_side(pair: Pair) -> None:
    match = pair.proposed()
    for actor in (pair.giver, people.member(), people.auditor(), people.stranger()):
        with pytest.raises(NotAllowed):
            operations.accept(match, Side.NEED, by=actor, at=timezone.now())


def test_a_reader_of_the_organization_cannot_answer(pair: Pair) -> None:
    reader = people.member(pair.need_side, "READER")
    with pytest.raises(NotAllowed):
        operations.accept(pair.proposed(), Side.NEED, by=reader, at=timezone.now())


def test_the_coordinator_answers_on_the_phone(pair: Pair) -> None:
    by = people.caller_actor(pair.need_side)
    match = operations.accept(pair.proposed(), Side.NEED, by=by, at=timezone.now())
    assert match.need_answer == Answer.YES
    row = AuditEvent.objects.get(act="match.accept")
    assert row.on_behalf_of == masked_caller(by.on_behalf_of) != ""


def test_one_yes_twice_is_refused(pair: Pair) -> None:
    now = timezone.now()
    match = operations.accept(pair.proposed(), Side.NEED, by=pair.needer, at=now)
    with pytest.raises(NotAllowed):
        operations.accept(match, Side.NEED, by=pair.needer, at=now)


def test_after_the_deadline_a_yes_comes_too_late_and_the_amount_is_freed(pair: Pair) -> None:
    match = operations.accept(pair.proposed(), Side.NEED, by=pair.needer, at=timezone.now())
    assert match.answer_by is not None
    later = match.answer_by + timedelta(seconds=1)
    with pytest.raises(Conflict):
        operations.accept(match, Side.RESOURCE, by=pair.giver, at=later)
    assert operations.lapse_due(later) == 1
    match.refresh_from_db()
    pair.offer.refresh_from_db()
    assert (match.state, pair.offer.held) == (MatchState.LAPSED, Decimal(0))


def test_what_is_held_for_one_link_is_not_there_for_another(pair: Pair) -> None:
    now = timezone.now()
    operations.accept(pair.proposed(), Side.NEED, by=pair.needer, at=now)
    other = Pair(offer=pair.offer)
    match = other.proposed(quantity=Decimal(20))
    with pytest.raises(Invalid) as refused:
        operations.accept(match, Side.NEED, by=other.needer, at=now, quantity=Decimal(21))
    assert "quantity" in refused.value.fields or "resource_quantity" in refused.value.fields


def test_other_units_need_a_number_agreed_by_hand(pair: Pair) -> None:
    offer = make_offer(
        organization=pair.resource_side, quantity=Decimal(4), unit=unit("session"), period="MONTH"
    )
    two = Pair(offer=offer)
    two.giver = pair.giver
    match = two.proposed()
    assert match.resource_quantity is None
    with pytest.raises(Invalid) as refused:
        operations.accept(match, Side.NEED, by=two.needer, at=timezone.now())
    assert list(refused.value.fields) == ["resource_quantity"]
    match = operations.accept(
        match, Side.NEED, by=two.needer, at=timezone.now(), resource_quantity=Decimal(2)
    )
    assert (match.quantity, match.resource_quantity) == (Decimal(30), Decimal(2))


def test_a_donor_may_limit_the_pieces(pair: Pair) -> None:
    offer = make_offer(organization=pair.resource_side, quantity=Decimal(100), max_pieces=1)
    first, second = Pair(offer=offer), Pair(offer=offer)
    now = timezone.now()
    operations.accept(first.proposed(), Side.NEED, by=first.needer, at=now)
    with pytest.raises(Conflict):
        operations.accept(second.proposed(), Side.NEED, by=second.needer, at=now)


def test_a_broken_constraint_takes_the_coordinator_and_a_note(pair: Pair) -> None:
    now = timezone.now()
    with pytest.raises(Conflict):
        operations.propose_pair(
            pair.need, pair.offer, by=pair.needer, at=now, broken=("area",), note="我们去取"
        )
    with pytest.raises(Invalid):
        operations.propose_pair(
            pair.need, pair.offer, by=pair.coordinator, at=now, broken=("area",)
        )
    match = pair.proposed(broken=("area",), note="社区自己去取")
    assert (match.override, match.proposed_note) == (True, "社区自己去取")


def test_the_same_pair_is_not_asked_twice_at_once(pair: Pair) -> None:
    pair.proposed()
    with pytest.raises(Conflict):
        pair.proposed()


def test_the_proposer_withdraws_and_others_cannot(pair: Pair) -> None:
    match = pair.proposed()
    with pytest.raises(NotAllowed):
        operations.withdraw(match, by=pair.giver, at=timezone.now())
    match = operations.withdraw(match, by=pair.coordinator, at=timezone.now())
    assert match.state == MatchState.WITHDRAWN


def test_a_link_is_carried_out_confirmed_and_thanked_for(pair: Pair) -> None:
    now = timezone.now()
    match = pair.delivered()
    assert match.state == MatchState.DELIVERING
    with pytest.raises(NotAllowed):
        operations.confirm_all(match, by=pair.giver, at=now)
    match = operations.confirm_all(match, by=pair.needer, at=now)
    assert match.state == MatchState.CONFIRMED
    assert [d.state for d in match.deliveries.all()] == [DeliveryState.CONFIRMED]
    operations.give_feedback(
        match, Side.NEED, score=5, thanks="老人都说热乎", by=pair.needer, at=now
    )
    match.refresh_from_db()
    assert match.state == MatchState.CLOSED
    with pytest.raises(Conflict):
        operations.give_feedback(match, Side.NEED, score=4, by=pair.needer, at=now)


def test_a_phone_number_in_thanks_is_refused(pair: Pair) -> None:
    match = pair.confirmed()
    with pytest.raises(Invalid) as refused:
        operations.give_feedback(
            match,
            Side.NEED,
            score=5,
            thanks="谢谢张律师 13812345678",
            by=pair.needer,
            at=timezone.now(),
        )
    assert list(refused.value.fields) == ["thanks"]


def test_a_questioned_delivery_holds_the_confirmation_up(pair: Pair) -> None:
    now = timezone.now()
    match = pair.delivered()
    delivery = match.deliveries.get()
    with pytest.raises(Invalid):
        operations.question_delivery(delivery, note=" ", by=pair.needer, at=now)
    operations.question_delivery(delivery, note="只送到 20 份", by=pair.needer, at=now)
    with pytest.raises(Conflict):
        operations.confirm_all(match, by=pair.needer, at=now)
    operations.correct_delivery(
        delivery, quantity=Decimal(20), day=timezone.localdate(now), by=pair.giver, at=now
    )
    assert operations.confirm_all(match, by=pair.needer, at=now).state == MatchState.CONFIRMED


def test_who_receives_and_writes_it_down_has_confirmed_it(pair: Pair) -> None:
    match = pair.linked()
    delivery = operations.record_delivery(
        match,
        quantity=Decimal(30),
        day=timezone.localdate(),
        by=pair.needer,
        at=timezone.now(),
    )
    assert delivery.state == DeliveryState.CONFIRMED


def test_a_cancelled_link_gives_back_what_was_not_delivered() -> None:
    pair = Pair(period="ONCE")
    match = pair.linked()
    operations.record_delivery(
        match, quantity=Decimal(12), day=timezone.localdate(), by=pair.giver, at=timezone.now()
    )
    match.refresh_from_db()
    with pytest.raises(Invalid):
        operations.cancel(match, reason="", by=pair.needer, at=timezone.now())
    operations.cancel(match, reason="食堂停业", by=pair.giver, at=timezone.now())
    pair.need.refresh_from_db()
    pair.offer.refresh_from_db()
    assert (pair.need.state, pair.need.allocated) == (EntryState.PARTLY_MET, Decimal(12))
    assert pair.offer.allocated == Decimal(12)


def test_contact_data_opens_with_the_link_and_each_look_is_written_down(pair: Pair) -> None:
    now = timezone.now()
    asked = pair.proposed()
    with pytest.raises(NotAllowed):
        operations.look_at_contact(asked, Side.NEED, by=pair.giver, at=now)
    match = operations.accept(asked, Side.NEED, by=pair.needer, at=now)
    match = operations.accept(match, Side.RESOURCE, by=pair.giver, at=now)
    contact = operations.look_at_contact(match, Side.NEED, by=pair.giver, at=now)
    assert contact["contact_phone"] == pair.need.contact_phone
    with pytest.raises(NotAllowed):
        operations.look_at_contact(match, Side.NEED, by=people.member(), at=now)
    looks = AuditEvent.objects.filter(act="need.look_at_contact")
    assert [(row.actor_id, row.after) for row in looks] == [
        (pair.giver.user_id, {"link": match.number})
    ]


def test_messages_are_for_the_two_sides_and_the_coordinator(pair: Pair) -> None:
    match = pair.linked()
    now = timezone.now()
    operations.write_message(match, " 明天十点送到 ", by=pair.giver, at=now)
    operations.write_message(match, "好的", by=pair.needer, at=now)
    assert list(match.notes.values_list("text", flat=True)) == ["明天十点送到", "好的"]
    with pytest.raises(NotAllowed):
        operations.write_message(match, "我也来", by=people.member(), at=now)
    for text in ("", "   ", "长" * 2001):
        with pytest.raises(Invalid):
            operations.write_message(match, text, by=pair.giver, at=now)


def test_the_database_refuses_a_link_without_two_yes(pair: Pair) -> None:
    match = pair.proposed()
    with pytest.raises(IntegrityError), transaction.atomic():
        Match.objects.filter(pk=match.pk).update(state="LINKED")
    with pytest.raises(IntegrityError), transaction.atomic():
        Match.objects.filter(pk=match.pk).update(state="DECLINED")
    with pytest.raises(IntegrityError), transaction.atomic():
        Match.objects.filter(pk=match.pk).update(quantity=0)


def test_the_database_refuses_a_second_live_match_of_a_pair(pair: Pair) -> None:
    match = pair.proposed()
    twin = Match(
        need=match.need,
        resource=match.resource,
        number="DJ00-000001",
        created_at=timezone.now(),
        updated_at=timezone.now(),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_every_step_stands_in_the_trail(pair: Pair) -> None:
    match = pair.confirmed()
    acts = list(audit.history(audit.subject_of(match)).values_list("act", flat=True))
    assert acts == [
        "match.confirm",
        "match.start",
        "match.link",
        "match.accept",
        "match.propose",
        "match.choose",
    ]
