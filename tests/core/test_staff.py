"""The settings pages of the ground, for each kind of reader."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from accounts.models import OperatorRole, RoleGrant, User
from core import audit, jobs, options, outbox, states
from core.models import AuditEvent, CalendarDay, Delivery, OptionValue, PeriodicJob
from core.options import Option
from core.ports import Subject
from tests.core.cases import COORDINATOR, NOW, make_organization, make_region
from tests.factories.accounts import make_region_tree

pytestmark = pytest.mark.django_db

PAGES = ["core:option-list", "core:calendar", "core:job-list", "core:outbox", "core:audit-list"]
LogIn = Callable[[OperatorRole | None], Client]


@pytest.fixture
def log_in() -> LogIn:
    def enter(role: OperatorRole | None) -> Client:
        user = User.objects.create_user(f"user{User.objects.count()}", name="周敏")
        if role:
            RoleGrant.objects.create(
                number=f"GW-{user.pk}",
                user=user,
                role=role,
                starts_on=NOW.date() - timedelta(days=400),
                created_at=NOW,
                updated_at=NOW,
            )
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return enter


@pytest.fixture
def declared() -> Iterator[None]:
    before = dict(options._options)
    options._options.clear()
    options.declare(Option("core.days", 5, "几天内答复", help="从推荐那天算起。", low=1, high=30))
    options.declare(Option("core.moderate", True, "发布前审核"))
    options.declare(Option("core.greeting", "你好", "问候语", longest=10))
    options.declare(
        Option("matching.order", "small", "先分给谁", choices=(("small", "小的"), ("old", "早的")))
    )
    yield
    options._options.clear()
    options._options.update(before)


def text_of(response: object) -> str:
    page = BeautifulSoup(getattr(response, "content", b""), "html.parser")
    main = page.find("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


# Which page each reader is shown: 200, or 403 with a sentence; 302 leads to signing in.
ACCESS: dict[OperatorRole | None, list[int]] = {
    OperatorRole.ADMINISTRATOR: [200, 200, 200, 200, 200],
    OperatorRole.COORDINATOR: [200, 200, 200, 200, 403],
    OperatorRole.AUDITOR: [200, 200, 200, 200, 200],
    OperatorRole.FINANCE: [403, 403, 403, 403, 403],
    OperatorRole.FUND_MANAGER: [403, 403, 403, 403, 403],
    OperatorRole.PROGRAM_OFFICE: [403, 403, 403, 403, 403],
    OperatorRole.COMPETENT_AUTHORITY: [403, 403, 403, 403, 403],
    None: [403, 403, 403, 403, 403],
}


@pytest.mark.parametrize("role", ACCESS)
def test_who_opens_which_page(role: OperatorRole | None, log_in: LogIn) -> None:
    client = log_in(role)
    assert [client.get(reverse(name)).status_code for name in PAGES] == ACCESS[role]


def test_a_visitor_is_asked_to_sign_in() -> None:
    for name in PAGES:
        response = Client().get(reverse(name))
        assert response.status_code == 302
        assert response.headers["Location"].endswith(f"?next={reverse(name)}")


def test_a_role_for_one_region_does_not_run_the_base(log_in: LogIn) -> None:
    client = log_in(OperatorRole.COORDINATOR)
    RoleGrant.objects.update(region=make_region())
    assert client.get(reverse("core:option-list")).status_code == 403


WRITES = [
    ("core:option-edit", ["core"], {"core.days": "9", "core.greeting": "你好"}),
    ("core:calendar", [], {"day": "2026-11-28", "is_working": "1", "note": ""}),
    ("core:calendar-clear", [], {"day": "2026-11-28"}),
    ("core:outbox-send-again", [], {"all": "1"}),
]


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize(("name", "args", "data"), WRITES)
@pytest.mark.parametrize("role", [OperatorRole.AUDITOR, OperatorRole.FINANCE, None])
def test_who_may_not_write(
    role: OperatorRole | None, name: str, args: list[str], data: dict[str, str], log_in: LogIn
) -> None:
    response = log_in(role).post(reverse(name, args=args), data)
    assert response.status_code == 403
    assert not OptionValue.objects.exists()
    assert not CalendarDay.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.usefixtures("declared")
def test_options_are_shown_in_groups_and_changed(log_in: LogIn) -> None:
    client = log_in(OperatorRole.COORDINATOR)
    assert "基础 改 基础" in text_of(client.get(reverse("core:option-list")))
    page = client.get(reverse("core:option-edit", args=["core"]))
    words = text_of(page)
    assert "从推荐那天算起。 原来的设定：5。" in words
    assert "原来的设定：是。" in words
    assert "先分给谁" not in words
    data = {
        "core.days": "9",
        "initial-core.days": "5",
        "initial-core.moderate": "True",
        "core.greeting": "你好",
        "initial-core.greeting": "你好",
    }
    response = client.post(reverse("core:option-edit", args=["core"]), data)
    assert (response.status_code, response.headers["Location"]) == (302, "/staff/options/")
    assert dict(OptionValue.objects.values_list("key", "value")) == {
        "core.days": 9,
        "core.moderate": False,
    }
    acts = AuditEvent.objects.order_by("id").values_list("act", "before", "after")
    assert list(acts) == [
        ("option.set", {"core.days": 5}, {"core.days": 9}),
        ("option.set", {"core.moderate": True}, {"core.moderate": False}),
    ]
    assert "几天内答复 9 已改过" in text_of(client.get(reverse("core:option-list")))


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("core.days", "31", "30"),
        ("core.days", "three", "整数"),
        ("core.days", "", "必填"),
        ("core.greeting", "一二三四五六七八九十一", "10"),
        ("core.greeting", "a\0b", "不能保存的字符"),
    ],
)
def test_a_bad_value_is_said_at_its_place_and_nothing_is_kept(
    key: str, value: str, sentence: str, log_in: LogIn
) -> None:
    data = {"core.days": "5", "core.greeting": "你好", "core.moderate": "on", key: value}
    client = log_in(OperatorRole.ADMINISTRATOR)
    response = client.post(reverse("core:option-edit", args=["core"]), data)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert not OptionValue.objects.exists()


@pytest.mark.usefixtures("declared")
def test_an_option_changed_by_another_person_meanwhile_is_a_conflict(log_in: LogIn) -> None:
    options.set_option("core.days", 7, by=COORDINATOR, at=NOW)
    data = {
        "core.days": "9",
        "initial-core.days": "5",
        "core.greeting": "你好",
        "core.moderate": "on",
    }
    client = log_in(OperatorRole.ADMINISTRATOR)
    response = client.post(reverse("core:option-edit", args=["core"]), data)
    assert response.status_code == 409
    assert "别人已经改过“几天内答复”" in text_of(response)
    assert OptionValue.objects.get().value == 7


def test_unknown_groups_are_not_found(log_in: LogIn) -> None:
    client = log_in(OperatorRole.ADMINISTRATOR)
    assert client.get(reverse("core:option-edit", args=["nothing"])).status_code == 404
    assert client.get(reverse("core:calendar-year", args=[1066])).status_code == 404


def test_the_calendar_shows_holidays_make_up_days_and_corrections(log_in: LogIn) -> None:
    client = log_in(OperatorRole.COORDINATOR)
    words = text_of(client.get(reverse("core:calendar-year", args=[2025])))
    assert "2025年10月1日 周三 休息 放假" in words
    assert "2025年9月28日 周日 上班 调休" in words
    assert "还没有公布" not in words
    data = {"day": "2025-06-13", "is_working": "0", "note": "台风停工"}
    response = client.post(reverse("core:calendar"), data)
    assert response.headers["Location"] == "/staff/calendar/2025/"
    words = text_of(client.get("/staff/calendar/2025/"))
    assert "2025年6月13日 周五 休息 台风停工 · 本地更正" in words
    assert client.post(reverse("core:calendar-clear"), {"day": "2025-06-13"}).status_code == 302
    assert "台风停工" not in text_of(client.get("/staff/calendar/2025/"))
    assert list(AuditEvent.objects.order_by("id").values_list("act", flat=True)) == [
        "calendar_day.set",
        "calendar_day.clear",
    ]


def test_a_year_without_published_holidays_is_provisional(log_in: LogIn) -> None:
    client = log_in(OperatorRole.AUDITOR)
    words = text_of(client.get(reverse("core:calendar-year", args=[2040])))
    assert "2040年的放假安排还没有公布" in words
    assert "更正一天" not in words


@pytest.mark.parametrize("day", ["", "2026-13-01", "tomorrow", "2026-02-30"])
def test_a_bad_day_is_refused(day: str, log_in: LogIn) -> None:
    client = log_in(OperatorRole.COORDINATOR)
    response = client.post(reverse("core:calendar"), {"day": day, "is_working": "1"})
    assert response.status_code == 422
    assert client.post(reverse("core:calendar-clear"), {"day": day}).status_code == 404
    assert not CalendarDay.objects.exists()


def test_jobs_show_times_and_errors(log_in: LogIn) -> None:
    name = min(jobs.jobs())
    jobs.ensure_rows(NOW)
    PeriodicJob.objects.filter(name=name).update(last_error="RuntimeError: 没连上")
    words = text_of(log_in(OperatorRole.COORDINATOR).get(reverse("core:job-list")))
    assert "上次失败" in words
    assert "RuntimeError: 没连上" in words
    assert "核对全部操作记录 还没做过" in words


@pytest.mark.usefixtures("handlers")
def test_the_outbox_board_and_sending_again(log_in: LogIn) -> None:
    def handler(_event: outbox.Event) -> None:
        return None

    outbox.handles("test.went")(handler)
    for n in range(3):
        outbox.publish("test.went", Subject("need", f"XQ26-{n}", n), by=COORDINATOR, at=NOW)
    first, second, third = Delivery.objects.order_by("id")
    Delivery.objects.filter(pk=first.pk).update(status="DEAD", tries=8, last_error="E: 断了")
    Delivery.objects.filter(pk=second.pk).update(handler="gone.away:test.went")
    client = log_in(OperatorRole.COORDINATOR)
    words = text_of(client.get(reverse("core:outbox")))
    assert "等待发送 1 失败，等人处理 1 等新版本处理 1" in words
    assert "E: 断了" in words
    response = client.post(reverse("core:outbox-send-again"), {"delivery": str(first.pk)})
    assert (response.status_code, response.headers["Location"]) == (302, "/staff/outbox/")
    assert Delivery.objects.get(pk=first.pk).status == "WAITING"
    assert AuditEvent.objects.get().act == "news.send_again"
    again = client.post(reverse("core:outbox-send-again"), {"delivery": "9999999999999999999"})
    assert again.status_code == 302
    assert third.status == "WAITING"


def trail_rows() -> None:
    row = make_organization("春晓社区居委会", contact_name="王秀兰")
    states.advance(row, "suspend", by=COORDINATOR, at=NOW, reason="材料过期")


def test_the_trail_says_who_did_what_in_words(log_in: LogIn) -> None:
    trail_rows()
    client = log_in(OperatorRole.AUDITOR)
    words = text_of(client.get(reverse("core:audit-list")))
    assert "运营中心 · 周敏 停用" in words
    assert "状态 原来 待核验 → 改为 已停用" in words
    assert "原因：材料过期" in words
    assert "所在地 改为 滨河街道" in words
    assert "联系人 改为 （个人信息，不保留原文）" in words
    assert "王秀兰" not in words
    assert "还没有核对过" in words


def test_the_trail_is_filtered_and_paged(log_in: LogIn) -> None:
    trail_rows()
    for n in range(60):
        audit.record(Subject("need", f"XQ26-{n:06d}", n), "need.edit", by=COORDINATOR, at=NOW)
    client = log_in(OperatorRole.AUDITOR)

    def shown(query: str) -> list[str]:
        page = BeautifulSoup(client.get(f"/staff/audit/?{query}").content, "html.parser")
        return [c.get_text() for c in page.select('tbody td[data-label="编号"]')]

    assert shown("number=XQ26-00005") == [f"XQ26-{n:06d}" for n in range(59, 49, -1)]
    assert len(shown("person=周敏")) == 50
    assert shown("person=没有这个人") == []
    assert len(shown("act=organization.suspend")) == 1
    assert shown("since=2026-11-26") == []
    assert len(shown("since=2026-11-25&until=2026-11-25")) == 50
    newest = AuditEvent.objects.latest("id").pk
    assert shown(f"before={newest - 49}")[:2] == ["XQ26-000009", "XQ26-000008"]
    assert len(shown("before=99999999999999999999999")) == 50
    assert "“到”要在“从”之后" in text_of(
        client.get("/staff/audit/?since=2026-11-26&until=2026-11-01")
    )


def test_the_trail_says_when_it_does_not_verify(log_in: LogIn) -> None:
    jobs.ensure_rows(NOW)
    proof = PeriodicJob.objects.filter(name="core.handlers.verify_audit")
    client = log_in(OperatorRole.AUDITOR)
    proof.update(last_done_at=datetime(2026, 11, 24, 20, tzinfo=UTC))
    assert "没有发现改动" in text_of(client.get(reverse("core:audit-list")))
    proof.update(last_error="TrailBroken: seal 3: audit rows [7] are gone")
    words = text_of(client.get(reverse("core:audit-list")))
    assert "核对没有通过" in words
    assert "audit rows [7] are gone" in words


def test_the_export_holds_what_was_filtered_and_is_itself_recorded(log_in: LogIn) -> None:
    trail_rows()
    client = log_in(OperatorRole.AUDITOR)
    response = client.post(reverse("core:audit-export"), {"act": "organization.suspend"})
    assert response.status_code == 200
    assert ".xlsx" in response.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(response.content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("序号", "时间", "谁", "做了什么")
    assert [row[2:] for row in rows[1:]] == [
        (
            "运营中心 · 周敏",
            "停用了单位",
            rows[1][4],
            rows[1][5],
            "状态：待核验 → 已停用",
            "材料过期",
        )
    ]
    assert AuditEvent.objects.latest("id").act == "trail.export"
    assert log_in(OperatorRole.COORDINATOR).post(reverse("core:audit-export")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_trail_costs_the_same_for_one_row_and_for_three(
    count: int, log_in: LogIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = log_in(OperatorRole.AUDITOR)
    for n in range(count):
        make_organization(f"第{n}社区")
    with django_assert_num_queries(TRAIL_QUERIES):
        client.get(reverse("core:audit-list"))


TRAIL_QUERIES = 17  # one of them asks whether operators need a second factor


def test_settings_stand_in_the_bar_for_staff_only(log_in: LogIn) -> None:
    page = log_in(OperatorRole.COORDINATOR).get(reverse("core:calendar"))
    nav = BeautifulSoup(page.content, "html.parser").select("header nav a")
    assert ("设置", "/staff/options/") in [(a.get_text(strip=True), a["href"]) for a in nav]
    assert "操作记录" not in page.content.decode()


def test_the_first_page_of_settings_leads_to_every_list(log_in: LogIn) -> None:
    page = log_in(OperatorRole.COORDINATOR).get(reverse("core:option-list"))
    links = {
        a.get_text(strip=True): str(a["href"])
        for a in BeautifulSoup(page.content, "html.parser").select("main table a")
    }
    assert links == {
        "社区名单": "/regions/",
        "岗位": "/roles/",
        "类别名单": "/lists/categories/",
        "数量单位名单": "/lists/units/",
        "人群名单": "/lists/groups/",
        "契合度怎么算": "/desk/weights/",
    }
    client = log_in(OperatorRole.COORDINATOR)
    assert {client.get(url).status_code for url in links.values()} == {200}


def test_options_name_their_group_and_their_place(log_in: LogIn) -> None:
    make_region_tree()
    options.set_option("base.region", "999901", by=COORDINATOR, at=NOW)
    words = text_of(log_in(OperatorRole.COORDINATOR).get(reverse("core:option-list")))
    assert "（999901）" in words
    headings = BeautifulSoup(
        log_in(OperatorRole.COORDINATOR).get(reverse("core:option-list")).content, "html.parser"
    ).select("main h2")
    shown = [heading.get_text(strip=True) for heading in headings]
    assert {"本地", "需求和资源"} <= set(shown)
    assert {"base", "market"}.isdisjoint(shown)
