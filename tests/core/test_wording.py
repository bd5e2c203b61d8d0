from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.template import engines
from pytest_django import DjangoAssertNumQueries

from accounts.models import Organization
from core import audit, options, states, wording, workdays
from core.models import AuditEvent
from core.options import Option
from core.permissions import NOBODY, SYSTEM, Actor
from core.wording import Change
from tests.core.cases import AUDITOR, COORDINATOR, MINUTE, NOW, STRANGER, make_organization

pytestmark = pytest.mark.django_db


def drawn(record: Organization, actor: Actor) -> str:
    template = engines["django"].from_string("{% load trail %}{% history record %}")
    html = template.render({"record": record, "actor": actor, "now": NOW})
    return " ".join(BeautifulSoup(html, "html.parser").get_text(" ").split())


def changed() -> Organization:
    row = make_organization()
    states.revise(row, {"intro": "助老为先"}, act="edit", by=COORDINATOR, at=NOW + MINUTE)
    caller = replace(COORDINATOR, on_behalf_of="王秀兰")
    states.advance(row, "suspend", by=caller, at=NOW + MINUTE * 2, reason="材料过期")
    return row


def test_a_history_tells_who_what_from_and_to() -> None:
    words = drawn(changed(), AUDITOR)
    assert words.startswith("今天 10:02 运营中心 · 周敏 停用了单位 代 王秀兰 办理 状态 原来 待核验")
    assert "改为 已停用 原因：材料过期" in words
    assert "运营中心 · 周敏 改了单位资料 简介 原来 （空） → 改为 4 字" in words
    assert "类型 改为 社区居委会（村委会）" in words
    assert "所在地 改为 滨河街道" in words


@pytest.mark.parametrize("reader", [STRANGER, NOBODY])
def test_outsiders_read_the_organization_not_the_person(reader: Actor) -> None:
    words = drawn(changed(), reader)
    assert "运营中心 停用" in words
    assert "周敏" not in words
    assert "王秀兰" not in words


def test_colleagues_and_oneself_read_the_name() -> None:
    row = changed()
    colleague = Actor(user_id=5, organization_number="ZZ26-000003")
    assert "周敏" in drawn(row, colleague)
    assert "周敏" in drawn(row, Actor(user_id=7))


def test_the_system_and_private_persons_have_words() -> None:
    row = make_organization()
    states.revise(row, {"intro": "一"}, act="edit", by=SYSTEM, at=NOW)
    states.revise(row, {"intro": "二"}, act="edit", by=Actor(user_id=4, name="李四"), at=NOW)
    who = [entry.who for entry in wording.entries(audit.history(audit.subject_of(row)), STRANGER)]
    assert who == ["个人用户", "系统", "运营中心"]


def test_codes_get_their_words_from_registry_table_verb_or_stay_visible() -> None:
    wording.name_acts({"test.special": "特别处理"})
    assert [
        wording.act_words(code)
        for code in ("test.special", "organization.verify", "organization.create", "x.unheard_of")
    ] == ["特别处理", "核验通过", "新建", "x.unheard_of"]
    assert wording.kind_words("option") == "选项"
    assert wording.kind_words("unheard") == ""


def test_options_and_days_are_worded() -> None:
    options.declare(Option("test.days", 5, "几天内答复"))
    try:
        options.set_option("test.days", 7, by=COORDINATOR, at=NOW)
        workdays.set_day(date(2026, 11, 28), is_working=True, note="", by=COORDINATOR, at=NOW)
        day, option = wording.entries(AuditEvent.objects.order_by("-id"), AUDITOR)
    finally:
        del options._options["test.days"]
    assert (option.act, option.changes) == ("改了选项", (Change("几天内答复", "5", "7"),))
    assert (day.act, day.number) == ("更正了工作日", "2026-11-28")
    assert day.changes == (Change("是工作日", None, "是"), Change("说明", None, "（空）"))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026-11-25T02:00:00+00:00", "2026年11月25日 10:00"),
        ("2026-11-25", "2026年11月25日"),
        ("2026-99-99", "2026-99-99"),
        ("2026年的计划", "2026年的计划"),
        (["a", "b"], "a、b"),
        ({"a": 1}, "1 项"),
        (False, "否"),
        (0, "0"),
        (None, "（空）"),
        ("hmac:abc", "（个人信息，不保留原文）"),
        ("text:23", "23 字"),
        ("items:3", "3 项"),
        ("text:说明", "text:说明"),
    ],
)
def test_values_in_words(value: object, words: str) -> None:
    assert wording.value_words("unheard", "field", value, {}) == words


def test_a_row_that_has_gone_is_said() -> None:
    assert wording.value_words("organization", "region_id", 99, {}) == "（已不在）"


def test_text_of_users_is_escaped() -> None:
    row = make_organization()
    states.revise(row, {"short_name": "<script>x</script>"}, act="edit", by=COORDINATOR, at=NOW)
    template = engines["django"].from_string("{% load trail %}{% history record %}")
    html = template.render({"record": row, "actor": AUDITOR, "now": NOW})
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_only_the_newest_hundred_are_drawn(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    row = make_organization()
    for n in range(104):
        states.revise(row, {"intro": str(n)}, act="edit", by=COORDINATOR, at=NOW)
    with django_assert_num_queries(2):
        words = drawn(row, AUDITOR)
    assert words.endswith("更早的还有 5 条。")
    assert drawn(make_organization("另一家"), AUDITOR).endswith("改为 待核验")


def test_a_rewritten_text_says_so_and_an_unchanged_amount_says_nothing() -> None:
    row = make_organization()
    states.revise(row, {"intro": "旧"}, act="edit", by=COORDINATOR, at=NOW)
    states.revise(row, {"intro": "新"}, act="edit", by=COORDINATOR, at=NOW)
    for name in ("周敏", "王丽"):
        states.revise(row, {"contact_name": name}, act="edit", by=COORDINATOR, at=NOW)
    found = wording.entries(audit.history(audit.subject_of(row)), AUDITOR)
    assert [entry.changes for entry in (found[0], found[2])] == [
        (Change("联系人", None, "已更换（个人信息，不保留原文）"),),
        (Change("简介", None, "已改写，原来 1 字，现在 1 字"),),
    ]
