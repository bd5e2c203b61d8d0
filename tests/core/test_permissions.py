import pytest

from core.errors import NotAllowed
from core.permissions import (
    ALLOWED,
    INSPECT_BASE,
    NOBODY,
    READ_TRAIL,
    RUN_BASE,
    SEE_PEOPLE,
    SYSTEM,
    Actor,
    RoleScope,
    assign_duty,
    first_refusal,
    may,
    refuse,
)

# Which duties accounts gives to which role.
DUTIES = {
    "ADMINISTRATOR": [RUN_BASE, INSPECT_BASE, READ_TRAIL, SEE_PEOPLE],
    "COORDINATOR": [RUN_BASE, INSPECT_BASE, SEE_PEOPLE],
    "AUDITOR": [INSPECT_BASE, READ_TRAIL, SEE_PEOPLE],
    "FINANCE": [SEE_PEOPLE],
    "FUND_MANAGER": [SEE_PEOPLE],
    "PROGRAM_OFFICE": [SEE_PEOPLE],
    "COMPETENT_AUTHORITY": [SEE_PEOPLE],
}


def holder(role: str, region: str = "") -> Actor:
    return Actor(user_id=1, scopes=(RoleScope(role, region),))


@pytest.mark.parametrize("role", DUTIES)
def test_which_role_carries_which_duty(role: str) -> None:
    every = [RUN_BASE, INSPECT_BASE, READ_TRAIL, SEE_PEOPLE]
    assert [duty for duty in every if may(holder(role), duty)] == DUTIES[role]


def test_a_role_below_a_region_carries_its_duty_there_only() -> None:
    limited = holder("COORDINATOR", "99/9901/")
    assert may(limited, RUN_BASE, "99/9901/990101/")
    assert not may(limited, RUN_BASE, "99/9902/")
    assert not may(limited, RUN_BASE)


def test_nobody_carries_nothing_and_the_system_everything() -> None:
    assert not may(NOBODY, RUN_BASE)
    assert not may(NOBODY, "a duty nobody has")
    assert may(SYSTEM, READ_TRAIL)


def test_assigning_a_duty_adds() -> None:
    assign_duty("test-duty", ["ONE"])
    assign_duty("test-duty", ["TWO"])
    assert may(holder("ONE"), "test-duty")
    assert may(holder("TWO"), "test-duty")


def test_a_refusal_speaks() -> None:
    decision = refuse("请先登录。")
    assert not decision
    with pytest.raises(NotAllowed, match=r"请先登录。"):
        decision.require()
    assert ALLOWED.require() is ALLOWED
    assert first_refusal(ALLOWED, decision, refuse("别的")) is decision
    assert first_refusal(ALLOWED, ALLOWED) is ALLOWED


def test_an_actor_knows_for_whom_it_acts() -> None:
    actor = Actor(user_id=1, organization_id=3)
    assert actor.acts_for(3)
    assert not actor.acts_for(4)
    assert not actor.acts_for(None)
    assert not NOBODY.acts_for(0)
    assert (actor.is_authenticated, NOBODY.is_authenticated, SYSTEM.is_authenticated) == (
        True,
        False,
        True,
    )
