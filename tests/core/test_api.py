import json
from typing import Any

import pytest
from django.test import Client
from freezegun import freeze_time

from core.models import NumberTicket
from tests.core.cases import NOW
from tests.database import needs_postgresql, together

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.pages")]


def problem(name: str) -> tuple[int, dict[str, Any], Any]:
    response = Client().get(f"/api/refuse/{name}/")
    assert response.headers["Content-Type"] == "application/problem+json"
    return response.status_code, response.json(), response.headers


def body(code: str, status: int, detail: str, **more: Any) -> dict[str, Any]:
    return {
        "type": f"/help/errors/{code}/",
        "title": code,
        "status": status,
        "detail": detail,
        **more,
    }


@pytest.mark.parametrize(
    ("name", "status", "code", "detail"),
    [
        ("not-allowed", 403, "not-allowed", "这一条只有本单位能改。"),
        ("not-found", 404, "not-found", "没有这一条。"),
        ("conflict", 409, "conflict", "已经有人改过。"),
    ],
)
def test_a_refusal_is_a_problem_with_its_sentence(
    name: str, status: int, code: str, detail: str
) -> None:
    assert problem(name)[:2] == (status, body(code, status, detail))


def test_invalid_input_names_each_field() -> None:
    assert problem("invalid")[:2] == (
        422,
        body(
            "invalid",
            422,
            "请写标题。",
            errors=[
                {"field": "title", "detail": "请写标题。"},
                {"field": "amount", "detail": "太大。"},
                {"field": "amount", "detail": "不是整数。"},
            ],
        ),
    )
    status, found, _headers = problem("validation")
    assert (status, found["errors"]) == (
        422,
        [
            {"field": "lines.quantity", "detail": "必须是正数。"},
            {"detail": "起止时间反了。"},
        ],
    )


def test_what_django_raises_is_a_problem_without_its_details() -> None:
    for name, status in (("http404", 404), ("denied", 403)):
        code, found, _headers = problem(name)
        assert (code, found["status"]) == (status, status)
        assert "secret" not in json.dumps(found)


def test_too_many_says_how_long_to_wait() -> None:
    status, _found, headers = problem("throttled")
    assert (status, headers["Retry-After"]) == (429, "42")


def test_unreadable_and_unknown_callers() -> None:
    assert problem("parse")[0] == 400
    assert problem("unauthenticated")[0] in (401, 403)


def test_a_bug_stays_loud() -> None:
    with pytest.raises(RuntimeError, match="a bug"):
        Client().get("/api/refuse/bug/")


def test_json_is_readable_chinese() -> None:
    response = Client().get("/api/things/")
    assert response.content.decode() == '{"名":"助餐"}'
    assert response.headers["Content-Type"] == "application/json"


def post(key: str | None, title: str = "助餐", path: str = "/api/things/") -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return Client().post(path, json.dumps({"title": title}), "application/json", headers=headers)


def test_a_key_sent_again_gets_the_first_answer() -> None:
    first, again = post("k1"), post("k1")
    row = NumberTicket.objects.get()
    assert (first.status_code, first.json()) == (201, {"id": row.pk, "title": "助餐"})
    assert first.headers["Location"] == f"/api/things/{row.pk}"
    assert "Idempotent-Replayed" not in first.headers
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_key_with_another_body_is_a_conflict() -> None:
    post("k1")
    other = post("k1", "送餐")
    assert (other.status_code, other.json()["title"]) == (409, "conflict")
    assert NumberTicket.objects.count() == 1


def test_a_refused_request_frees_its_key() -> None:
    assert post("k1", "").status_code == 422
    assert post("k1", "助餐").status_code == 201


@pytest.mark.parametrize("key", ["x" * 100, "名" * 30])
def test_keys_may_be_long_or_odd(key: str) -> None:
    assert post(key).status_code == 201
    assert post(key).headers["Idempotent-Replayed"] == "true"
    assert NumberTicket.objects.count() == 1


def test_a_key_that_is_too_long_is_said() -> None:
    answer = post("x" * 101)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


def test_without_a_key_each_request_acts() -> None:
    assert [post(None).status_code for _n in range(2)] == [201, 201]
    assert NumberTicket.objects.count() == 2


def test_the_bucket_answers_429_with_the_time_to_wait() -> None:
    # The clock stands: on a busy machine the bucket would fill up again meanwhile.
    with freeze_time(NOW):
        answers = [post(None) for _n in range(61)]
    assert [answer.status_code for answer in answers[:60]] == [201] * 60
    assert answers[60].status_code == 429
    assert 1 <= int(answers[60].headers["Retry-After"]) <= 2
    assert NumberTicket.objects.count() == 60


@pytest.mark.django_db(transaction=True)
@needs_postgresql
def test_one_key_from_many_clients_at_once_acts_once() -> None:
    answers = together(*[lambda: post("k1")] * 6)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert NumberTicket.objects.count() == 1
