"""Staff pages: people and codes, roles, communities, the list of organizations."""

import io
import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import Membership, Organization, Region, RoleGrant, User
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


def next_page(answer: Any) -> str:
    (link,) = BeautifulSoup(answer.content, "html.parser").select("a[rel=next]")
    return str(link["href"])


def text(answer: Any) -> str:
    return BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True)


# -- staff ------------------------------------------------------------------------------------------
def test_opening_an_account_and_reading_the_code_out() -> None:
    client = staff()
    answer = client.post("/people/new/", {"name": "周阿姨", "account": "13900000002"})
    user = User.objects.get(phone="13900000002")
    assert answer["Location"] == f"/people/{user.number}/"
    shown = client.get(client.post(f"/people/{user.number}/code/")["Location"].split("#")[0])
    code = re.search(r"(\d{4}) (\d{4})", text(shown))
    assert code
    assert not re.search(
        r"\d{4} \d{4}", text(client.get(f"/people/{user.number}/")).replace("2026", "")
    )
    entered = Client().post("/sign-in/code/", {"account": "13900000002", "code": code[0]})
    assert entered["Location"] == "/account/password/"


def test_putting_a_person_into_an_organization_by_name() -> None:
    organization = make.make_organization("春晓社区居民委员会")
    make.make_organization("春晓社区志愿队")
    user, client = make.make_user(), staff()
    url = f"/people/{user.number}/"
    several = client.post(url, {"organization": "春晓", "role": "ADMIN"})
    assert (several.status_code, "有几个单位都像" in text(several)) == (422, True)
    none = client.post(url, {"organization": "没有", "role": "ADMIN"})
    assert (none.status_code, "没有找到这个单位" in text(none)) == (422, True)
    assert (
        client.post(url, {"organization": "春晓社区居民委员会", "role": "ADMIN"}).status_code == 302
    )
    assert Membership.objects.get().organization == organization


def test_granting_and_revoking_a_role() -> None:
    client = staff("ADMINISTRATOR")
    make.make_region_tree()
    user = make.make_user(phone="13900000002")
    values: dict[str, Any] = {
        "account": "13900000002",
        "role": "FINANCE",
        "region": "999901",
        "starts_on": "2026-01-01",
    }
    assert client.post("/roles/", values).status_code == 302
    grant = RoleGrant.objects.get(user=user)
    assert (grant.role, str(grant.region), grant.ends_on) == ("FINANCE", "滨海省滨河市滨江区", None)
    bad = client.post("/roles/", values | {"ends_on": "2025-01-01"})
    assert (bad.status_code, "结束日期早于开始日期" in text(bad)) == (422, True)
    assert client.post("/roles/", values | {"account": "nobody"}).status_code == 422
    assert staff().post("/roles/", values).status_code == 403
    client.post(f"/roles/{grant.number}/revoke/")
    assert RoleGrant.objects.get(pk=grant.pk).revoked_at is not None


def test_communities_are_added_renamed_and_closed() -> None:
    tree = make.make_region_tree()
    client = staff(region=tree["滨江区"])
    values: dict[str, Any] = {"street": "999901002", "name": "望湖一社区", "code": ""}
    assert client.post("/regions/", values).status_code == 302
    region = Region.objects.get(name="望湖一社区")
    assert (region.code, region.full_name, region.by_staff) == (
        "999901002-01",
        "滨海省滨河市滨江区望湖街道望湖一社区",
        True,
    )
    assert client.post("/regions/", values).status_code == 422
    assert client.post("/regions/", values | {"street": "999902001"}).status_code == 403
    assert (
        client.post("/regions/", values | {"name": "望湖二社区", "code": "12"}).status_code == 422
    )
    client.post(f"/regions/{region.code}/edit/", {"name": "望湖社区", "closed": "on"})
    region.refresh_from_db()
    assert (region.name, region.closed) == ("望湖社区", True)
    official = client.post("/regions/999901002/edit/", {"name": "改名街道"})
    assert official.status_code == 409


def test_the_list_filters_pages_and_exports() -> None:
    tree = make.make_region_tree()
    for n in range(32):
        make.make_organization(f"单位{n:02d}", verified=n % 2 == 0)
    make.make_organization("=cmd()", region=tree["学院街道"], kind="MEDIA")
    client = staff()
    first = client.get("/organizations/")
    assert "共 33 条" in text(first)
    following = next_page(first)
    make.make_organization("后来的")
    second = text(client.get(following))
    assert ("单位02" in second, "单位03" in second, "后来的" in second) == (True, False, False)
    assert "共 1 条" in text(client.get("/organizations/?kind=MEDIA&region=9999"))
    assert "共 16 条" in text(client.get("/organizations/?state=UNVERIFIED"))
    assert "没有符合的单位" in text(client.get("/organizations/?q=没有这样的"))
    assert client.get("/organizations/?before=x&kind=x&region=zz").status_code == 200
    led = client.get("/organizations/?q=a&before=%00")
    assert (led.status_code, led.headers["Location"]) == (302, "/organizations/?q=a&before=")
    book = load_workbook(io.BytesIO(client.get("/organizations/export/?kind=MEDIA").content))
    rows = list(book["单位"].values)
    assert [row[1] for row in rows] == ["全称", "'=cmd()"]


@pytest.mark.parametrize("path", ["/organizations/", "/people/", "/roles/", "/regions/"])
def test_lists_ask_the_database_as_often_for_three_rows_as_for_one(path: str) -> None:
    client = staff("ADMINISTRATOR")
    counts = []
    for _more in range(2):
        row = make.make_membership()
        make.make_role_grant(row.user, "FINANCE", row.organization.region)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
