"""Pages of the market: who gets them, what they write, what stays when something is refused."""

import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from accounts.models import Membership, Organization, User
from marketplace import operations
from marketplace.models import Category, EntryVersion, Need
from marketplace.states import EntryState
from tests.factories import accounts as people
from tests.factories.marketplace import make_need, make_offer, need_content, whole

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

NEED = {
    "title": "高龄老人午餐配送",
    "text_public": "午餐送到家。",
    "quantity": "３０",
    "unit": "portion",
    "period": "DAY",
    "category": "elderly",
    "region": "999901001",
    "contact_phone": "13800000001",
}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def staff_client() -> Client:
    actor = people.coordinator()
    return signed_in(User.objects.get(pk=actor.user_id))


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def errors(response: Any) -> list[str]:
    return [item.get_text(strip=True) for item in soup(response).select(".error-summary li")]


# -- detail ---------------------------------------------------------------------------------
def test_each_level_reads_its_own_text_and_nobody_the_contact(
    owner: Client, membership: Membership
) -> None:
    need = make_need(
        organization=membership.organization,
        text_public="公开的话",
        text_partners="伙伴的话",
        text_internal="内部的话",
    )
    partner = signed_in(people.make_membership().user)
    pages = {
        "public": Client().get(f"/needs/{need.number}/").content.decode(),
        "partner": partner.get(f"/needs/{need.number}/").content.decode(),
        "own": owner.get(f"/needs/{need.number}/").content.decode(),
    }
    words = ("公开的话", "伙伴的话", "内部的话")
    found = {name: [word for word in words if word in page] for name, page in pages.items()}
    assert found == {"public": ["公开的话"], "partner": ["伙伴的话"], "own": list(words)}
    for page in pages.values():
        assert "13800000001" not in page
        assert "春晓路" not in page


def test_what_one_may_not_see_does_not_exist() -> None:
    need = make_need(visibility="INTERNAL")
    draft = make_need(EntryState.DRAFT)
    stranger = signed_in(people.make_membership().user)
    for number in (need.number, draft.number, "XQ26-999999"):
        for page in ("", "edit/", "print/", "withdraw/"):
            assert stranger.get(f"/needs/{number}/{page}").status_code == 404
    assert stranger.get(f"/resources/{need.number}/").status_code == 404


def test_buttons_follow_the_table(owner: Client, membership: Membership) -> None:
    expected = {
        "DRAFT": {"edit", "discard"},
        "SUBMITTED": {"withdraw", "copy"},
        "RETURNED": {"edit", "withdraw", "copy"},
        "OPEN": {"edit", "withdraw", "copy"},
        "PARTLY_MET": {"edit", "withdraw", "copy"},
        "MET": {"edit", "copy"},
        "WITHDRAWN": {"reopen", "copy"},
        "EXPIRED": {"reopen", "copy"},
    }
    found = {}
    for state in expected:
        need = make_need(state, organization=membership.organization)
        page = owner.get(f"/needs/{need.number}/").content.decode()
        pages = ("edit", "discard", "withdraw", "reopen", "copy")
        found[state] = {name for name in pages if f"/needs/{need.number}/{name}/" in page}
    assert found == expected


def test_withdraw_with_undo_and_copy(owner: Client, membership: Membership) -> None:
    need = make_need(organization=membership.organization)
    url = f"/needs/{need.number}/"
    assert owner.get(f"{url}withdraw/").status_code == 200
    page = soup(owner.post(f"{url}withdraw/", {"reason": "不要了"}, follow=True))
    undo = page.select_one(".undo form")
    assert undo is not None
    owner.post(str(undo["action"]))
    need.refresh_from_db()
    assert need.state == "OPEN"
    copied = owner.post(f"{url}copy/")
    draft = Need.objects.exclude(pk=need.pk).get()
    assert copied["Location"] == f"/needs/{draft.number}/edit/"
    owner.post(f"/needs/{draft.number}/discard/")
    assert Need.objects.count() == 1


def test_other_peoples_entries_are_not_acted_on() -> None:
    need = make_need()
    stranger = signed_in(people.make_membership().user)
    for action in ("withdraw", "reopen", "copy", "discard", "take-over", "edit"):
        assert stranger.post(f"/needs/{need.number}/{action}/", NEED).status_code in (403, 404)
    need.refresh_from_db()
    assert (need.state, need.version, Need.objects.count()) == ("OPEN", 3, 1)


# -- own lists ------------------------------------------------------------------------------
@pytest.mark.parametrize(("side", "number"), [("needs", 10), ("resources", 11)])
def test_the_own_list_costs_the_same_for_one_and_three(
    owner: Client,
    membership: Membership,
    side: str,
    number: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make = make_need if side == "needs" else make_offer
    for more in (1, 2):
        for _n in range(more):
            make(organization=membership.organization)
        with django_assert_num_queries(number):
            assert owner.get(f"/{side}/mine/").status_code == 200


@pytest.mark.parametrize("more", [1, 2])
def test_the_intake_queue_costs_the_same_for_one_and_three(
    more: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    staff = staff_client()
    for _n in range(2 * more - 1):
        make_need(EntryState.SUBMITTED)
        make_offer(EntryState.SUBMITTED)
    # One of them asks whether operators need a second factor.
    with django_assert_num_queries(18):
        assert staff.get("/intake/").status_code == 200


def test_the_export_holds_the_filtered_list_with_formulas_neutralised(
    owner: Client, membership: Membership
) -> None:
    make_need(organization=membership.organization, title="=1+1 轮椅")
    make_need(organization=membership.organization, title="午餐")
    response = owner.get("/needs/mine/export/?q=轮椅")
    sheet = load_workbook(io.BytesIO(response.content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_col=3)]
    assert rows[0] == ["编号", "标题", "状态"]
    assert [row[1:] for row in rows[1:]] == [["'=1+1 轮椅", "等待对接"]]
    assert "filename" in response["Content-Disposition"]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("state=zzz&page=abc", "page、state=zzz"),
        ("sort=oldest", "sort=oldest"),
        ("<b>=1&state=open", "b"),
        ("state=open&sort=closing&q=轮椅&utm_source=x", ""),
    ],
)
def test_unknown_conditions_are_named(owner: Client, query: str, named: str) -> None:
    text = soup(owner.get(f"/needs/mine/?{query}")).get_text()
    assert (f"没有这个条件：{named}，没有用它筛选。" in text) == bool(named)
    assert ("没有这个条件" in text) == bool(named)


def test_the_intake_names_unknown_conditions() -> None:
    text = soup(staff_client().get("/intake/?status=zzz")).get_text()
    assert "没有这个条件：status，没有用它筛选。" in text


def test_a_history_names_groups_amounts_and_days(owner: Client, membership: Membership) -> None:
    need = make_need(organization=membership.organization, quantity=Decimal(10))
    operations.edit(
        need,
        need_content(groups=["elderly", "disabled"], quantity=Decimal(12)),
        by=people.actor_for(membership.user, membership.organization),
        at=AT,
    )
    text = soup(owner.get(f"/needs/{need.number}/")).get_text()
    assert "老年人、残疾人" in text
    assert "elderly" not in text
    assert "12.00" not in text


def test_odd_addresses_of_a_list_are_no_error(owner: Client) -> None:
    for query in ("state=x&sort=y&after=zz", "q=%07%F0%9F%98%80", "before=XQ26-000001"):
        assert owner.get(f"/needs/mine/?{query}").status_code == 200


# -- intake ---------------------------------------------------------------------------------
def test_staff_publish_and_go_on_to_the_next() -> None:
    first = make_need(EntryState.SUBMITTED, title="第一条")
    second = make_offer(EntryState.SUBMITTED, title="第二条")
    staff = staff_client()
    page = staff.get(f"/intake/needs/{first.number}/")
    seen = soup(page).select_one("#approve input[name=seen]")
    assert seen is not None
    answer = staff.post(f"/intake/needs/{first.number}/approve/", {"seen": str(seen["value"])})
    assert answer["Location"] == f"/intake/resources/{second.number}/"
    said = soup(staff.get(answer["Location"])).select_one("#says .say-line")
    assert said is not None
    assert said.get_text(" ", strip=True) == "已发布：第一条 打开看看"
    assert said.select_one("a")["href"] == f"/needs/{first.number}/"  # type: ignore[index]
    first.refresh_from_db()
    assert first.state == "OPEN"
    gone = staff.post(f"/intake/needs/{first.number}/approve/", {"seen": str(seen["value"])})
    assert gone.status_code == 404


def test_returning_takes_common_reasons_and_own_words() -> None:
    need = make_need(EntryState.SUBMITTED)
    staff, url = staff_client(), f"/intake/needs/{need.number}/"
    assert staff.post(url, {"seen": str(need.version)}).status_code == 422
    assert staff.post(url, {"seen": "99", "common": ["place"]}).status_code == 409
    staff.post(url, {"seen": str(need.version), "common": ["quantity"], "reason": "谢谢。"})
    need.refresh_from_db()
    assert (need.state, need.state_reason) == ("RETURNED", "请补上数量和单位。谢谢。")


def test_a_pending_edit_stands_beside_the_old() -> None:
    need = make_need(text_public="午餐送到家")
    owner = people.member(Organization.objects.get(pk=need.organization_id))
    operations.edit(need, whole(need, text_public="午餐送上门"), by=owner, at=AT)
    staff, url = staff_client(), f"/intake/needs/{need.number}/"
    row = soup(staff.get(url)).select_one("section table tbody tr")
    assert row is not None
    assert [str(mark.get_text()) for mark in row.select("mark")] == ["到家", "上门"]
    staff.post(f"{url}approve/", {"seen": "2"})
    need.refresh_from_db()
    assert (need.text_public, EntryVersion.objects.get(no=2).status) == ("午餐送上门", "APPLIED")


def test_who_may_open_the_intake() -> None:
    need = make_need(EntryState.SUBMITTED)
    auditor = signed_in(User.objects.get(pk=people.auditor().user_id))
    member = signed_in(people.make_membership().user)
    assert auditor.get("/intake/").status_code == 200
    page = auditor.get(f"/intake/needs/{need.number}/")
    assert (page.status_code, soup(page).select("#approve")) == (200, [])
    assert auditor.post(f"/intake/needs/{need.number}/approve/", {"seen": "2"}).status_code == 403
    assert member.get("/intake/").status_code == 403
    assert Client().get("/intake/").status_code == 302


# -- staff lists ----------------------------------------------------------------------------
def test_staff_add_and_close_a_category() -> None:
    staff = staff_client()
    sent = {"name": "宠物", "topics": "领养、绝育", "order": ""}
    assert staff.post("/lists/categories/new/", sent)["Location"] == "/lists/categories/"
    made = Category.objects.get(name="宠物")
    assert (made.topics, made.order) == (["领养", "绝育"], 100)
    staff.post(f"/lists/categories/{made.code}/edit/", {**sent, "closed": "on"})
    made.refresh_from_db()
    assert made.closed
    assert staff.post("/lists/units/new/", {"name": "桶", "aliases": "斤 零"}).status_code == 422
    assert staff.get("/lists/groups/").status_code == 200
    assert staff.get("/lists/units/nothing/edit/").status_code == 404
