"""The table of legal moves, and every move tried from every state that must refuse it."""

from datetime import UTC, datetime

import pytest

from core.errors import Conflict
from core.permissions import SYSTEM
from core.states import advance
from marketplace.models import Need, ResourceOffer
from marketplace.states import NEED, RESOURCE, EntryState
from tests.factories.marketplace import make_need, make_offer

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
REFUSED = [
    (move.action, state)
    for move in NEED.moves
    for state in EntryState.values
    if state not in move.sources
]


def test_both_sides_walk_the_same_table() -> None:
    shape = [(m.action, m.sources, m.target, str(m.label)) for m in NEED.moves]
    assert shape == [(m.action, m.sources, m.target, str(m.label)) for m in RESOURCE.moves]
    assert [m.event for m in NEED.moves if m.event] == [
        event.replace("resource", "need") for event in (m.event for m in RESOURCE.moves) if event
    ]


@pytest.mark.parametrize("state", EntryState.values)
@pytest.mark.django_db
def test_factories_bring_an_entry_into_each_state(state: str) -> None:
    assert make_need(state, at=AT).state == state
    assert make_offer(state, at=AT).state == state


@pytest.mark.parametrize(("action", "state"), REFUSED)
@pytest.mark.django_db
def test_a_move_from_another_state_is_refused_and_writes_nothing(action: str, state: str) -> None:
    need = make_need(state, at=AT)
    before = Need.objects.filter(pk=need.pk).values().get()
    with pytest.raises(Conflict):
        advance(need, action, by=SYSTEM, at=AT)
    assert Need.objects.filter(pk=need.pk).values().get() == before


@pytest.mark.django_db
def test_numbers_of_both_sides() -> None:
    need, offer = make_need(at=AT), make_offer(at=AT)
    assert (need.number[:5], offer.number[:5]) == ("XQ26-", "ZY26-")
    assert Need.objects.count() == ResourceOffer.objects.count() == 1
