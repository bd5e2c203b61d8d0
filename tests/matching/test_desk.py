"""The desk: what is proposed at one click, what a row of the queue says, what stands first."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import MembershipRole
from core.numbers import take_number
from core.ports import tasks_for
from marketplace.models import Need, ResourceOffer
from matching import operations
from matching.models import Match
from matching.navigation import nav_items
from matching.queries.notes import candidate_notes
from matching.states import MatchState
from matching.views import shown
from tests.archive.test_archive import browser
from tests.factories import accounts as people
from tests.factories.marketplace import make_need, make_offer, unit
from tests.factories.matching import Pair

pytestmark = pytest.mark.django_db


def suggested(need: Need, offer: ResourceOffer, fit: str, score: float) -> Match:
    now = timezone.now()
    return Match.objects.create(
        number=take_number(Match.PREFIX, now),
        need=need,
        resource=offer,
        fit=fit,
        score=score,
        created_at=now,
        updated_at=now,
    )


def words(client: Client, address: str, where: str = "main") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    (part,) = BeautifulSoup(answer.content, "html.parser").select(where)
    return part.get_text(" ", strip=True)


@pytest.fixture
def need() -> Need:
    return make_need(quantity=Decimal(30))


def candidates(need: Need) -> list[Match]:
    """高, 中 with another unit, 低, 高 without a number, 中."""
    return [
        suggested(need, make_offer(title="食堂一"), "high", 0.9),
        suggested(need, make_offer(title="食堂二", unit=unit("person_time")), "medium", 0.8),
        suggested(need, make_offer(title="食堂三"), "low", 0.7),
        suggested(need, make_offer(title="食堂四", quantity=None, unit=None), "high", 0.6),
    ]


def test_only_what_fits_and_counts_alike_is_proposed_at_one_click(need: Need) -> None:
    candidates(need)
    actor = people.coordinator()
    client = browser(actor.user_id)
    page = words(client, f"/desk/?need={need.number}")
    assert "推荐合适的 2 个" in page
    answer = client.post(f"/desk/{need.number}/propose-all/", follow=True)
    asked = Match.objects.filter(state=MatchState.PROPOSED).order_by("-score")
    assert [(m.resource.title, m.quantity, m.resource_quantity) for m in asked] == [
        ("食堂一", Decimal(30), Decimal(30)),
        ("食堂四", Decimal(30), None),
    ]
    assert "只推荐了 2 个资源：契合度高或中、单位和数量也对得上的只有这些。" in (
        answer.content.decode()
    )
    again = client.post(f"/desk/{need.number}/propose-all/", follow=True).content.decode()
    assert "没有推荐：没有契合度高或中" in again


def test_three_are_enough(need: Need) -> None:
    for n in range(4):
        suggested(need, make_offer(title=f"食堂{n}"), "medium", 1 - n / 10)
    made = operations.propose_best(need, by=people.coordinator(), at=timezone.now())
    assert [match.resource.title for match in made] == ["食堂0", "食堂1", "食堂2"]


def test_low_candidates_are_not_counted_and_stand_behind_one_click(need: Need) -> None:
    candidates(need)
    actor = people.coordinator()
    client = browser(actor.user_id)
    soup = BeautifulSoup(client.get(f"/desk/?need={need.number}").content, "html.parser")
    (queue,) = soup.select(".queue .have")
    assert queue.get_text(strip=True) == "3 个候选"
    (fold,) = soup.select("details:has(.cand)")
    assert fold.select_one("summary").get_text(strip=True) == "还有 1 个契合度低的"  # type: ignore[union-attr]
    assert [h.get_text(strip=True) for h in fold.select("h3")] == ["食堂三"]
    panel = words(client, f"/needs/{need.number}/", "#candidates")
    assert panel.index("食堂四") < panel.index("还有 1 个契合度低的") < panel.index("食堂三")
    note = candidate_notes([("need", need.pk)], actor)["need", need.pk]
    assert note.text == "3 个可能的资源"


def test_a_row_says_what_waits_and_until_when() -> None:
    pair = Pair()
    match = pair.proposed()
    assert match.answer_by is not None
    client = browser(pair.coordinator.user_id)
    row = words(client, "/desk/?tab=asking", ".queue .have")
    days = (timezone.localdate(match.answer_by) - timezone.localdate()).days
    assert row == f"1 个等回复 · 剩 {days} 天"
    operations.withdraw(match, by=pair.coordinator, at=timezone.now())
    pair.linked()
    assert words(client, "/desk/?tab=linked", ".queue .have") == "1 个在进行"


def test_a_resources_page_names_the_needs_side_to_the_staff() -> None:
    pair = Pair()
    match = pair.linked()
    client = browser(pair.coordinator.user_id)
    assert pair.need.title in words(client, f"/resources/{pair.offer.number}/", "#links")
    assert pair.offer.title in words(client, f"/needs/{pair.need.number}/", "#links")
    assert shown.row_of(match, pair.coordinator, pair.offer).other == pair.need_side.label


def test_who_only_reads_gets_no_tasks() -> None:
    pair = Pair()
    reader = people.member(pair.need_side, MembershipRole.READER)
    pair.proposed()
    assert tasks_for(reader, timezone.now()) == []
    assert [item.count for item in nav_items(reader, RequestFactory().get("/"))] == [0]
    assert [task.code for task in tasks_for(pair.needer, timezone.now())] == ["match.answer"]
