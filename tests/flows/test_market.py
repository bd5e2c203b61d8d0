"""A need from the form to thanks, and a proposal declined: page by page, as people send them."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, OperatorRole, Organization, User
from core import outbox
from marketplace.models import Need, ResourceOffer
from matching.models import Match
from matching.states import DeliveryState, MatchState
from tests.factories.accounts import (
    make_membership,
    make_organization,
    make_region_tree,
    make_role_grant,
    make_user,
)
from tests.factories.archive import PNG, make_upload
from tests.factories.marketplace import make_offer

# Handlers that follow at once run after a real commit.
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Person:
    """Somebody at their own browser."""

    user: User
    client: Client
    organization: Organization | None = None

    def send(self, name: str, *args: Any, **fields: Any) -> Any:
        """Post a form to a page; it must be taken, with a redirect to what was made."""
        number = self.organization.number if self.organization else ""
        answer = self.client.post(reverse(name, args=args), {"acting_for": number, **fields})
        assert answer.status_code == 302, answer.content.decode()[:3000]
        outbox.drain()
        return answer

    def read(self, name: str, *args: Any) -> str:
        answer = self.client.get(reverse(name, args=args))
        assert answer.status_code == 200
        return answer.content.decode()


def _person(user: User, organization: Organization | None = None) -> Person:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return Person(user, client, organization)


def _member(name: str, organization: Organization) -> Person:
    membership: Membership = make_membership(make_user(name), organization)
    return _person(membership.user, organization)


@pytest.fixture
def worker() -> Person:
    """The community worker who needs lunches."""
    return _member("周小满", make_organization("春晓社区居民委员会"))


@pytest.fixture
def canteen() -> Person:
    """The canteen that can deliver them."""
    return _member("郑立夏", make_organization("康乐社区食堂", kind="ENTERPRISE"))


@pytest.fixture
def coordinator() -> Person:
    user = make_user("褚清和")
    make_role_grant(user, OperatorRole.COORDINATOR)
    return _person(user)


def _need_fields() -> dict[str, Any]:
    """What the worker types into 发布需求."""
    return {
        "title": "高龄独居老人午餐配送，每日 30 份",
        "text_public": "午餐送到家，低盐软食，中午十一点半前送到。",
        "quantity": "30",
        "unit": "portion",
        "period": "DAY",
        "category": "elderly",
        "kind": "SERVICE",
        "availability": "RECURRING",
        "visibility": "PUBLIC",
        "region": make_region_tree()["滨河街道"].code,
        "contact_name": "周小满",
        "contact_phone": "13800000001",
    }


def _offer(owner: Organization, title: str = "食堂可以配送老人午餐") -> ResourceOffer:
    offer: ResourceOffer = make_offer(organization=owner, title=title)
    return offer


def _post_and_approve(worker: Person, coordinator: Person) -> Need:
    """发布 and 受理; what can be computed at once is there afterwards."""
    worker.send("marketplace:need-new", **_need_fields())
    need = Need.objects.get()
    assert (need.state, need.organization) == ("SUBMITTED", worker.organization)
    assert need.title in coordinator.read("marketplace:intake")
    seen = re.search(
        r'name="seen" value="([^"]+)"', coordinator.read("marketplace:need-intake", need.number)
    )
    assert seen, "the page of intake says which text was read"
    coordinator.send("marketplace:need-approve", need.number, seen=seen[1])
    need.refresh_from_db()
    assert need.state == "OPEN"
    return need


def _candidate(need: Need) -> Match:
    match = Match.objects.get(need=need)
    assert match.state == MatchState.SUGGESTED
    return match


def test_a_need_is_posted_matched_linked_delivered_and_thanked_for(
    worker: Person, canteen: Person, coordinator: Person
) -> None:
    assert canteen.organization
    offer = _offer(canteen.organization)
    need = _post_and_approve(worker, coordinator)
    match = _candidate(need)
    assert (match.resource, match.fit) == (offer, "high")

    coordinator.send("matching:match-propose", match.number, quantity="30")
    assert need.title in canteen.read("portal:workbench")
    assert offer.title in worker.read("portal:workbench")

    worker.send("matching:match-accept", match.number, quantity="30")
    match.refresh_from_db()
    need.refresh_from_db()
    assert match.state == MatchState.ACCEPTED
    assert (need.held, need.allocated) == (Decimal(30), Decimal(0))
    canteen.send("matching:match-accept", match.number, quantity="30")
    match.refresh_from_db()
    need.refresh_from_db()
    offer.refresh_from_db()
    assert (match.state, need.state) == (MatchState.LINKED, "MET")
    assert (need.held, need.allocated) == (Decimal(0), Decimal(30))
    assert offer.remaining == Decimal(20)

    today = timezone.localdate().isoformat()
    canteen.send(
        "matching:delivery-new",
        match.number,
        quantity="30",
        day=today,
        note="第一天",
        uploads=[make_upload(PNG, "签收照片.png")],
    )
    canteen.send("matching:match-message", match.number, uploads=[make_upload(name="菜单.pdf")])
    page = worker.read("matching:match-detail", match.number)
    assert "签收照片.png" in page
    assert "菜单.pdf" in page
    delivery = match.deliveries.get()
    assert delivery.state == DeliveryState.RECORDED
    worker.send("matching:delivery-confirm", match.number, delivery.number)
    worker.send("matching:match-confirm", match.number)
    match.refresh_from_db()
    assert match.state == MatchState.CONFIRMED

    _thank(match, (canteen, "阿姨们都在楼下等，很暖心。"), (worker, "老人们都说软和，谢谢。"))
    _read_by_everybody(need)


def _thank(match: Match, *sides: tuple[Person, str]) -> None:
    """Both sides judge, with a photo, and let the result be shown."""
    for person, words in sides:
        photo = make_upload(PNG, f"{person.organization}合影.png")
        person.send(
            "matching:match-feedback",
            match.number,
            score="5",
            thanks=words,
            publish="on",
            uploads=[photo],
        )
    match.refresh_from_db()
    assert (match.state, match.need_publishes, match.resource_publishes) == ("CLOSED", True, True)


def _read_by_everybody(need: Need) -> None:
    """The words are public then, the photos are not."""
    stranger = Client()
    for page in ("portal:home", "portal:results"):
        shown = stranger.get(reverse(page)).content.decode()
        assert "老人们都说软和，谢谢。" in shown
        assert need.title in shown
        assert "合影.png" not in shown


def test_a_declined_pair_is_not_suggested_again(
    worker: Person, canteen: Person, coordinator: Person
) -> None:
    assert canteen.organization
    declined = _offer(canteen.organization)
    need = _post_and_approve(worker, coordinator)
    match = _candidate(need)
    coordinator.send("matching:match-propose", match.number, quantity="30")

    no_text = canteen.client.post(
        reverse("matching:match-decline", args=[match.number]), {"code": "OTHER", "note": ""}
    )
    assert no_text.status_code == 422
    canteen.send("matching:match-decline", match.number, code="NOT_WHAT_WE_DO", note="")
    match.refresh_from_db()
    assert (match.state, match.decline_side, match.decline_code) == (
        MatchState.DECLINED,
        "RESOURCE",
        "NOT_WHAT_WE_DO",
    )
    assert declined.title in worker.read("matching:match-list")

    # Another offer arrives: the need's candidates are computed anew, without the refused pair.
    other = _offer(make_organization("暖锅餐饮", kind="ENTERPRISE"), "可以给老人送午餐的餐厅")
    outbox.drain()
    live = Match.objects.filter(need=need, state=MatchState.SUGGESTED)
    assert [one.resource for one in live] == [other]
    need.refresh_from_db()
    declined.refresh_from_db()
    assert (need.state, need.held, declined.held) == ("OPEN", Decimal(0), Decimal(0))


def test_nobody_acts_on_the_match_of_others(
    worker: Person, canteen: Person, coordinator: Person
) -> None:
    assert canteen.organization
    _offer(canteen.organization)
    match = _candidate(_post_and_approve(worker, coordinator))
    coordinator.send("matching:match-propose", match.number, quantity="30")
    stranger = _member("路人", make_organization("别的社区"))
    for page in ("match-detail", "match-accept", "match-decline"):
        address = reverse(f"matching:{page}", args=[match.number])
        assert stranger.client.get(address).status_code == 404
    accept = stranger.client.post(reverse("matching:match-accept", args=[match.number]))
    assert accept.status_code == 404
    match.refresh_from_db()
    assert match.state == MatchState.PROPOSED
