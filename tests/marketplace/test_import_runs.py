"""Rows of a spreadsheet go in, each by itself, once; and the pages on the way."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import Organization, User
from core import outbox
from core.errors import Conflict, NotFound
from core.permissions import Actor
from marketplace import operations, queries
from marketplace.models import ImportRow, ImportRun, Need, ResourceOffer, RowStatus
from marketplace.states import EntryState, ImportState
from tests.factories import accounts as people
from tests.factories.sheets import GOOD, HEAD, PICTURE, SHEET, begun, book, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city() -> None:
    people.make_region_tree()


@pytest.fixture
def owner() -> Actor:
    return people.member()


def imported(content: bytes, by: Actor, side: str = "need") -> ImportRun:
    run = begun(content, by, side)
    operations.confirm_import(run, by=by, at=timezone.now())
    operations.run_import(run.pk, at=timezone.now())
    run.refresh_from_db()
    return run


def counts(run: ImportRun) -> dict[str, int]:
    names = ("total", "good", "bad", "repeated", "added", "known", "failed")
    return {name: getattr(run, name) for name in names}


# -- going in --------------------------------------------------------------------------------
def test_good_rows_go_in_and_bad_ones_stay_out(owner: Actor) -> None:
    run = imported(book(GOOD, ("", *GOOD[1:]), GOOD, ("义诊", *GOOD[1:])), owner)
    assert run.state == ImportState.DONE
    assert counts(run) == {
        "total": 4,
        "good": 2,
        "bad": 1,
        "repeated": 1,
        "added": 2,
        "known": 0,
        "failed": 0,
    }
    rows = ImportRow.objects.filter(run=run).order_by("no").values_list("no", "status", "like")
    assert list(rows) == [(2, "ADDED", 0), (3, "BAD", 0), (4, "REPEATED", 2), (5, "ADDED", 0)]
    needs = Need.objects.filter(organization_id=owner.organization_id).order_by("id")
    assert [(n.title, n.state) for n in needs] == [
        ("老人午餐配送", EntryState.SUBMITTED),
        ("义诊", EntryState.SUBMITTED),
    ]


def test_resources_go_in_with_where_they_serve(owner: Actor) -> None:
    head = (*HEAD, "服务范围", "星期几可以", "收费", "提供方式")
    run = imported(
        book((*GOOD, "滨河街道、望湖街道", "周一、周三", "免费", "志愿服务"), head=head),
        owner,
        "resource",
    )
    assert run.added == 1
    offer = ResourceOffer.objects.get()
    assert sorted(place.name for place in offer.served.all()) == ["望湖街道", "滨河街道"]
    assert (offer.weekdays, offer.cost, offer.legal_route) == ([1, 3], "FREE", "VOLUNTEER")


def test_the_same_file_again_adds_nothing(owner: Actor) -> None:
    content = book(GOOD, ("义诊", *GOOD[1:]))
    imported(content, owner)
    again = imported(content, owner)
    assert (again.added, again.known) == (0, 2)
    assert Need.objects.count() == 2
    stranger = imported(content, people.member())
    assert (stranger.added, stranger.known) == (2, 0)


def test_a_worker_that_ends_half_way_is_taken_up_again(
    owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begun(book(GOOD, ("义诊", *GOOD[1:]), ("理发", *GOOD[1:])), owner)
    operations.confirm_import(run, by=owner, at=timezone.now())
    real, calls = operations.post_need, []

    def second_fails(*args: Any, **fields: Any) -> Need:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **fields)

    monkeypatch.setattr(operations.imports, "post_need", second_fails)
    with pytest.raises(KeyboardInterrupt):
        operations.run_import(run.pk, at=timezone.now())
    monkeypatch.undo()
    run.refresh_from_db()
    assert (run.state, run.added, Need.objects.count()) == (ImportState.RUNNING, 1, 1)
    operations.run_import(run.pk, at=timezone.now())
    operations.run_import(run.pk, at=timezone.now())
    run.refresh_from_db()
    assert (run.state, run.added, Need.objects.count()) == (ImportState.DONE, 3, 3)


def test_a_row_that_is_refused_meanwhile_is_named(owner: Actor) -> None:
    head = (*HEAD, "截止日期")
    tomorrow = timezone.localdate() + timedelta(days=1)
    run = begun(book((*GOOD, tomorrow.isoformat()), ("义诊", *GOOD[1:], None), head=head), owner)
    operations.confirm_import(run, by=owner, at=timezone.now())
    operations.run_import(run.pk, at=timezone.now() + timedelta(days=3))
    run.refresh_from_db()
    assert (run.added, run.failed) == (1, 1)
    row = ImportRow.objects.get(run=run, no=2)
    assert row.status == RowStatus.FAILED
    assert row.faults[0]["sentence"] == "截止日期已经过去。请选今天或以后的日期。"


def test_who_left_the_organization_imports_nothing(owner: Actor) -> None:
    run = begun(book(GOOD), owner)
    operations.confirm_import(run, by=owner, at=timezone.now())
    User.objects.get(pk=owner.user_id).memberships.update(ended_at=timezone.now())
    operations.run_import(run.pk, at=timezone.now())
    run.refresh_from_db()
    assert (run.added, run.failed, Need.objects.count()) == (0, 1, 0)


def test_a_coordinator_imports_for_a_caller() -> None:
    by = people.caller_actor(people.make_organization())
    run = imported(book(GOOD), by)
    need = Need.objects.get()
    assert run.added == 1
    assert (need.caller, need.state) == (by.on_behalf_of, EntryState.OPEN)


def test_confirming_twice_and_confirming_nothing(owner: Actor) -> None:
    run = begun(book(GOOD), owner)
    operations.confirm_import(run, by=owner, at=timezone.now())
    with pytest.raises(Conflict):
        operations.confirm_import(run, by=owner, at=timezone.now())
    bad = begun(book(("", *GOOD[1:])), owner)
    with pytest.raises(Conflict):
        operations.confirm_import(bad, by=owner, at=timezone.now())


def test_the_worker_takes_the_event(owner: Actor) -> None:
    run = begun(book(GOOD), owner)
    operations.confirm_import(run, by=owner, at=timezone.now())
    outbox.drain()
    run.refresh_from_db()
    assert (run.state, run.added) == (ImportState.DONE, 1)


def test_five_thousand_rows_are_taken(owner: Actor) -> None:
    run = begun(book(*[(f"第 {n} 号心愿", *GOOD[1:]) for n in range(5000)]), owner)
    assert (run.total, run.good, run.rows.count()) == (5000, 5000, 5000)


# -- pages -----------------------------------------------------------------------------------
@pytest.fixture
def page(owner: Actor, client: Client) -> Client:
    client.force_login(User.objects.get(pk=owner.user_id))
    return client


def test_the_pages_from_template_to_result(page: Client, owner: Actor) -> None:
    assert page.get("/needs/import/").status_code == 200
    made = page.get("/needs/import/template/")
    assert made.headers["Content-Type"] == SHEET
    answer = page.post("/needs/import/", {"file": upload(book(GOOD, ("", *GOOD[1:])))})
    run = ImportRun.objects.get()
    assert answer.headers["Location"] == f"/imports/{run.number}/"
    shown = page.get(f"/imports/{run.number}/").content.decode()
    assert "第 3 行" in shown
    assert "请用一句话写清楚" in shown
    assert "导入 1 行" in shown
    copy = page.get(f"/imports/{run.number}/repaired/")
    assert load_workbook(io.BytesIO(copy.content)).worksheets[0]["A1"].value == "错误"
    assert page.post(f"/imports/{run.number}/confirm/").status_code == 302
    again = page.post(f"/imports/{run.number}/confirm/")
    assert (again.status_code, again["Location"]) == (302, f"/imports/{run.number}/")
    running = page.get(f"/imports/{run.number}/?part=progress", headers={"HX-Request": "true"})
    assert 'hx-trigger="every 2s"' in running.content.decode()
    assert "<html" not in running.content.decode()
    outbox.drain()
    done = page.get(f"/imports/{run.number}/").content.decode()
    assert Need.objects.get().number in done


def test_a_refused_file_says_why_at_the_field(page: Client) -> None:
    answer = page.post("/needs/import/", {"file": upload(PICTURE)})
    assert answer.status_code == 422
    assert "这不是 Excel 文件" in answer.content.decode()


def test_a_stranger_sees_nothing(owner: Actor, client: Client) -> None:
    run = begun(book(GOOD), owner)
    assert client.get(f"/imports/{run.number}/").status_code == 302
    other = people.member()
    client.force_login(User.objects.get(pk=other.user_id))
    for way in ("", "repaired/"):
        assert client.get(f"/imports/{run.number}/{way}").status_code == 404
    assert client.post(f"/imports/{run.number}/confirm/").status_code == 404
    with pytest.raises(NotFound):
        queries.load_import(run.number, other)
    assert client.get(f"/files/{run.file.number}/").status_code == 404


def test_who_belongs_to_nobody_is_told_so(client: Client) -> None:
    lonely = people.stranger()
    client.force_login(User.objects.get(pk=lonely.user_id))
    answer = client.get("/needs/import/")
    assert answer.status_code == 200
    assert "发布要以一个单位的名义" in answer.content.decode()
    assert Organization.objects.count() == 0


def test_the_preview_of_the_same_file_says_what_is_in_already(page: Client, owner: Actor) -> None:
    first = begun(book(GOOD), owner)
    operations.confirm_import(first, by=owner, at=timezone.now())
    operations.run_import(first.pk, at=timezone.now())
    second = begun(book(GOOD, ("另外一条：老人理发", *GOOD[1:])), owner)
    assert len(queries.known_keys(second)) == 1
    shown = page.get(f"/imports/{second.number}/").content.decode()
    assert "1 行可以导入；1 行以前导入过，不会重复添加。" in shown
    assert "导入 1 行" in shown
    third = begun(book(GOOD), owner)
    shown = page.get(f"/imports/{third.number}/").content.decode()
    assert "可以导入的行都已经导入过了" in shown
    assert f"/imports/{third.number}/confirm/" not in shown
