"""The documentation page of the API is drawn from the API's schema and holds all of it."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from portal.queries.api_docs import api_groups, api_schema

pytestmark = pytest.mark.django_db


def page(query: str = "") -> BeautifulSoup:
    answer = Client().get(f"/api/docs/{query}")
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def test_every_call_of_the_schema_is_on_the_page() -> None:
    calls = [
        (method.upper(), path)
        for path, methods in api_schema()["paths"].items()
        for method in methods
    ]
    assert len(calls) == 21
    text = page().get_text(" ")
    assert [call for call in calls if f"{call[0]} {call[1]}" not in text] == []


def test_the_page_runs_under_the_policy() -> None:
    shown = page()
    assert [tag for tag in shown.find_all("script") if not tag.get("src")] == []
    assert shown.find_all(style=True) == []
    assert "swagger" not in str(shown).casefold()


def test_a_call_tells_fields_refusals_and_how_to_try_it() -> None:
    (group,) = api_groups(api_schema(), "https://example.org", "撤回需求")
    (call,) = group.calls
    assert (call.method, call.path, call.needs_token) == (
        "POST",
        "/api/v1/needs/{number}/withdraw/",
        True,
    )
    assert [field.name for field in call.body] == ["reason"]
    assert [field.name for field in call.parameters] == ["number", "Idempotency-Key"]
    statuses = [answer.status for answer in call.answers]
    assert statuses == ["200", "400", "401", "403", "404", "406", "409", "413", "415", "422", "429"]
    assert call.curl.splitlines() == [
        "curl -X POST 'https://example.org/api/v1/needs/XQ26-000001/withdraw/' \\",
        "  -H 'Authorization: Bearer gyl_…' \\",
        "  -H 'Content-Type: application/json' \\",
        "  -H 'Idempotency-Key: 2026-11-25-001' \\",
        '  -d \'{"reason": "已经解决了"}\'',
    ]


def test_inner_fields_are_named_with_a_dot() -> None:
    (group,) = api_groups(api_schema(), "", "一条需求")
    names = [field.name for field in group.calls[0].gives]
    assert {"organization.number", "texts.public", "region.code"} <= set(names)
    assert not group.calls[0].needs_token


def test_searching_within() -> None:
    found = page("?q=撤回")
    folds = [fold["id"] for fold in found.select("details.fold")]
    assert folds == ["needs_withdraw", "resources_withdraw"]
    assert "没有这样的接口" in page("?q=zzz").get_text()


def test_numbers_in_text_and_null_are_told_as_they_come() -> None:
    (group,) = api_groups(api_schema(), "", "一条需求")
    kinds = {field.name: field.kind for field in group.calls[0].gives}
    assert kinds["quantity"] == '写成文字的数，如 "30.00"，或 null'
    assert kinds["category"] == "对象，或 null"
    assert kinds["title"] == "文字"
    assert kinds["source"] == 'SURVEY MEETING VISIT HOTLINE OTHER "" 之一'
    (group,) = api_groups(api_schema(), "", "需求列表")
    assert {f.name: f.kind for f in group.calls[0].gives}["next"] == "文字，或 null"
