"""How many candidates wait, told beside an entry in a list: to its own side and the staff."""

from typing import Any

import pytest

from core.permissions import NOBODY
from core.ports import LineNote
from marketplace.models import Need
from matching.queries.notes import candidate_notes
from tests.access.world import World, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: Any, tmp_path: Any) -> World:
    settings.ARCHIVE_DIR = tmp_path
    return build()


def test_only_the_own_side_and_the_staff_are_told(world: World) -> None:

    need = Need.objects.get(title="高龄老人理发")
    own = need.organization
    note = LineNote("1 个可能的资源", f"/needs/{need.number}/#candidates")
    key = ("need", need.pk)
    assert candidate_notes([key], world.actor("admin", own)) == {key: note}
    assert candidate_notes([key], world.actor("coordinator")) == {key: note}
    for actor in (NOBODY, world.actor("stranger"), world.actor("partner")):
        assert candidate_notes([key], actor) == {}


def test_a_page_of_entries_takes_two_queries(world: World, django_assert_num_queries: Any) -> None:
    keys = [("need", pk) for pk in range(1, 30)] + [("resource", pk) for pk in range(1, 30)]
    actor = world.actor("coordinator")
    with django_assert_num_queries(2):
        candidate_notes(keys, actor)
