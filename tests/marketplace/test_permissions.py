"""Who may read, edit and moderate which entry: roles × own, other's × level × state."""

from dataclasses import replace

import pytest

from accounts.models import MembershipRole, OperatorRole
from core.permissions import NOBODY, Actor
from marketplace import permissions
from marketplace.models import Level, Need
from marketplace.states import EntryState
from tests.factories import accounts as people
from tests.factories.marketplace import make_need

pytestmark = pytest.mark.django_db

READERS = (
    "nobody",
    "stranger",
    "unverified",
    "partner",
    "own",
    "own_reader",
    "coordinator",
    "coordinator_elsewhere",
    "auditor",
)


def actors(need: Need) -> dict[str, Actor]:
    elsewhere = people.make_region_tree()["城南区"]
    return {
        "nobody": NOBODY,
        "stranger": people.stranger(),
        "unverified": people.member(people.make_organization(verified=False)),
        "partner": people.member(),
        "own": people.member(need.organization),
        "own_reader": people.member(need.organization, MembershipRole.READER),
        "coordinator": people.coordinator(),
        "coordinator_elsewhere": people.coordinator(elsewhere),
        "auditor": people.auditor(),
    }


INSIDE = {"own", "own_reader", "coordinator", "auditor"}
READ_BY = {
    ("PUBLIC", "OPEN"): set(READERS),
    ("PARTNERS", "OPEN"): INSIDE | {"partner", "coordinator_elsewhere"},
    ("INTERNAL", "OPEN"): INSIDE,
    ("PUBLIC", "DRAFT"): INSIDE,
    ("PUBLIC", "SUBMITTED"): INSIDE,
    ("PUBLIC", "RETURNED"): INSIDE,
    ("PUBLIC", "WITHDRAWN"): INSIDE,
    ("PUBLIC", "EXPIRED"): INSIDE,
    ("PUBLIC", "PARTLY_MET"): set(READERS),
    ("PUBLIC", "MET"): set(READERS),
}


@pytest.mark.parametrize(("level", "state"), READ_BY)
def test_who_reads(level: str, state: str) -> None:
    need = make_need(state, visibility=level, text_partners="给伙伴", text_internal="内部")
    can = {name for name, actor in actors(need).items() if permissions.can_read(actor, need)}
    assert can == READ_BY[(level, state)]


def test_level_of_each_reader() -> None:
    need = make_need()
    levels = {name: permissions.level_for(actor, need) for name, actor in actors(need).items()}
    assert levels == {
        "nobody": Level.PUBLIC,
        "stranger": Level.PUBLIC,
        "unverified": Level.PUBLIC,
        "partner": Level.PARTNERS,
        "own": Level.INTERNAL,
        "own_reader": Level.INTERNAL,
        "coordinator": Level.INTERNAL,
        "coordinator_elsewhere": Level.PARTNERS,
        "auditor": Level.INTERNAL,
    }


def test_who_edits_and_moderates() -> None:
    need = make_need()
    everybody = actors(need)
    edits = {name for name, actor in everybody.items() if permissions.can_edit(actor, need)}
    moderates = {name for name, a in everybody.items() if permissions.can_moderate(a, need)}
    assert (edits, moderates) == ({"own", "coordinator"}, {"coordinator"})


def test_who_posts() -> None:
    need = make_need()
    posts = {name for name, actor in actors(need).items() if permissions.can_post(actor)}
    assert posts == {"unverified", "partner", "own"}
    assert permissions.can_post(people.caller_actor(need.organization))


def test_staff_of_one_region_do_not_edit_the_lists_of_the_base() -> None:
    region = people.make_region_tree()["城南区"]
    assert permissions.can_edit_lists(people.coordinator())
    assert permissions.can_edit_lists(people.administrator())
    for actor in (
        people.coordinator(region),
        people.auditor(),
        people.member(),
        people.staff(OperatorRole.FINANCE),
    ):
        assert not permissions.can_edit_lists(actor)


def test_refusals_say_why() -> None:
    need = make_need()
    reader = people.member(need.organization, MembershipRole.READER)
    assert str(permissions.can_post(NOBODY).reason).startswith("请先登录")
    assert "只能查看" in str(permissions.can_post(reader).reason)
    assert "对接专员" in str(permissions.can_moderate(people.member(), need).reason)
    assert not permissions.can_edit(replace(reader, membership=""), need)


def test_a_draft_is_nothing_to_its_neighbors() -> None:
    draft = make_need(EntryState.DRAFT)
    assert not permissions.can_read(people.member(), draft)
