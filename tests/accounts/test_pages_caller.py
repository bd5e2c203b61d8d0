"""代为登记 and the region picker, on their pages."""

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from accounts.middleware import CallerSession, for_caller
from accounts.models import Organization, Region, User
from core.models import AuditEvent, OptionValue
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def staff(role: str = "COORDINATOR", region: Region | None = None) -> Client:
    user = make.make_user()
    make.make_role_grant(user, role, region)
    return browser(user)


def of(organization: Organization, role: str = "ADMIN") -> Client:
    return browser(make.make_membership(organization=organization, role=role).user)


def text(answer: Any) -> str:
    return BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True)


ORGANIZATION = {
    "name": "禾苗公益服务中心",
    "kind": "SERVICE_BODY",
    "uscc": "91110000600037341M",
    "intro": "陪诊和助餐",
}


# -- 代为登记 -----------------------------------------------------------------------------------------
def call(client: Client, place: Organization, **changes: str) -> Any:
    values: dict[str, Any] = {
        "organization": place.number,
        "caller_name": "王主任",
        "caller_phone": "13800000001",
        "called_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    }
    return client.post("/caller/", values | changes)


def test_a_coordinator_acts_for_a_caller_until_the_mode_is_left() -> None:
    organization = make.make_organization("春晓社区", contact_name="王主任")
    client = staff()
    assert call(client, organization).status_code == 302
    page = text(client.get("/account/"))
    assert "代为登记：你正在替“春晓社区”操作。来电：王主任 13800000001" in page
    client.post(f"/organizations/{organization.number}/contact/")
    event = AuditEvent.objects.get(act="organization.look_up_contact")
    assert event.on_behalf_of.startswith("王** 138****0001, ")
    assert (event.organization_name, event.channel) == ("春晓社区", "phone")
    assert client.post("/caller/end/").status_code == 302
    assert "代为登记：" not in text(client.get("/account/"))


def test_the_mode_lapses_after_two_hours_and_with_the_role() -> None:
    organization = make.make_organization("春晓社区")
    by, at = make.coordinator(), timezone.now()
    until = (at + timedelta(hours=2)).isoformat()
    mode = CallerSession(organization=organization.number, caller="王", until=until)
    assert for_caller(by, mode, at).on_behalf_of == "王"
    assert for_caller(by, mode, at + timedelta(hours=2)) == by
    assert for_caller(make.stranger(), mode, at).on_behalf_of == ""
    assert (
        for_caller(by, CallerSession(organization="ZZ26-000000", caller="王", until=until), at)
        == by
    )


def test_a_call_with_gaps_is_not_begun() -> None:
    organization, client = make.make_organization(), staff()
    for change in (
        {"caller_name": ""},
        {"caller_phone": "1"},
        {"called_at": "gestern"},
        {"organization": "?"},
    ):
        assert call(client, organization, **change).status_code == 422
    assert "代为登记：" not in text(client.get("/account/"))


# -- the region picker --------------------------------------------------------------------------------
def pick(client: Client, **query: str) -> list[tuple[str, str, int]]:
    answer = client.get("/regions/pick/", {"field": "region", **query})
    soup = BeautifulSoup(answer.content, "html.parser")
    return [
        (
            str(s["name"]),
            "".join(str(o["value"]) for o in s.select("option[selected]")),
            len(s.select("option")),
        )
        for s in soup.select("select")
    ]


def test_the_picker_begins_at_home_and_goes_down() -> None:
    make.make_region_tree()
    OptionValue.objects.create(key="base.region", value="9999")
    client = Client()
    assert pick(client) == [("region_3", "", 3)]
    assert pick(client, region_3="999901") == [("region_3", "999901", 3), ("region_4", "", 3)]
    deep = {"region_3": "999901", "region_4": "999901001"}
    assert pick(client, **deep) == [
        ("region_3", "999901", 3),
        ("region_4", "999901001", 3),
        ("region_5", "", 2),
    ]
    assert pick(client, deepest="4", **deep) == [
        ("region_3", "999901", 3),
        ("region_4", "999901001", 3),
    ]
    assert pick(client, region_3="999902", region_4="999901001") == [
        ("region_3", "999902", 3),
        ("region_4", "", 2),
    ]
    assert pick(client, region_wide="1") == [("region_1", "", 2)]
    assert pick(client, region="999901002") == [
        ("region_3", "999901", 3),
        ("region_4", "999901002", 3),
    ]


def test_the_picker_survives_nonsense() -> None:
    make.make_region_tree()
    client = Client()
    for query in (
        {"deepest": "99"},
        {"field": "<b>"},
        {"region": "' OR 1=1"},
    ):
        assert pick(client, **query) == [("region_1", "", 2)]
    cleaned = client.get("/regions/pick/", {"region_1": "\x00"})
    assert (cleaned.status_code, cleaned["Location"]) == (302, "/regions/pick/?region_1=")
    assert client.get("/organizations/\x00/").status_code == 404
    assert client.get("/regions/pick/", {"find": "1", "region_q": "%_'\\"}).status_code == 200


def test_finding_a_place_by_name() -> None:
    make.make_region_tree()
    answer = Client().get(
        "/regions/pick/", {"find": "1", "field": "region", "region_q": "滨江 街道"}
    )
    street = "滨海省滨河市滨江区滨河街道"
    assert text(answer).split() == [street, "滨海省滨河市滨江区望湖街道", street + "春晓社区"]


def test_without_javascript_the_next_level_comes_by_a_button() -> None:
    make.make_region_tree()
    OptionValue.objects.create(key="base.region", value="9999")
    client = browser(make.make_user())
    values = ORGANIZATION | {"region_3": "999901", "region_step": "next"}
    answer = client.post("/organizations/new/", values)
    names = [
        s["name"]
        for s in BeautifulSoup(answer.content, "html.parser").select(".region-picker select")
    ]
    assert (answer.status_code, names) == (422, ["region_3", "region_4"])
    assert "禾苗公益服务中心" in answer.content.decode()
    wide = client.post("/organizations/new/", values | {"region_step": "wide"})
    names = [
        s["name"]
        for s in BeautifulSoup(wide.content, "html.parser").select(".region-picker select")
    ]
    assert names[0] == "region_1"
