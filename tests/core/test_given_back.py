"""A form without this site's mark, and our own breakdowns: what was typed comes back."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from core import failing
from tests.factories import accounts as people

pytestmark = pytest.mark.django_db
TYPED = {
    "title": "高龄老人午餐配送",
    "text_public": "午餐送到家。\n<script>x</script>",
    "unit": "portion",
    "region": "999901001",
    "form_token": "a" * 32,
}
HERE = {"Origin": "http://testserver", "Referer": "http://testserver/needs/new/"}


def strict() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.make_membership().user)
    return client


def drawn(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def hidden(page: BeautifulSoup) -> dict[str, str]:
    form = page.select_one("main form[method=post]")
    assert form is not None
    return {str(one["name"]): str(one["value"]) for one in form.select("input[type=hidden]")}


def test_a_form_from_an_old_page_is_offered_again_with_everything_typed() -> None:
    client = strict()
    answer = client.post("/needs/draft/", TYPED, headers=HERE)
    page = drawn(answer)
    assert answer.status_code == 403
    assert page.h1 is not None
    assert page.h1.text == "这一页已经失效"
    assert [area.text.strip("\n") for area in page.select("textarea[readonly]")] == [
        TYPED["title"],
        TYPED["text_public"],
    ]
    sent = hidden(page)
    assert {**TYPED, "csrfmiddlewaretoken": sent["csrfmiddlewaretoken"]} == sent
    again = client.post("/needs/draft/", sent, headers=HERE)
    assert (again.status_code, again.json()["whole"]) == (200, True)


def test_without_cookies_the_page_says_what_to_switch_on() -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-up/", TYPED, headers=HERE)
    page = drawn(answer)
    assert page.h1 is not None
    assert (answer.status_code, page.h1.text) == (403, "请允许本站使用 Cookie")
    assert "csrftoken" in answer.cookies


@pytest.mark.parametrize(
    "told",
    [{"Origin": "https://evil.example"}, {"Referer": "https://evil.example/x"}, {}],
)
def test_a_strangers_form_is_not_offered_again(told: dict[str, str]) -> None:
    page = drawn(strict().post("/needs/new/", TYPED, headers=told))
    assert page.select("main form[method=post]") == []
    assert "evil.example" not in str(page.select_one("main"))


def test_a_password_never_comes_back() -> None:
    typed = {"login": "小王@example.cn", "password": "密码 abc", "next": "/"}
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in/", typed, headers={**HERE, "Cookie": "language=zh-hans"})
    page = drawn(answer)
    assert "密码 abc" not in answer.content.decode()
    assert [area.text.strip("\n") for area in page.select("textarea")] == ["小王@example.cn"]
    assert page.select("main form[method=post]") == []


def test_scripts_and_the_api_get_a_sentence() -> None:
    client = strict()
    saved = client.post("/needs/draft/", TYPED, headers={"X-Requested-With": "autosave"})
    assert (saved.status_code, "已经失效" in saved.json()["said"]) == (403, True)
    part = client.post("/needs/live/", TYPED, headers={"HX-Request": "true"})
    assert (part.status_code, "<html" in part.content.decode()) == (403, False)
    assert "已经失效" in part.content.decode()
    api = client.post("/api/v1/needs/", json.dumps(TYPED), content_type="application/json")
    assert (api.status_code, api.headers["Content-Type"]) == (403, "application/problem+json")
    assert "安全标记缺失或已经过期" in api.json()["detail"]


def broken(error: Exception, path: str = "/needs/new/") -> HttpResponse:
    request: HttpRequest = RequestFactory().post(path, TYPED)
    try:
        raise error
    except type(error):
        return failing.server_error(request)


@pytest.mark.parametrize(
    ("error", "status"), [(RuntimeError("x"), 500), (OperationalError("gone"), 503)]
)
def test_a_breakdown_gives_back_what_was_typed(error: Exception, status: int) -> None:
    answer = broken(error)
    areas = [area.text.strip("\n") for area in drawn(answer).select("textarea")]
    assert (answer.status_code, areas) == (status, [TYPED["title"], TYPED["text_public"]])
    assert answer.headers.get("Retry-After") == ("30" if status == 503 else None)


def test_a_breakdown_of_the_api_is_a_problem() -> None:
    answer = broken(OperationalError("gone"), "/api/v1/needs/")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["status"] == 503


def test_a_body_that_cannot_be_read_is_no_second_breakdown() -> None:
    request = RequestFactory().post(
        "/needs/new/", b"--x\r\nbroken", content_type="multipart/form-data; boundary="
    )
    try:
        raise RuntimeError("x")
    except RuntimeError:
        assert failing.server_error(request).status_code == 500
