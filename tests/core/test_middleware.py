import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from core.middleware import ClientAddressMiddleware

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.pages")]


@pytest.mark.parametrize("offered", ["abcdefgh", "A1._-xyz", "x" * 64])
def test_a_proxys_request_id_is_kept(offered: str) -> None:
    response = Client().get("/healthz", headers={"X-Request-ID": offered})
    assert response.headers["X-Request-ID"] == offered


@pytest.mark.parametrize(
    "offered", ["", "short", "x" * 65, "abc def gh", "abcdefgh\n", "名名名名名名名名"]
)
def test_an_odd_request_id_is_replaced(offered: str) -> None:
    response = Client().get("/healthz", headers={"X-Request-ID": offered})
    given = response.headers["X-Request-ID"]
    assert len(given) == 32
    assert int(given, 16) >= 0


@pytest.mark.parametrize(
    ("name", "status", "sentence"),
    [
        ("not-allowed", 403, "这一条只有本单位能改。"),
        ("not-found", 404, "没有这一条。"),
        ("conflict", 409, "已经有人改过。"),
        ("invalid", 422, "请写标题。"),
    ],
)
def test_a_refusal_is_a_page_and_for_htmx_a_fragment(name: str, status: int, sentence: str) -> None:
    page = Client().get(f"/refuse/{name}/", headers={"Referer": "http://testserver/needs/"})
    assert (page.status_code, sentence in page.content.decode()) == (status, True)
    assert "<html" in page.content.decode()
    assert 'href="http://testserver/needs/"' in page.content.decode()
    part = Client().get(f"/refuse/{name}/", headers={"HX-Request": "true"})
    assert (part.status_code, sentence in part.content.decode()) == (status, True)
    assert "<html" not in part.content.decode()


def test_the_way_back_stays_on_this_site() -> None:
    page = Client().get("/refuse/conflict/", headers={"Referer": "https://evil.example/x"})
    assert "evil.example" not in page.content.decode()


def test_a_bug_stays_loud() -> None:
    with pytest.raises(RuntimeError, match="a bug"):
        Client().get("/refuse/bug/")


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("203.0.113.9, 2001:db8::1", "2001:db8::1"),
        ("", "10.0.0.1"),
        ("<script>", "10.0.0.1"),
        ("203.0.113.9, nonsense", "10.0.0.1"),
    ],
)
def test_behind_our_proxy_the_last_entry_is_the_caller(told: str, address: str) -> None:
    seen: list[str] = []

    def answer(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": told})
    ClientAddressMiddleware(answer)(request)
    assert seen == [address]


def test_the_logs_stay_quiet_about_refusals(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        Client().get("/refuse/conflict/")
    assert caplog.records == []
