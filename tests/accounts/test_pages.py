"""What the pages of accounts do: forms, switching, decisions, the auditor, members, tokens."""

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import ApiToken, Invitation, Membership, Organization, Region, User
from core.models import AuditEvent
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


ORGANIZATION = {
    "name": "禾苗公益服务中心",
    "kind": "SERVICE_BODY",
    "uscc": "91110000600037341M",
    "intro": "陪诊和助餐",
}


def test_registering_leads_to_the_page_and_acts_for_it() -> None:
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


def test_a_bad_registration_keeps_everything_typed_and_names_each_place() -> None:
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
def test_odd_registrations_are_refused_in_words(change: Any) -> None:
    make.make_region_tree()
    client = browser(make.make_user())
    values = ORGANIZATION | {"region": "999901001", "uscc": ""} | change
    answer = client.post("/organizations/new/", values)
    assert answer.status_code == 422
    assert BeautifulSoup(answer.content, "html.parser").select(".error-summary li")
    assert Organization.objects.count() == 0


def test_two_tabs_on_one_organization_conflict_and_keep_the_text() -> None:
    organization = make.make_organization()
    client = of(organization)
    url = f"/organizations/{organization.number}/edit/"
    values: dict[str, Any] = {
        "name": "甲单位",
        "kind": "COMMUNITY",
        "region": "999901001",
        "version": "1",
    }
    assert client.post(url, values).status_code == 302
    late = client.post(url, values | {"name": "乙单位"})
    assert (late.status_code, "乙单位" in late.content.decode()) == (409, True)
    assert Organization.objects.get().name == "甲单位"


def test_a_form_opened_for_one_organization_is_not_saved_for_another() -> None:
    organization = make.make_organization()
    client = of(organization)
    url = f"/organizations/{organization.number}/edit/"
    values: dict[str, Any] = {
        "name": "甲",
        "kind": "COMMUNITY",
        "region": "999901001",
        "version": "1",
    }
    answer = client.post(url, values | {"acting_for": "ZZ26-999999"})
    assert answer.status_code == 409
    assert "代表另一个单位打开的" in text(answer)


def test_another_organizations_number_in_the_url() -> None:
    mine, other = make.make_organization(), make.make_organization()
    client = of(mine)
    statuses = {
        path: client.get(f"/organizations/{other.number}/{path}").status_code
        for path in ("edit/", "members/", "tokens/", "history/", "contact/", "decide/verify/")
    }
    assert set(statuses.values()) == {403}
    assert client.get("/organizations/ZZ26-000000/").status_code == 404
    assert client.post(f"/organizations/{other.number}/leave/").status_code == 404


def test_switching_between_organizations() -> None:
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
def test_verifying_and_suspending_over_the_pages() -> None:
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


def test_a_contact_is_shown_on_demand_and_each_look_is_written_down() -> None:
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
def test_an_auditor_reads_everything_and_writes_nothing() -> None:
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


def test_an_auditor_still_looks_after_their_own_account() -> None:
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


def test_an_auditor_with_another_post_is_not_held_back() -> None:
    user = make.make_user()
    make.make_role_grant(user, "AUDITOR")
    make.make_membership(user)
    make.make_region_tree()
    answer = browser(user).post("/organizations/new/", ORGANIZATION | {"region": "999901001"})
    assert answer.status_code == 302


# -- members, invitations, tokens -----------------------------------------------------------------
def test_an_invitation_from_the_link_to_the_membership() -> None:
    organization = make.make_organization("春晓社区")
    client = of(organization)
    answer = client.post(
        f"/organizations/{organization.number}/members/", {"role": "EDITOR", "invitee": "李"}
    )
    page = client.get(answer["Location"].split("#")[0])
    (link,) = re.findall(r"http://testserver(/invitations/\S+/)<", page.content.decode())
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


def test_revoking_an_invitation_removing_and_changing_members() -> None:
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


def test_a_token_is_shown_once() -> None:
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
