"""Where quantity moves, two at the same moment: never over what there is."""

from decimal import Decimal

import pytest
from django.utils import timezone

from core.errors import DomainError
from matching import operations
from matching.models import Match, Side
from tests.database import together
from tests.factories.marketplace import make_offer
from tests.factories.matching import Pair

pytestmark = pytest.mark.django_db(transaction=True)


def test_eight_needs_want_the_last_pieces_of_one_offer() -> None:
    offer = make_offer(quantity=Decimal(50))
    pairs = [Pair(offer=offer) for _n in range(8)]
    matches = [pair.proposed(quantity=Decimal(20)) for pair in pairs]

    def accept(index: int) -> str:
        match = Match.objects.select_related("need", "resource").get(pk=matches[index].pk)
        try:
            now = timezone.now()
            return operations.accept(match, Side.NEED, by=pairs[index].needer, at=now).state
        except DomainError as refused:
            return type(refused).__name__

    answers = together(*(lambda i=i: accept(i) for i in range(8)))
    offer.refresh_from_db()
    assert sorted(answers) == ["ACCEPTED"] * 2 + ["Invalid"] * 6
    assert (offer.held, offer.allocated) == (Decimal(40), Decimal(0))


def test_both_sides_say_yes_at_the_same_moment() -> None:
    pair = Pair()
    match = pair.proposed()

    def accept(side: Side) -> str:
        fresh = Match.objects.select_related("need", "resource").get(pk=match.pk)
        return operations.accept(fresh, side, by=pair.actor(side), at=timezone.now()).state

    answers = together(lambda: accept(Side.NEED), lambda: accept(Side.RESOURCE))
    match.refresh_from_db()
    pair.need.refresh_from_db()
    assert sorted(map(str, answers)) == ["ACCEPTED", "LINKED"]
    assert (match.state, pair.need.allocated, pair.need.held) == ("LINKED", 30, 0)


def test_a_yes_and_a_withdrawal_at_the_same_moment_leave_one_outcome() -> None:
    pair = Pair()
    match = pair.proposed()

    def yes() -> str:
        fresh = Match.objects.select_related("need", "resource").get(pk=match.pk)
        return operations.accept(fresh, Side.NEED, by=pair.needer, at=timezone.now()).state

    def back() -> str:
        fresh = Match.objects.select_related("need", "resource").get(pk=match.pk)
        return operations.withdraw(fresh, by=pair.coordinator, at=timezone.now()).state

    together(yes, back)
    match.refresh_from_db()
    pair.need.refresh_from_db()
    assert match.state == "WITHDRAWN"
    assert pair.need.held == Decimal(0)
