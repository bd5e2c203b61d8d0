"""首页, 工作台 and 成果: numbers equal the lists they open, and everybody reads their own level."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from django.utils.translation import get_language, override
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from accounts.models import OperatorRole, User
from core.options import set_option
from core.permissions import SYSTEM, Actor
from marketplace.models import Need
from matching import operations
from matching.models import Match, Side
from portal import queries
from tests.factories.accounts import (
    make_membership,
    make_organization,
    make_role_grant,
    make_user,
)
from tests.factories.marketplace import make_need, make_offer, system_for

pytestmark = pytest.mark.django_db


def read(address: str, user: User | None = None) -> BeautifulSoup:
    client = Client()
    if user:
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        client.force_login(user, backend=backend)
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return BeautifulSoup(answer.content, "html.parser")


def words(part: Any) -> str:
    return " ".join(part.get_text(" ").split())


def finished_link(
    *, thanks: str = "谢谢。", publish: tuple[Side, ...] = tuple(Side), title: str = "老人午餐"
) -> Match:
    """A link carried to its end; `publish` are the sides that let everybody see it."""
    at = timezone.now()
    need, offer = make_need(title=title, period="ONCE"), make_offer(period="ONCE")
    sides: dict[Side, Actor] = {
        Side.NEED: system_for(need.organization),
        Side.RESOURCE: system_for(offer.organization),
    }
    match = operations.propose_pair(need, offer, by=SYSTEM, at=at)
    for side in Side:
        match = operations.accept(match, side, by=sides[side], at=at)
    operations.record_delivery(
        match, quantity=match.quantity, day=timezone.localdate(at), by=sides[Side.RESOURCE], at=at
    )
    match = operations.confirm_all(match, by=sides[Side.NEED], at=at)
    for side in publish:
        match = operations.agree_to_publish(match, side, True, by=sides[side], at=at)
    operations.give_feedback(match, Side.NEED, score=5, thanks=thanks, by=sides[Side.NEED], at=at)
    match.refresh_from_db()
    return match


# -- home -------------------------------------------------------------------------------------
def test_home_of_an_empty_base_says_so_and_offers_both_doors() -> None:
    page = read("/")
    assert [words(dd) for dd in page.select(".now dd")] == ["0 条", "0 条", "0 个"]
    assert [a["href"] for a in page.select(".door")] == ["/needs/new/", "/resources/new/"]
    assert [words(p) for p in page.select(".empty")] == [
        "现在没有等人帮的需求。",
        "现在还没有人提供资源。",
    ]
    assert page.select(".stories") == []


def test_home_counts_what_everybody_may_read() -> None:
    make_need(title="公开的一条")
    make_need(title="伙伴的一条", visibility="PARTNERS", text_partners="只给伙伴")
    make_need(title="内部的一条", visibility="INTERNAL", text_internal="只给自己")
    make_need("SUBMITTED", title="还没受理的一条")
    make_need("MET", title="已经够了的一条")
    make_offer(title="公开的资源")
    page = read("/")
    assert [words(dd) for dd in page.select(".now dd")] == ["1 条", "1 条", "0 个"]
    assert [words(h3) for h3 in page.select(".brief h3")] == ["公开的一条", "公开的资源"]


def test_home_shows_needs_by_their_deadline_and_none_that_ran_out() -> None:
    today = timezone.localdate()
    for days in (9, 2, 5):
        make_need(title=f"剩 {days} 天的", closes_on=today + timedelta(days=days))
    make_need(title="没写截止的")
    late = make_need(title="昨天到期的", closes_on=today)
    Need.objects.filter(pk=late.pk).update(closes_on=today - timedelta(days=1))
    titles = [need.title for need in queries.closing_needs(today)]
    assert titles == ["剩 2 天的", "剩 5 天的", "剩 9 天的", "没写截止的"]


def test_home_quotes_thanks_only_where_both_sides_agreed() -> None:
    finished_link(thanks="双方都同意的感谢。")
    finished_link(thanks="只有一方同意的感谢。", publish=(Side.NEED,))
    finished_link(thanks="")
    page = read("/")
    assert [words(q) for q in page.select(".stories blockquote")] == ["双方都同意的感谢。"]
    assert words(page.select(".now dd")[2]) == "2 个"
    assert words(page.select_one(".now > p")) == "一共送到 60 份"


def test_home_names_the_base_and_its_phone() -> None:
    at = timezone.now()
    for key, value in (
        ("name", "滨河市公益平台"),
        ("phone", "0571-8600 0000"),
        ("hours", "工作日"),
    ):
        set_option(f"base.{key}", value, by=SYSTEM, at=at)
    page = read("/")
    assert words(page.select_one(".over")) == "滨河市公益平台"
    call = page.select_one(".ask-us a[href^=tel]")
    assert call is not None
    assert (call["href"], words(call)) == ("tel:057186000000", "0571-8600 0000")


@pytest.mark.parametrize("rows", [1, 3])
def test_home_asks_as_often_for_three_rows_as_for_one(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _row in range(rows):
        finished_link()
        make_need()
        make_offer()
    with django_assert_num_queries(10):
        read("/")


# -- results -------------------------------------------------------------------------------------
def test_results_are_filtered_and_their_totals_with_them() -> None:
    finished_link(title="轮椅坡道")
    finished_link(title="老人午餐", thanks="饭很软。")
    finished_link(title="没公开的", publish=(Side.RESOURCE,))
    page = read("/results/")
    assert [words(h3) for h3 in page.select(".deeds h3")] == ["老人午餐", "轮椅坡道"]
    assert [words(dd) for dd in page.select(".figures dd")] == ["2 个", "4 家"]
    found = read("/results/?q=轮椅")
    assert [words(h3) for h3 in found.select(".deeds h3")] == ["轮椅坡道"]
    assert [words(dd) for dd in found.select(".figures dd")] == ["1 个", "2 家"]
    none = read("/results/?q=没有这样的&year=1999&category=nothing")
    assert words(none.select_one(".empty h2")) == "没有符合的成果。"


@pytest.mark.parametrize(
    "query",
    [
        "?year=x",
        "?year=9999",
        "?year=0001",
        "?year=٢٠٢٦",
        "?page=-1",
        "?page=99999999",
        "?category=%F0%A0%AE%B7",
    ],
)
def test_results_take_any_address(query: str) -> None:
    read(f"/results/{query}")


def test_results_as_a_spreadsheet_hold_the_same_rows() -> None:
    match = finished_link(title="=老人午餐", thanks="+谢谢。")
    finished_link(title="没公开的", publish=())
    answer = Client().get("/results/export/")
    assert answer.status_code == 200
    rows = list(load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][0] == match.number
    assert (rows[1][2], rows[1][6], rows[1][7], rows[1][8]) == ("'=老人午餐", 30, "份", "'+谢谢。")


# -- workbench -----------------------------------------------------------------------------------
def test_the_workbench_asks_to_sign_in_and_comes_back() -> None:
    answer = Client().get("/workbench/")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=/workbench/"


def test_a_member_sees_their_tasks_their_entries_and_for_whom_they_act() -> None:
    membership = make_membership(make_user("周小满"), make_organization("春晓社区居委会"))
    make_need(title="我们的一条", organization=membership.organization)
    make_need("RETURNED", title="退回的一条", organization=membership.organization)
    make_need(title="别人的一条")
    page = read("/workbench/", membership.user)
    assert [words(h3) for h3 in page.select(".todo h3")] == ["按意见改好再提交：退回的一条"]
    assert [words(h3) for h3 in page.select(".ours h3")] == ["我们的一条"]
    assert "春晓社区居委会" in words(page.select_one(".acting"))
    assert "别人的一条" not in words(page.main)


def test_whoever_has_no_organization_is_led_to_register_one() -> None:
    page = read("/workbench/", make_user("尤立春"))
    assert words(page.select_one(".empty a")) == "登记单位"
    assert page.select(".queues") == []


def test_staff_see_their_queues_and_the_places_of_the_bar() -> None:
    user = make_user("褚清和")
    make_role_grant(user, OperatorRole.COORDINATOR)
    make_need("SUBMITTED")
    make_need("OPEN")
    page = read("/workbench/", user)
    queues = {words(row.dt): words(row.dd) for row in page.select(".queues > div")}
    assert queues == {
        "待受理": "1 条",
        "还没推荐": "1 条",
        "等回复": "0 条",
        "正在交付": "0 条",
        "待电话联系": "0 个",
    }
    bar = [str(a.find(string=True)).strip() for a in page.select(".nav a")]
    assert bar == ["待办", "供需广场", "受理", "对接台", "消息", "单位与人员", "设置"]


def test_the_bar_of_visitors_and_of_members() -> None:
    visitors = [words(a) for a in read("/").select(".nav a")]
    assert visitors == ["首页", "供需广场", "对接成果", "关于与帮助"]
    membership = make_membership()
    members = [words(a) for a in read("/workbench/", membership.user).select(".nav a")]
    assert members == ["待办", "供需广场", "我的需求", "我的资源", "对接", "消息"]


def test_sums_and_categories_read_in_english() -> None:
    link = finished_link()
    unit, category = link.need.unit, link.need.category
    assert unit is not None
    assert category is not None
    for path in ("/", "/results/"):
        with override(get_language()):  # the request's language stays in the thread
            answer = Client().get(path, headers={"Accept-Language": "en"})
        assert unit.name_en in str(answer.context["handed_over"])
        assert unit.name not in str(answer.context["handed_over"])
    names = {name for _code, name, _on in answer.context["categories"]}
    assert category.name_en in names
    assert category.name not in names
