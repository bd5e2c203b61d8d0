"""The market page: each reader's own level, live counts, stable pages, odd addresses."""

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
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


def choices(answer: Any, name: str) -> list[tuple[str, str, int | None, bool]]:
    found: dict[str, Any] = {n: rows for _legend, n, rows in answer.context["facets"]}
    return list(found.get(name, []))


def counts(answer: Any) -> list[int]:
    return [tab[3] for tab in answer.context["tabs"]]


@pytest.fixture
def three_levels() -> None:
    """One need of each visibility, each with words for each reader."""
    for title, visibility in (
        ("公开的轮椅", "PUBLIC"),
        ("伙伴的轮椅", "PARTNERS"),
        ("内部的轮椅", "INTERNAL"),
    ):
        make_need(
            title=title,
            visibility=visibility,
            text_public="公开说明" if visibility == "PUBLIC" else "",
            text_partners="伙伴说明" if visibility != "INTERNAL" else "",
            text_internal="内部说明",
        )
    operations.rebuild()


LEVELS = {
    "anonymous": (["公开的轮椅"], "公开说明"),
    "stranger": (["公开的轮椅"], "公开说明"),
    "unverified": (["公开的轮椅"], "公开说明"),
    "partner": (["公开的轮椅", "伙伴的轮椅"], "伙伴说明"),
    "coordinator": (["公开的轮椅", "伙伴的轮椅", "内部的轮椅"], "内部说明"),
}


def reader(who: str) -> Actor | None:
    if who == "anonymous":
        return None
    makers: dict[str, Callable[[], Actor]] = {
        "stranger": people.stranger,
        "unverified": lambda: people.member(people.make_organization(verified=False)),
        "partner": people.member,
        "coordinator": people.coordinator,
    }
    return makers[who]()


@pytest.mark.usefixtures("three_levels")
@pytest.mark.parametrize("who", list(LEVELS))
@pytest.mark.parametrize("q", ["", "轮椅"])
def test_each_reader_meets_exactly_their_own_level(who: str, q: str) -> None:
    seen, text = LEVELS[who]
    client = browser(reader(who))
    answer = client.get(URL, {"q": q})
    assert sorted(titles(answer)) == sorted(seen)
    assert {"".join(piece for piece, _hit in line.text) for line in answer.context["lines"]} == {
        text
    }
    n = len(seen)
    assert counts(answer) == [n, n, 0]
    assert [row[2] for row in choices(answer, "category")] == [n]
    assert answer.context["page"].total == n
    body = answer.content.decode()
    for title in {"公开的轮椅", "伙伴的轮椅", "内部的轮椅"} - set(seen):
        assert title not in body
    for words in {"公开说明", "伙伴说明", "内部说明"} - {text}:
        assert words not in body

    suggested = client.get("/market/suggest/", {"q": "轮椅"}, headers=HTMX)
    assert sorted(s.title for s in suggested.context["found"]) == sorted(seen)

    sheet = load_workbook(io.BytesIO(client.get("/market/export/", {"q": q}).content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert sorted(str(row[2]) for row in rows) == sorted(seen)
    assert {row[13] for row in rows} == {text}


@pytest.mark.usefixtures("three_levels")
def test_words_of_another_level_find_nothing() -> None:
    answer = browser().get(URL, {"q": "内部说明"})
    assert [hit.level for hit in answer.context["page"].hits] in ([], ["PUBLIC"])
    assert "内部的" not in answer.content.decode()
    assert browser().get(URL, {"q": "内部"}).context["page"].total == 0


# -- what a line says ---------------------------------------------------------------------
def test_a_line_says_how_much_is_met_and_left() -> None:
    soon = timezone.localdate() + timedelta(days=5)
    make_need(state="PARTLY_MET", allocated=Decimal(12), closes_on=soon, title="午餐配送")
    make_offer(state="PARTLY_MET", allocated=Decimal(20), title="食堂午餐")
    make_need(state="MET", title="午餐已满", quantity=Decimal(2), period="ONCE")
    make_need(title="午餐无数", quantity=None, unit=None)
    operations.rebuild()
    answer = browser().get(URL, {"q": "午餐", "exact": "1"})
    lines = {"".join(t for t, _ in line.title): line for line in answer.context["lines"]}
    met, left, full, bare = (lines[t] for t in ("午餐配送", "食堂午餐", "午餐已满", "午餐无数"))
    assert (met.label, met.words, met.value, met.max) == ("已对接", "12 / 30\u00a0份/天", 12, 30)
    assert (left.label, left.words, left.value) == ("可供", "余 30 / 50\u00a0份/天", 30)
    assert (full.chip, full.words, full.settled) == ("已全部对接", "2 / 2\u00a0份", True)
    assert (bare.max, bare.words, bare.chip) == (None, "", "")
    body = answer.content.decode()
    assert "剩 5 天" in body
    assert "<mark>午餐</mark>" in body
    assert "已核验" in body


def test_other_words_that_were_searched_are_named() -> None:
    make_need(title="长者上门", text_public="低盐。")
    operations.rebuild()
    answer = browser().get(URL, {"q": "银龄"})
    assert titles(answer) == ["长者上门"]
    assert answer.context["also"] == ("老人、老年人、长者、老者、银发、暮年", 0)
    assert answer.context["exact_url"] == f"{URL}?exact=1&q={quote('银龄')}"
    exact = browser().get(answer.context["exact_url"])
    assert (titles(exact), exact.context["exact"]) == ([], True)
    assert "只查了原词" in exact.content.decode()


# -- filters ------------------------------------------------------------------------------
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
def test_facets_count_live_and_without_their_own_filter() -> None:
    path = people.make_region_tree()["滨河街道"].path
    answer = browser().get(URL)
    assert counts(answer) == [4, 3, 1]
    assert choices(answer, "f.kind") == [
        ("GOODS", "实物", 2, False),
        ("SERVICE", "服务", 2, False),
    ]
    assert [row[1:] for row in choices(answer, "region")] == [
        ("滨河街道", 2, False),
        ("望湖街道", 2, False),
    ]
    assert choices(answer, "closing") == [
        ("7", "7 天以内", 1, False),
        ("30", "30 天以内", 2, False),
        ("never", "长期有效", 1, False),
    ]
    assert choices(answer, "state") == [
        ("OPEN", "等待对接", 4, False),
        ("PARTLY_MET", "部分对接", 0, False),
        ("MET", "已全部对接", 0, False),
    ]
    assert [row[1:3] for row in choices(answer, "f.group")] == [
        ("高龄、独居、空巢老人", 2),
        ("老年人", 1),
    ]

    answer = browser().get(URL, {"region": path, "kind": "need"})
    assert sorted(titles(answer)) == ["一", "二"]
    assert counts(answer) == [2, 2, 0]
    assert [row[1:] for row in choices(answer, "region")] == [
        ("滨河街道", 2, True),
        ("望湖街道", 1, False),
    ]
    assert answer.context["picks"] == [("滨河街道", f"{URL}?kind=need")]
    assert answer.context["clear_url"] == f"{URL}?kind=need"


@pytest.mark.usefixtures("mixed")
@pytest.mark.parametrize(
    ("closing", "found"),
    [(["7"], "一"), (["30"], "一二"), (["7", "30"], "一二"), (["never"], "四"),
     (["never", "7"], "一四"), (["0"], ""), (["99999999"], "一二三")],
)  # fmt: skip
def test_deadlines_filter(closing: list[str], found: str) -> None:
    answer = browser().get(URL, {"closing": closing})
    assert sorted(titles(answer)) == sorted(found)


@pytest.mark.usefixtures("mixed")
def test_streets_lie_on_a_grid_that_filters() -> None:
    here = people.make_region_tree()["滨河街道"].path
    answer = browser().get(URL, {"kind": "need"})
    grid = answer.context["grid"]
    address = f"{URL}?kind=need&region={quote(here, safe='')}"
    assert [tile[:4] for tile in grid.tiles] == [(1, 1, "滨河", 2), (2, 2, "望湖", 1)]
    assert (grid.tiles[0][4], grid.columns, grid.steps) == (address, 3, (1, 2, 3))
    assert grid.about == "各街道的条数，滨河最多，2 条"
    chosen = browser().get(address).context["grid"]
    assert [(tile[3], tile[5]) for tile in chosen.tiles] == [(2, True), (1, False)]
    assert chosen.tiles[0][4] == f"{URL}?kind=need"


@pytest.mark.usefixtures("mixed")
def test_an_empty_result_says_what_to_leave_out() -> None:
    answer = browser().get(URL, {"f.kind": "GOODS", "closing": "7"})
    ways = [(way.label, way.total, way.url) for way in answer.context["ways_out"]]
    assert ways == [
        ("去掉“7 天以内”", "2", f"{URL}?f.kind=GOODS"),
        ("去掉“实物”", "1", f"{URL}?closing=7"),
    ]
    body = answer.content.decode()
    assert "登录并订阅" in body
    assert "/needs/new/" in body


# -- pages --------------------------------------------------------------------------------
@pytest.mark.parametrize("q", ["", "助餐"])
def test_pages_neither_repeat_nor_skip_while_rows_arrive(q: str) -> None:
    now = timezone.now()
    for n in range(45):
        make_need(title=f"助餐{n:02d}", at=now - timedelta(minutes=n))
    operations.rebuild()
    client = browser()
    answer = client.get(URL, {"q": q})
    assert (answer.context["pager"]["shown"], answer.context["pager"]["previous"]) == (
        "第 1–20 条，共 45 条",
        "",
    )
    seen = titles(answer)
    make_need(title="助餐新来", at=now)
    operations.rebuild()
    second = client.get(answer.context["pager"]["next"])
    assert second.context["pager"]["shown"] == "第 21–40 条，共 46 条"
    assert second.context["pager"]["previous"] == (f"{URL}?q={quote(q)}" if q else URL)
    seen += titles(second)
    third = client.get(second.context["pager"]["next"])
    seen += titles(third)
    assert (third.context["pager"]["next"], third.context["pager"]["previous"]) == ("", "")
    assert third.context["pager"]["first"]
    assert sorted(title for title in seen if title != "助餐新来") == [
        f"助餐{n:02d}" for n in range(45)
    ]


QUERIES = {"": 14, "助餐": 20}


@pytest.mark.parametrize("q", list(QUERIES))
def test_a_page_costs_the_same_queries_for_one_hit_and_three(q: str) -> None:
    found = []
    for _more in (1, 2):
        for _n in range(_more):
            make_need(title="老人助餐")
        operations.rebuild()
        client = browser()
        client.get(URL, {"q": q})
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(URL, {"q": q})
        found.append((len(answer.context["lines"]), len(captured)))
    assert found == [(1, QUERIES[q]), (3, QUERIES[q])]


# -- the address is the state -------------------------------------------------------------
def test_htmx_gets_the_part_and_everybody_else_the_page() -> None:
    make_need(title="老人助餐")
    operations.rebuild()
    page = browser().get(URL, {"q": "助餐"})
    part = browser().get(URL, {"q": "助餐"}, headers=HTMX)
    back = browser().get(URL, headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert page.content.strip().startswith(b"<!doctype html>")
    assert part.content.strip().startswith(b'<div id="results"')
    assert back.content.strip().startswith(b"<!doctype html>")
    assert "HX-Request" in page.headers["Vary"]
    assert "HX-Request" in part.headers["Vary"]


def test_every_control_is_a_link_or_a_form_with_the_same_address() -> None:
    """Without JavaScript each filter, order and word still leads where the page says."""
    make_need(title="老人助餐")
    operations.rebuild()
    body = browser().get(URL, {"q": "助餐", "kind": "need", "sort": "newest"}).content.decode()
    for form in ("bigfind", "filters", "sort"):
        start = body.index(f'<form class="{form}"')
        head = body[start : body.index(">", start)]
        assert 'method="get"' in head, form
        assert 'action="/market/"' in head, form
    filters = body[body.index('<form class="filters"') :]
    filters = filters[: filters.index("</form>")]
    for field in ('name="q" value="助餐"', 'name="kind" value="need"', 'value="newest"'):
        assert field in filters
    assert 'type="submit"' in filters


ODD = {
    "control characters": ("q=%01%E5%8A%A9%1F%E9%A4%90%7F", 200),
    "right to left": (f"q={quote(chr(0x202E) + '餐助' + chr(0x202C))}", 200),
    "rare character": (f"q={quote('𠮷野家')}", 200),
    "emoji": (f"q={quote('🦽👵🏽')}", 200),
    "lone surrogate": ("q=%ED%A0%80", 200),
    "bad encoding": ("q=%FF%FE", 200),
    "a whole need": (f"q={quote('老人助餐' * 125)}", 200),
    "longer than that": (f"q={quote('老人助餐' * 140)}", 200),
    "huge": ("q=" + "a" * 20_000, 422),
    "markup": (f"q={quote('<script>alert(1)</script>')}", 200),
    "wildcards": ("q=%25_*%22'%5C", 200),
    "odd filter values": ("category=%01&region=%25&state=OPEN'--&f.kind=%F0%9F%A6%BD", 200),
    "odd filter names": ("f.%01=x&f.a'b=x&f.=x&cursor=", 200),
    "no such sort": ("sort=price", 422),
    "no number": ("closing=soon", 422),
    "no organization": ("org=-1", 422),
    "broken cursor": ("cursor=abc", 422),
    "a bomb as cursor": ("cursor=" + "A" * 5_000, 422),
    "too many values": ("&".join(f"category=c{n}" for n in range(25)), 422),
    "too many names": ("&".join(f"x{n}=1" for n in range(400)), 422),
    "start": ("start=-5&cursor=", 200),
}


@pytest.mark.parametrize("case", list(ODD))
def test_odd_addresses_are_answered_in_words(case: str) -> None:
    make_need(title="老人助餐 𠮷野家")
    operations.rebuild()
    query, status = ODD[case]
    client = browser()
    for path in ("/market/", "/market/suggest/"):
        for headers in ({}, HTMX):
            answer = client.get(f"{path}?{query}", headers=headers, follow=True)
            assert answer.status_code == (status if path == URL else 200), path
    # What is exported or subscribed to has no place in a list.
    whole = 200 if "cursor" in case else status
    assert client.get(f"/market/export/?{query}", follow=True).status_code == whole
    subscribed = browser(people.stranger()).get(f"/market/subscribe/?{query}")
    assert subscribed.status_code == whole
    body = client.get(f"/market/?{query}").content.decode()
    assert "<script>alert" not in body
    if status == 422:
        assert "回到第一页" in body


@pytest.mark.parametrize("query", ["q=%00%E5%8A%A9", "category=%00", "f.%00=x"])
@pytest.mark.parametrize("path", ["/market/", "/market/suggest/", "/market/export/"])
def test_an_address_with_a_nul_is_led_to_the_one_without(path: str, query: str) -> None:
    answer = browser().get(f"{path}?{query}", headers=HTMX)
    wanted = f"{path}?{query.replace('%00', '')}"
    assert (answer.status_code, answer.headers["Location"]) == (302, wanted)
    assert browser().get(wanted, headers=HTMX).status_code in (200, 302)


def test_a_rare_character_is_found() -> None:
    make_need(title="𠮷野家送餐")
    operations.rebuild()
    assert titles(browser().get(URL, {"q": "𠮷"})) == ["𠮷野家送餐"]
