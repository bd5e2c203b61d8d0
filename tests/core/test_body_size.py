"""A body beyond the limit is refused by its length, on pages and in the API alike."""

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db
TOO_MUCH = "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)


def test_a_page_says_what_to_do() -> None:
    answer = Client().post(
        "/sign-in/", f"login={TOO_MUCH}", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413
    assert "一次最多 12 MB" in answer.content.decode()


def test_the_api_answers_with_a_problem() -> None:
    answer = Client().post("/api/v1/needs/", TOO_MUCH, content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (
        413,
        "application/problem+json",
    )
    assert answer.json()["title"] == "too-large"


def test_what_fits_goes_on() -> None:
    answer = Client().post("/api/v1/needs/", "{}", content_type="application/json")
    assert answer.status_code == 401
