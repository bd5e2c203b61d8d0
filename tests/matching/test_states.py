"""Each move is tried from every state that must refuse it."""

import pytest
from django.utils import timezone

from core.errors import Conflict
from core.permissions import SYSTEM
from core.states import advance
from matching.models import Match
from matching.states import DELIVERY, MATCH, MatchState
from tests.factories.matching import Pair

pytestmark = pytest.mark.django_db

REFUSALS = [
    (move.action, state)
    for move in MATCH.moves
    for state in MatchState
    if state not in move.sources
]


def test_both_tables_name_each_state() -> None:
    reached = {move.target for move in MATCH.moves} | {MatchState.SUGGESTED}
    assert reached == set(MatchState)
    assert {move.target for move in DELIVERY.moves} == {"CONFIRMED", "QUESTIONED", "RECORDED"}


@pytest.mark.parametrize(("action", "state"), REFUSALS)
def test_a_move_is_refused_from_other_states(action: str, state: str) -> None:
    pair = Pair()
    now = timezone.now()
    match = Match(
        need=pair.need,
        resource=pair.offer,
        number="DJ00-000001",
        created_at=now,
        updated_at=now,
        answer_by=now,
        need_answer="YES",
        resource_answer="YES",
        linked_at=now,
        decline_code="OTHER",
        decline_side="NEED",
    )
    match.state = state
    match.save()
    with pytest.raises(Conflict):
        advance(match, action, by=SYSTEM, at=now)
    match.refresh_from_db()
    assert (match.state, match.version) == (state, 1)
