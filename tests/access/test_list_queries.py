"""Each list page asks the database as often for three rows as for one: a literal number each.

Lists with such a test elsewhere: the market (tests/search), own needs and resources and the intake
(tests/marketplace), the audit trail (tests/core), the first page (tests/portal).
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import operations as account_operations
from accounts.models import ApiScope, OperatorRole, Organization, User
from core.models import Delivery
from core.outbox import publish
from core.permissions import SYSTEM, Actor
from core.ports import Subject
from core.states import begin
from marketplace.models import BeneficiaryGroup, Category, Unit
from matching import operations as matching
from matching.models import ImpossiblePair, Match, Side
from matching.queries import corpus
from search import operations as search
from search.models import SynonymGroup
from tests.factories import accounts as make
from tests.factories.inbox import make_message
from tests.factories.marketplace import category, make_need, make_offer, system_for
from tests.factories.sheets import GOOD, begun, book

pytestmark = pytest.mark.django_db


REASON = {
    "code": "same_category",
    "points": 0.5,
    "figures": {"category": "elderly"},
    "words": [],
}


class Town:
    """One organization, the people who look, and a running number for what is added."""

    def __init__(self) -> None:
        self.own: Organization = make.make_organization("春晓社区居委会")
        self.users: dict[str, User] = {"admin": make.make_membership(organization=self.own).user}
        for role in ("COORDINATOR", "ADMINISTRATOR"):
            self.users[role.lower()] = make.make_user(role)
            make.make_role_grant(self.users[role.lower()], OperatorRole(role))
        self.n = 0
        self.need = make_need(organization=self.own, title="在台上的需求", quantity=Decimal(500))

    @property
    def admin(self) -> Actor:
        return make.actor_for(self.users["admin"], self.own)

    @property
    def coordinator(self) -> Actor:
        return make.actor_for(self.users["coordinator"])

    def client(self, role: str) -> Client:
        client = Client()
        if role:
            backend = "allauth.account.auth_backends.AuthenticationBackend"
            client.force_login(self.users[role], backend=backend)
        return client


def add_match(town: Town) -> Match:
    need = make_need(organization=town.own, title=f"需求{town.n}")
    offer = make_offer(title=f"资源{town.n}")
    return matching.propose_pair(need, offer, by=town.coordinator, at=timezone.now())


def add_link(town: Town) -> Match:
    match, at = add_match(town), timezone.now()
    match = matching.accept(match, Side.NEED, by=town.admin, at=at)
    giver = system_for(match.resource.organization)
    return matching.accept(match, Side.RESOURCE, by=giver, at=at)


def add_result(town: Town) -> None:
    match, at = add_link(town), timezone.now()
    giver = system_for(match.resource.organization)
    day = timezone.localdate(at)
    matching.record_delivery(match, quantity=match.quantity, day=day, by=giver, at=at)
    match.refresh_from_db()
    match = matching.confirm_all(match, by=town.admin, at=at)
    for side, by in ((Side.NEED, town.admin), (Side.RESOURCE, giver)):
        match = matching.agree_to_publish(match, side, True, by=by, at=at)
    matching.give_feedback(match, Side.NEED, score=5, thanks="谢谢。", by=town.admin, at=at)


def add_candidate(town: Town) -> None:
    offer = make_offer(title=f"资源{town.n}")
    match = Match(need=town.need, resource=offer, reasons=[REASON])
    begin(match, by=SYSTEM, at=timezone.now())


def add_message(town: Town) -> None:
    make_message(town.users["admin"])


def add_call(town: Town) -> None:
    user = make.make_membership().user
    make_message(user, deadline_at=timezone.now() + timedelta(hours=3))


def add_member(town: Town) -> None:
    make.make_membership(organization=town.own)
    account_operations.invite(
        organization=town.own,
        role="EDITOR",
        invitee=f"新同事{town.n}",
        by=town.admin,
        at=timezone.now(),
    )


def add_token(town: Town) -> None:
    account_operations.create_token(
        organization=town.own,
        name=f"街道平台{town.n}",
        scopes=[ApiScope.SEARCH_READ],
        by=town.admin,
        at=timezone.now(),
    )


def add_import(town: Town) -> None:
    begun(book(GOOD, (f"理发{town.n}", *GOOD[1:])), town.admin)


def add_subscription(town: Town) -> None:
    make_need(title=f"助餐{town.n}")
    search.rebuild()
    search.save_search(
        by=town.admin,
        at=timezone.now() - timedelta(days=1),
        state=f"q=%E5%8A%A9%E9%A4%90{town.n}",
        label=f"助餐{town.n}",
    )


def add_role(town: Town) -> None:
    make.make_role_grant(make.make_user(), "FINANCE", town.own.region)


def add_region(town: Town) -> None:
    assert town.own.region is not None
    make.make_region(f"99990100{town.n + 3}", f"新{town.n}街道", town.own.region.parent)


def add_dead_letter(_town: Town) -> None:
    event = publish("need.posted", Subject("need", "XQ", 1), by=SYSTEM, at=timezone.now())
    Delivery.objects.filter(event=event).update(status=Delivery.State.DEAD, last_error="坏了")


def add_listed(model: Any) -> Callable[[Town], None]:
    def add(town: Town) -> None:
        model.objects.create(code=f"new{town.n}", name=f"新{town.n}")

    return add


def add_impossible(town: Town) -> None:
    other = Category.objects.order_by("code")[town.n]
    ImpossiblePair.objects.create(
        need_category=category("legal"), resource_category=other, note="不会"
    )


def add_synonym(town: Town) -> None:
    SynonymGroup.objects.create(
        key=f"新词{town.n}", terms=[f"新词{town.n}", "旧词"], changed_at=timezone.now()
    )


def add_offer(town: Town) -> None:
    make_offer(title=f"资源{town.n}")


LISTS: dict[str, tuple[str, str, Callable[[Town], object], int]] = {
    "matches": ("admin", "/matches/", add_match, 13),
    "links": ("admin", "/matches/?tab=running", add_link, 13),
    "messages": ("admin", "/messages/", add_message, 10),
    "workbench": ("admin", "/workbench/", add_match, 25),
    "workbench of staff": ("coordinator", "/workbench/", add_match, 31),
    "members": ("admin", "/organizations/{own}/members/", add_member, 10),
    "tokens": ("admin", "/organizations/{own}/tokens/", add_token, 9),
    "history": ("admin", "/organizations/{own}/history/", add_member, 9),
    "imports": ("admin", "/needs/import/", add_import, 8),
    "own need with candidates": ("admin", "/needs/{need}/", add_candidate, 25),
    "organization": ("", "/organizations/{own}/", add_result, 11),
    "results": ("", "/results/", add_result, 7),
    "organizations": ("administrator", "/organizations/", add_member, 15),
    "people": ("administrator", "/people/", add_member, 16),
    "roles": ("administrator", "/roles/", add_role, 18),
    "regions": ("administrator", "/regions/", add_region, 18),
    "phone list": ("coordinator", "/messages/phone/", add_call, 16),
    "desk: needs": ("coordinator", "/desk/", add_match, 35),
    "desk: asked": ("coordinator", "/desk/?tab=asking", add_match, 35),
    "desk: candidates": ("coordinator", "/desk/?need={need}", add_candidate, 38),
    "compare": ("coordinator", "/desk/{need}/compare/", add_candidate, 16),
    "choose": ("coordinator", "/desk/{need}/choose/", add_offer, 23),
    "funnel": ("coordinator", "/desk/funnel/", add_result, 15),
    "weights": ("administrator", "/desk/weights/", add_impossible, 15),
    "categories": ("administrator", "/lists/categories/", add_listed(Category), 14),
    "units": ("administrator", "/lists/units/", add_listed(Unit), 14),
    "groups": ("administrator", "/lists/groups/", add_listed(BeneficiaryGroup), 14),
    "synonyms": ("administrator", "/synonyms/", add_synonym, 21),
    "news": ("administrator", "/staff/outbox/", add_dead_letter, 18),
}


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> Any:
    settings.ARCHIVE_DIR = tmp_path
    corpus.forget()
    yield
    corpus.forget()


@pytest.mark.parametrize("name", list(LISTS))
def test_a_list_asks_as_often_for_three_rows_as_for_one(name: str) -> None:
    role, address, add, number = LISTS[name]
    town = Town()
    client = town.client(role)
    path = address.format(own=town.own.number, need=town.need.number)
    counts = []
    for more in (1, 2):
        for _row in range(more):
            town.n += 1
            add(town)
        # Once before: what a process keeps (the matcher, texts of pages) is read by then.
        assert client.get(path).status_code == 200
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
    assert counts == [number, number]


def test_each_subscription_costs_one_search() -> None:
    """The one list that cannot ask once: what is new in each is a search of its own."""
    town = Town()
    client = town.client("admin")
    counts = []
    for more in (1, 2):
        for _row in range(more):
            town.n += 1
            add_subscription(town)
        client.get("/market/saved/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/market/saved/").status_code == 200
        counts.append(len(seen))
    assert counts == [BESIDE_SEARCHES + ONE_SEARCH, BESIDE_SEARCHES + 3 * ONE_SEARCH]


BESIDE_SEARCHES, ONE_SEARCH = 8, 9
