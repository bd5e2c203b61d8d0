"""What the pages of accounts do: forms, switching, the auditor, callers, the region picker."""

import io
import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from accounts.middleware import for_caller
from accounts.models import ApiToken, Invitation, Membership, Organization, Region, RoleGrant, User
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


def text(answer) -> str:
    return BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True)


ORGANIZATION = {
    "name": "禾苗公益服务中心",
    "kind": "SERVICE_BODY",
    "uscc": "91110000600037341M",
    "intro": "陪诊和助餐",
}


def test_registering_leads_to_the_page_and_acts_for_it():
    region = make.make_region_tree()["滨河街道"]
    client = browser(make.make_user())
    values = ORGANIZATION | {"region": region.code, "form_token": "t1"}
    answer = client.post("/organizations/new/", values)
    organization = Organization.objects.get()
    assert answer["Location"] == f"/organizations/{organization.number}/"
    page = client.get(answer["Location"])
    assert "代表 禾苗公益服务中心" in text(page)
    again = client.post("/organizations/new/", values)
    assert (again["Location"], Organization.objects.count()) == (answer["Location"], 1)


def test_a_bad_registration_keeps_everything_typed_and_names_each_place():
    make.make_region_tree()
    client = browser(make.make_user())
    values = ORGANIZATION | {"uscc": "123", "contact_phone": "abc", "name": "禾苗🌱𠮷"}
    answer = client.post("/organizations/new/", values)
    assert answer.status_code == 422
    said = text(answer)
    assert "请选择地点。" in said
    assert "禾苗🌱𠮷" in answer.content.decode()
    values["region"] = "999901001"
    answer = client.post("/organizations/new/", values)
    assert (answer.status_code, "统一社会信用代码是 18 位，现在有 3 位。" in text(answer)) == (
        422,
        True,
    )
    assert Organization.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "NONE"},
        {"name": "x" * 121},
        {"name": ""},
        {"region": "44"},
        {"region": "x" * 500},
        {"website": "javascript:alert(1)"},
        {"intro": "长" * 1001},
        {"name": "\x00"},
        {"region": ["1", "2"]},
    ],
)
def test_odd_registrations_are_refused_in_words(change):
    make.make_region_tree()
    client = browser(make.make_user())
    values = ORGANIZATION | {"region": "999901001", "uscc": ""} | change
    answer = client.post("/organizations/new/", values)
    assert answer.status_code == 422
    assert BeautifulSoup(answer.content, "html.parser").select(".error-summary li")
    assert Organization.objects.count() == 0


def test_two_tabs_on_one_organization_conflict_and_keep_the_text():
    organization = make.make_organization()
    client = of(organization)
    url = f"/organizations/{organization.number}/edit/"
    values = {"name": "甲单位", "kind": "COMMUNITY", "region": "999901001", "version": "1"}
    assert client.post(url, values).status_code == 302
    late = client.post(url, values | {"name": "乙单位"})
    assert (late.status_code, "乙单位" in late.content.decode()) == (409, True)
    assert Organization.objects.get().name == "甲单位"


def test_a_form_opened_for_one_organization_is_not_saved_for_another():
    organization = make.make_organization()
    client = of(organization)
    url = f"/organizations/{organization.number}/edit/"
    values = {"name": "甲", "kind": "COMMUNITY", "region": "999901001", "version": "1"}
    answer = client.post(url, values | {"acting_for": "ZZ26-999999"})
    assert answer.status_code == 409
    assert "代表另一个单位打开的" in text(answer)


def test_another_organizations_number_in_the_url():
    mine, other = make.make_organization(), make.make_organization()
    client = of(mine)
    statuses = {
        path: client.get(f"/organizations/{other.number}/{path}").status_code
        for path in ("edit/", "members/", "tokens/", "history/", "contact/", "decide/verify/")
    }
    assert set(statuses.values()) == {403}
    assert client.get("/organizations/ZZ26-000000/").status_code == 404
    assert client.post(f"/organizations/{other.number}/leave/").status_code == 404


def test_switching_between_organizations():
    user = make.make_user()
    first = make.make_membership(user, make.make_organization("甲社区"))
    second = make.make_membership(user, make.make_organization("乙社区"))
    client = browser(user)
    assert "代表 甲社区" in text(client.get("/account/"))
    chosen = client.post(
        "/acting/", {"organization": second.organization.number, "next": "/account/"}
    )
    assert chosen["Location"] == "/account/"
    assert "代表 乙社区" in text(client.get("/account/"))
    assert client.post("/acting/", {"organization": "ZZ26-000000"}).status_code == 404
    assert first.organization.number in client.get("/account/").content.decode()


# -- decisions and contact ------------------------------------------------------------------------
def test_verifying_and_suspending_over_the_pages():
    organization = make.make_organization(verified=False)
    client = staff()
    url = f"/organizations/{organization.number}/decide/"
    assert client.post(url + "verify/", {"reason": "已核对证书"}).status_code == 302
    assert client.post(url + "verify/", {}).status_code == 409
    assert client.post(url + "suspend/", {}).status_code == 422
    assert client.post(url + "suspend/", {"reason": "冒用"}).status_code == 302
    assert client.get(url + "nonsense/").status_code == 404
    assert Organization.objects.get().state == "SUSPENDED"
    assert Client().get(f"/organizations/{organization.number}/").status_code == 404
    history = text(client.get(f"/organizations/{organization.number}/history/"))
    assert "停用了单位 冒用" in history
    assert "核验通过 已核对证书" in history


def test_a_contact_is_shown_on_demand_and_each_look_is_written_down():
    organization = make.make_organization(contact_name="王主任", contact_phone="13800000001")
    client = staff()
    url = f"/organizations/{organization.number}/contact/"
    assert "13800000001" not in client.get(url).content.decode()
    assert (
        "13800000001" not in client.get(f"/organizations/{organization.number}/").content.decode()
    )
    assert "13800000001" in client.post(url).content.decode()
    assert AuditEvent.objects.filter(act="organization.look_up_contact").count() == 1


# -- the auditor ------------------------------------------------------------------------------------
def test_an_auditor_reads_everything_and_writes_nothing():
    organization = make.make_organization()
    row = make.make_membership(organization=organization)
    client = staff("AUDITOR")
    base = f"/organizations/{organization.number}/"
    posts = [
        "/organizations/new/",
        base + "edit/",
        base + "decide/suspend/",
        base + "contact/",
        base + "members/",
        base + f"members/{row.user.number}/",
        base + "tokens/",
        base + "leave/",
        "/people/new/",
        f"/people/{row.user.number}/",
        f"/people/{row.user.number}/code/",
        f"/people/{row.user.number}/close/",
        f"/people/{row.user.number}/reopen/",
        "/roles/",
        "/regions/",
        "/regions/999901001-01/edit/",
        "/caller/",
        "/messages/phone/XX26-000001/",
    ]
    before = AuditEvent.objects.count()
    answers = {path: client.post(path, {"reason": "x"}) for path in posts}
    assert {path: a.status_code for path, a in answers.items()} == dict.fromkeys(posts, 403)
    assert all("审计岗位只能查看，不能改动。" in text(a) for a in answers.values())
    assert AuditEvent.objects.count() == before


def test_an_auditor_still_looks_after_their_own_account():
    user = make.make_user()
    make.make_role_grant(user, "AUDITOR")
    client = browser(user)
    version = user.version
    answer = client.post(
        "/account/", {"name": "新名字", "email": "", "phone": "", "version": version}
    )
    assert answer.status_code == 302
    assert client.post("/messages/read/").status_code == 302
    assert client.post("/sign-out/").status_code == 302


def test_an_auditor_with_another_post_is_not_held_back():
    user = make.make_user()
    make.make_role_grant(user, "AUDITOR")
    make.make_membership(user)
    make.make_region_tree()
    answer = browser(user).post("/organizations/new/", ORGANIZATION | {"region": "999901001"})
    assert answer.status_code == 302


# -- members, invitations, tokens -----------------------------------------------------------------
def test_an_invitation_from_the_link_to_the_membership():
    organization = make.make_organization("春晓社区")
    client = of(organization)
    answer = client.post(
        f"/organizations/{organization.number}/members/", {"role": "EDITOR", "invitee": "李"}
    )
    page = client.get(answer["Location"].split("#")[0])
    link = re.search(r"http://testserver(/invitations/\S+/)<", page.content.decode())[1]
    assert link not in client.get(answer["Location"].split("#")[0]).content.decode()
    outside = Client()
    assert "加入“春晓社区”？" in text(outside.get(link))
    assert outside.post(link).status_code == 302
    assert Membership.objects.count() == 1
    guest = make.make_user("李敏")
    joined = browser(guest).post(link)
    assert joined["Location"] == f"/organizations/{organization.number}/"
    assert Membership.objects.get(user=guest).role == "EDITOR"
    assert browser(guest).get(link).status_code == 404
    assert "1 条" not in text(client.get("/messages/"))


def test_revoking_an_invitation_removing_and_changing_members():
    organization = make.make_organization()
    client = of(organization)
    other = make.make_membership(organization=organization, role="READER")
    base = f"/organizations/{organization.number}/"
    client.post(base + "members/", {"role": "EDITOR", "invitee": ""})
    invitation = Invitation.objects.get()
    client.post(f"{base}invitations/{invitation.number}/revoke/")
    assert Invitation.objects.get().revoked_at is not None
    url = f"{base}members/{other.user.number}/"
    client.post(url, {"role": "EDITOR"})
    other.refresh_from_db()
    assert other.role == "EDITOR"
    client.post(url, {"role": "EDITOR", "remove": "1"})
    other.refresh_from_db()
    assert other.ended_at is not None
    last = client.post(base + "leave/")
    assert (last.status_code, "最后一位管理员" in text(last)) == (409, True)


def test_a_token_is_shown_once():
    organization = make.make_organization()
    client = of(organization)
    base = f"/organizations/{organization.number}/tokens/"
    answer = client.post(base, {"name": "平台", "scopes": ["needs:write", "links:read"]})
    shown = client.get(base).content.decode()
    assert answer["Location"] == base + "#secret"
    assert re.search(r"gyl_[\w-]{40,}", shown)
    assert not re.search(r"gyl_[\w-]{40,}", client.get(base).content.decode())
    token = ApiToken.objects.get()
    assert token.scopes == ["links:read", "needs:write"]
    client.post(f"{base}{token.number}/revoke/")
    assert ApiToken.objects.get().revoked_at is not None
    assert client.post(base, {"name": "", "scopes": []}).status_code == 422


# -- staff ------------------------------------------------------------------------------------------
def test_opening_an_account_and_reading_the_code_out():
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


def test_putting_a_person_into_an_organization_by_name():
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


def test_granting_and_revoking_a_role():
    client = staff("ADMINISTRATOR")
    make.make_region_tree()
    user = make.make_user(phone="13900000002")
    values = {
        "account": "13900000002",
        "role": "FINANCE",
        "region": "999901",
        "starts_on": "2026-01-01",
    }
    assert client.post("/roles/", values).status_code == 302
    grant = RoleGrant.objects.get(user=user)
    assert (grant.role, grant.region.name, grant.ends_on) == ("FINANCE", "滨江区", None)
    bad = client.post("/roles/", values | {"ends_on": "2025-01-01"})
    assert (bad.status_code, "结束日期早于开始日期" in text(bad)) == (422, True)
    assert client.post("/roles/", values | {"account": "nobody"}).status_code == 422
    assert staff().post("/roles/", values).status_code == 403
    client.post(f"/roles/{grant.number}/revoke/")
    assert RoleGrant.objects.get(pk=grant.pk).revoked_at is not None


def test_communities_are_added_renamed_and_closed():
    tree = make.make_region_tree()
    client = staff(region=tree["滨江区"])
    values = {"street": "999901002", "name": "望湖一社区", "code": ""}
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


def test_the_list_filters_pages_and_exports():
    tree = make.make_region_tree()
    for n in range(32):
        make.make_organization(f"单位{n:02d}", verified=n % 2 == 0)
    make.make_organization("=cmd()", region=tree["学院街道"], kind="MEDIA")
    client = staff()
    first = client.get("/organizations/")
    assert "共 33 条" in text(first)
    following = BeautifulSoup(first.content, "html.parser").select_one("a[rel=next]")["href"]
    make.make_organization("后来的")
    second = text(client.get(following))
    assert ("单位02" in second, "单位03" in second, "后来的" in second) == (True, False, False)
    assert "共 1 条" in text(client.get("/organizations/?kind=MEDIA&region=9999"))
    assert "共 16 条" in text(client.get("/organizations/?state=UNVERIFIED"))
    assert "没有符合的单位" in text(client.get("/organizations/?q=没有这样的"))
    assert client.get("/organizations/?before=%00&kind=x&region=zz").status_code == 200
    book = load_workbook(io.BytesIO(client.get("/organizations/export/?kind=MEDIA").content))
    rows = list(book.active.values)
    assert [row[1] for row in rows] == ["全称", "'=cmd()"]


@pytest.mark.parametrize("path", ["/organizations/", "/people/", "/roles/", "/regions/"])
def test_lists_ask_the_database_as_often_for_three_rows_as_for_one(path):
    client = staff("ADMINISTRATOR")
    counts = []
    for _more in range(2):
        row = make.make_membership()
        make.make_role_grant(row.user, "FINANCE", row.organization.region)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


# -- 代为登记 -----------------------------------------------------------------------------------------
def call(client: Client, place: Organization, **changes: str):
    values = {
        "organization": place.number,
        "caller_name": "王主任",
        "caller_phone": "13800000001",
        "called_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    }
    return client.post("/caller/", values | changes)


def test_a_coordinator_acts_for_a_caller_until_the_mode_is_left():
    organization = make.make_organization("春晓社区", contact_name="王主任")
    client = staff()
    assert call(client, organization).status_code == 302
    page = text(client.get("/account/"))
    assert "代为登记：你正在替“春晓社区”操作。来电：王主任 13800000001" in page
    client.post(f"/organizations/{organization.number}/contact/")
    event = AuditEvent.objects.get(act="organization.look_up_contact")
    assert event.on_behalf_of.startswith("王主任 13800000001, ")
    assert (event.organization_name, event.channel) == ("春晓社区", "phone")
    assert client.post("/caller/end/").status_code == 302
    assert "代为登记：" not in text(client.get("/account/"))


def test_the_mode_lapses_after_two_hours_and_with_the_role():
    organization = make.make_organization("春晓社区")
    by, at = make.coordinator(), timezone.now()
    until = (at + timedelta(hours=2)).isoformat()
    mode = {"organization": organization.number, "caller": "王", "until": until}
    assert for_caller(by, mode, at).on_behalf_of == "王"
    assert for_caller(by, mode, at + timedelta(hours=2)) == by
    assert for_caller(make.stranger(), mode, at).on_behalf_of == ""
    assert for_caller(by, {**mode, "organization": "ZZ26-000000"}, at) == by


def test_a_call_with_gaps_is_not_begun():
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
            s["name"],
            (s.select_one("option[selected]") or {"value": ""})["value"],
            len(s.select("option")),
        )
        for s in soup.select("select")
    ]


def test_the_picker_begins_at_home_and_goes_down():
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


def test_the_picker_survives_nonsense():
    make.make_region_tree()
    client = Client()
    for query in (
        {"region_1": "\x00"},
        {"deepest": "99"},
        {"field": "<b>"},
        {"region": "' OR 1=1"},
    ):
        assert pick(client, **query) == [("region_1", "", 2)]
    assert client.get("/regions/pick/", {"find": "1", "region_q": "%_'\\"}).status_code == 200


def test_finding_a_place_by_name():
    make.make_region_tree()
    answer = Client().get(
        "/regions/pick/", {"find": "1", "field": "region", "region_q": "滨江 街道"}
    )
    street = "滨海省滨河市滨江区滨河街道"
    assert text(answer).split() == [street, "滨海省滨河市滨江区望湖街道", street + "春晓社区"]


def test_without_javascript_the_next_level_comes_by_a_button():
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
