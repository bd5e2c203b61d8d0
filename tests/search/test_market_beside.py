"""The market page's export, its suggestions, and its place in the bar."""

import io
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import User
from core.permissions import Actor
from search import operations
from tests.factories import accounts as people
from tests.factories.marketplace import make_need, make_offer

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HTMX = {"HX-Request": "true"}
URL = "/market/"


def browser(actor: Actor | None = None) -> Client:
    client = Client()
    if actor is not None:
        client.force_login(User.objects.get(pk=actor.user_id), backend=BACKEND)
    return client


def titles(answer: Any) -> list[str]:
    """Titles as the page lists them, without their marks."""
    return ["".join(text for text, _hit in line.title) for line in answer.context["lines"]]


@pytest.fixture
def mixed() -> None:
    tree = people.make_region_tree()
    in_days = {n: timezone.localdate() + timedelta(days=n) for n in (3, 20, 60)}
    tree["滨河街道"].tile_row, tree["滨河街道"].tile_column = 2, 3
    tree["滨河街道"].save()
    tree["望湖街道"].tile_row, tree["望湖街道"].tile_column = 3, 4
    tree["望湖街道"].save()
    make_need(title="一", closes_on=in_days[3], region=tree["滨河街道"])
    make_need(title="二", closes_on=in_days[20], region=tree["春晓社区"], kind="GOODS")
    make_need(title="三", closes_on=in_days[60], region=tree["望湖街道"], groups=["elderly"])
    offer = make_offer(title="四", region=tree["望湖街道"], kind="GOODS")
    type(offer).objects.filter(pk=offer.pk).update(closes_on=None)
    operations.rebuild()


@pytest.mark.usefixtures("mixed")
def test_the_export_is_the_list_as_filtered() -> None:
    answer = browser().get("/market/export/", {"closing": "30", "sort": "closing"})
    name = f"供需广场_{timezone.localdate():%Y%m%d}.xlsx"
    assert quote(name) in answer.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("编号", "需求或资源", "标题", "类别")
    assert [row[1:4] for row in rows[1:]] == [
        ("需求", "一", "为老服务"),
        ("需求", "二", "为老服务"),
    ]
    assert (rows[1][8], rows[1][9], rows[1][10]) == (30, 0, "份/天")


def test_exports_are_limited() -> None:
    client = browser()
    codes = [client.get("/market/export/").status_code for _n in range(7)]
    assert codes == [200] * 6 + [429]
    assert int(client.get("/market/export/").headers["Retry-After"]) > 0


def test_suggestions_are_links_and_the_form_works_without_them() -> None:
    need = make_need(title="老人助餐")
    operations.rebuild()
    part = browser().get("/market/suggest/", {"q": "助"}, headers=HTMX).content.decode()
    assert f'href="/needs/{need.number}/"' in part
    assert f'href="/market/?q={quote("助")}"' in part
    assert browser().get("/market/suggest/", {"q": ""}, headers=HTMX).content.strip() == b""
    plain = browser().get("/market/suggest/", {"q": "助"})
    assert plain.headers["Location"] == f"/market/?q={quote('助')}"


def test_the_market_is_first_in_the_bar_and_the_header_searches() -> None:
    for actor in (None, people.member(), people.coordinator()):
        answer = browser(actor).get("/sign-in/" if actor is None else "/account/")
        bar = [(item.label, item.url) for item in answer.context["nav"]]
        # Only 首页, or one's own 待办, stands before it.
        assert bar[1] == ("供需广场", URL), bar
        body = answer.content.decode()
        assert 'action="/market/"' in body
        assert 'hx-get="/market/suggest/"' in body
    assert 'id="find"' not in browser().get(URL).content.decode()


@pytest.mark.parametrize(
    "q", ["13800138000", "138-0013-8000", "138 0013 8000", "０２０-８３３３４４４４"]
)
def test_a_phone_number_finds_nothing_by_its_parts(q: str) -> None:
    make_need(title="轮椅 138 辆，800 份，8000 件，020 号")
    operations.rebuild()
    answer = browser().get(URL, {"q": q})
    assert titles(answer) == []
    assert "电话号码和身份证号不能用来搜索" in answer.content.decode()
    suggested = browser().get("/market/suggest/", {"q": q}, headers=HTMX)
    assert "轮椅" not in suggested.content.decode()


def test_an_ordinary_number_is_no_phone_number() -> None:
    make_need(title="轮椅 800 辆")
    operations.rebuild()
    answer = browser().get(URL, {"q": "800"})
    assert titles(answer) == ["轮椅 800 辆"]
    assert "电话号码" not in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("catgory=elderly&q=轮椅", "catgory"),
        ("price=1&size2=&price=2", "price、size2"),
        ("%3Cb%3Ex=1", "bx"),
        ("f.%3Cscript%3E=1", "f.script"),
    ],
)
def test_a_condition_that_does_not_exist_is_named(query: str, named: str) -> None:
    body = browser().get(f"{URL}?{query}").content.decode()
    assert f"没有这个条件：{named}，没有用它筛选。" in body


def test_what_no_reader_typed_is_not_named() -> None:
    body = browser().get(f"{URL}?utm_source=x&start=20&sort=newest").content.decode()
    assert "没有这个条件" not in body
