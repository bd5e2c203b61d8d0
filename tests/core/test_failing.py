"""What a visitor gets when something of ours is broken, and how long a database may keep one waiting."""

import json
import logging

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import RequestFactory

from core.failing import server_error


def answered(path: str, error: Exception) -> HttpResponse:
    try:
        raise error
    except type(error):
        return server_error(RequestFactory().get(path))


def test_a_database_that_is_away_is_no_mistake_of_the_page(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = answered("/market/", OperationalError("connection refused\nmore of it"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "网站正在维护" in answer.content.decode()
    (record,) = caplog.records
    assert "the database did not answer (connection refused). Look whether" in record.getMessage()


def test_the_api_gets_a_problem() -> None:
    answer = answered("/api/v1/needs/", OperationalError("gone"))
    assert answer["Content-Type"] == "application/problem+json"
    told = json.loads(answer.content)
    assert (told["status"], told["type"]) == (503, "/help/errors/unavailable/")
    assert "什么都没有写入" in told["detail"]


def test_a_mistake_of_ours_says_so_and_nothing_of_its_text() -> None:
    page = answered("/market/", ValueError("the secret reason"))
    problem = answered("/api/v1/needs/", ValueError("the secret reason"))
    assert (page.status_code, problem.status_code) == (500, 500)
    assert "secret" not in page.content.decode() + problem.content.decode()
    assert json.loads(problem.content)["type"] == "/help/errors/error/"


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite waits by its own rule")
def test_nothing_waits_for_ever_on_postgresql() -> None:
    limits = {}
    with connection.cursor() as cursor:
        for name in ("lock_timeout", "statement_timeout"):
            cursor.execute(f"SHOW {name}")
            limits[name] = cursor.fetchone()[0]
    assert limits == {"lock_timeout": "10s", "statement_timeout": "1min"}
