"""How dates, deadlines, amounts, quantities, hits, icons and the chain are written."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from core.ports import ChainStep
from core.templatetags import parts, show

# 2026-11-24 10:42 in Shanghai
NOW = datetime(2026, 11, 24, 2, 42, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _chinese() -> object:
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 11, 24), "2026年11月24日"),
        (datetime(2026, 11, 24, 2, 42, tzinfo=UTC), "2026年11月24日"),
        # 17:30 in London's time is the next day here
        (datetime(2026, 11, 24, 17, 30, tzinfo=UTC), "2026年11月25日"),
        (datetime(2026, 1, 2, 3, 4), "2026年1月2日"),
        (None, ""),
    ],
)
def test_day(value: date | None, text: str) -> None:
    assert show.day(value) == text


def test_short_day_names_another_year() -> None:
    assert show.short_day(date(2026, 12, 1), NOW) == "12月1日"
    assert show.short_day(date(2027, 3, 31), NOW) == "2027年3月31日"
    assert show.short_day(date(2027, 3, 31)) == "3月31日"
    assert show.short_day(None, NOW) == ""


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(hours=1), "今天 09:42"),
        # 10:42 less eleven hours is yesterday by the calendar, not by 24 hours
        (timedelta(hours=11), "昨天 23:42"),
        (timedelta(days=6), "11月18日 10:42"),
        (timedelta(days=400), "2025年10月20日 10:42"),
    ],
)
def test_moment(ago: timedelta, text: str) -> None:
    assert show.moment(NOW - ago, NOW) == text


def test_moment_without_now_and_without_value() -> None:
    assert show.moment(NOW) == "11月24日 10:42"
    assert show.moment(None, NOW) == ""


@pytest.mark.parametrize(
    ("due", "text", "urgency"),
    [
        (date(2026, 11, 30), "剩 6 天", "calm"),
        (date(2026, 11, 29), "剩 5 天", "soon"),
        (date(2026, 11, 25), "剩 1 天", "soon"),
        (date(2026, 11, 24), "今天截止", "soon"),
        (date(2026, 11, 23), "逾期 1 天", "late"),
        # 16:30 UTC is 00:30 of the 25th in Shanghai: a day left, though 14 hours
        (datetime(2026, 11, 24, 16, 30, tzinfo=UTC), "剩 1 天", "soon"),
    ],
)
def test_deadline(due: date, text: str, urgency: str) -> None:
    answer = show.deadline(due, NOW)
    assert isinstance(answer, show.Deadline)
    assert (str(answer), answer.urgency) == (text, urgency)


def test_deadline_needs_both_days() -> None:
    assert show.deadline(None, NOW) == ""
    assert show.deadline(NOW, None) == ""


def test_due_is_a_time_element() -> None:
    assert show.due(date(2026, 11, 23), NOW) == (
        '<time datetime="2026-11-23" title="2026年11月23日" class="late">逾期 1 天</time>'
    )
    assert show.due(None, NOW) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4_500_000, "¥45,000.00"),  # 分
        (Decimal(45000), "¥45,000.00"),  # 元
        (Decimal("0.005"), "¥0.01"),
        (1, "¥0.01"),
        (0, "¥0.00"),
        (-12_345, "−¥123.45"),
        (Decimal("1234567890.12"), "¥1,234,567,890.12"),
        (None, ""),
        (True, ""),
        (0.1, ""),  # a float is no money
    ],
)
def test_money(value: int | Decimal | None, text: str) -> None:
    assert show.money(value) == text


def test_amount_has_no_sign() -> None:
    assert show.amount(4_500_000) == "45,000.00"
    assert show.amount(-1) == "−0.01"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal(45000), "4.5 万元"),
        (Decimal(10000), "1 万元"),
        (Decimal("9999.99"), "9,999.99 元"),
        (80_000, "800 元"),
        (Decimal(5105230), "510.52 万元"),
        (Decimal(123456789), "12,345.68 万元"),
        (None, ""),
    ],
)
def test_wan(value: int | Decimal | None, text: str) -> None:
    assert show.wan(value) == text


def test_count_and_quantity() -> None:
    assert show.count(1284) == "1,284"
    assert show.count(Decimal("2.50")) == "2.5"
    assert show.count(Decimal(100)) == "100"
    assert show.count(-3) == "−3"
    assert show.count(None) == ""
    assert show.quantity(30, "份") == "30\u00a0份"
    assert show.quantity(None, "份") == ""
    assert show.per_period(30, "份", "日") == "30\u00a0份/日"
    assert show.per_period(1, "张") == "1\u00a0张"


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (12, 40, "30"),
        (1, 3, "33.3"),
        (50, 40, "100"),
        (-1, 40, "0"),
        (5, 0, "0"),
        (None, 5, "0"),
        (100, 100, "100"),
        (Decimal("0.04"), 100, "0"),
    ],
)
def test_share_is_a_width(part: int | None, whole: int, text: str) -> None:
    assert show.share(part, whole) == text


def test_marked_escapes_every_piece() -> None:
    assert show.marked([("高龄<b>", False), ("老人&", True), ("。", False)]) == (
        "高龄&lt;b&gt;<mark>老人&amp;</mark>。"
    )
    assert show.marked("<i>") == "&lt;i&gt;"
    assert show.marked(None) == ""


def test_icon_points_into_the_sprite() -> None:
    assert show.icon("clock", "s") == (
        '<svg class="i s" aria-hidden="true" focusable="false">'
        '<use href="/static/core/icons.svg#clock"></use></svg>'
    )


def step(code: str, progress: str, at: datetime | None = None) -> ChainStep:
    return ChainStep(code, code, progress, at=at)


def test_rings_count_days_between_reached_steps_only() -> None:
    steps = [
        step("need", "done", NOW - timedelta(days=30)),
        step("match", "done", NOW - timedelta(days=16)),
        step("delivery", "now", NOW + timedelta(days=3)),
        step("unheard-of", "next"),
    ]
    assert [(r.icon, r.gap, r.said) for r in show.rings(steps)] == [
        ("need", None, "已完成"),
        ("link", 14, "已完成"),
        ("deliver", None, "进行中"),
        ("milestone", None, "未开始"),
    ]


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (["done", "now", "next"], "第 2 步，共 3 步：b"),
        (["done", "done", "done"], "第 3 步，共 3 步：c"),
        (["done", "part", "next"], "第 2 步，共 3 步：b"),
        (["done", "ended", "next"], "第 2 步，共 3 步：b"),
        (["next", "next", "next"], "第 1 步，共 3 步：a"),
    ],
)
def test_standing(progress: list[str], text: str) -> None:
    steps = [step(code, p) for code, p in zip("abc", progress, strict=True)]
    assert show.standing(steps) == text
    assert show.standing_short(steps) == text.replace("，共 3 步：", "·")
    assert show.standing([]) == show.standing_short([]) == ""


def choices(n: int, checked: int = -1) -> list[parts.Choice]:
    return [(str(i), str(i), i, i == checked) for i in range(n)]


def test_folded_opens_for_a_checked_choice_of_the_rest() -> None:
    assert [len(parts.folded(choices(7), 6).shown), parts.folded(choices(7), 6).rest] == [7, []]
    closed = parts.folded(choices(9, checked=2), "6")
    assert (len(closed.shown), len(closed.rest), closed.open) == (6, 3, False)
    assert parts.folded(choices(9, checked=8), 6).open is True


def test_waterfall_steps_down() -> None:
    rows = parts.waterfall([("类别", 60, "放宽", "#"), ("地点", 30, "", "")], "100")
    assert [(r.x, r.width) for r in rows] == [("40", "60"), ("10", "30")]


def test_level_of_a_tile() -> None:
    assert [parts.level(n) for n in (0, 1, 29, 30, 60, 99, 100)] == [
        "l0", "l1", "l1", "l2", "l3", "l3", "l4",
    ]  # fmt: skip


def test_wrong_places_counts_sentences() -> None:
    class Two(forms.Form):
        a = forms.CharField()
        b = forms.IntegerField()

    assert parts.wrong_places(Two({"a": "", "b": "x"})) == 2
    assert parts.wrong_places(Two({"a": "1", "b": "1"})) == 0


def test_tags_load_in_a_template() -> None:
    page = Template("{% load show parts %}{{ n|money }} {% due d now %} {{ keys|words|length }}")
    text = page.render(Context({"n": 100, "d": date(2026, 11, 24), "now": NOW, "keys": "J K"}))
    assert text == (
        '¥1.00 <time datetime="2026-11-24" title="2026年11月24日" class="soon">今天截止</time> 2'
    )
