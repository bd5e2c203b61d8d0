"""`/api/v1/codes/` and `/api/v1/regions/`: every code that the API takes can be looked up."""

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import get_language, override

from marketplace.models import Category
from tests.factories import accounts as people

pytestmark = pytest.mark.django_db


def get(url: str, **headers: str) -> tuple[int, Any]:
    with override(get_language()):  # the request's language stays in the thread
        answer = Client().get(f"/api/v1/{url}", headers=headers)
    return answer.status_code, answer.json()


def test_every_list_that_a_body_takes_a_code_of_is_there() -> None:
    status, lists = get("codes/")
    assert status == 200
    assert {
        "code": "elderly",
        "name": "为老服务",
        "name_en": Category.objects.get(code="elderly").name_en,
    } in lists["categories"]
    codes = {name: [row["code"] for row in rows] for name, rows in lists.items()}
    assert codes["periods"] == ["ONCE", "DAY", "WEEK", "MONTH"]
    assert codes["visibility"] == ["PUBLIC", "PARTNERS", "INTERNAL"]
    assert {"portion", "hour"} <= set(codes["units"])
    assert "elderly_alone" in codes["groups"]
    far = next(row for row in lists["decline_reasons"] if row["code"] == "TOO_FAR")
    assert far == {
        "code": "TOO_FAR",
        "name": "太远了，去不了",
        "sides": ["NEED", "RESOURCE"],
        "needs_note": False,
    }
    assert all(rows and all(row["name"] for row in rows) for rows in lists.values())


def test_a_closed_row_is_no_code_any_more_and_names_follow_the_language() -> None:
    Category.objects.filter(code="legal").update(closed=True)
    lists = get("codes")[1]
    assert "legal" not in [row["code"] for row in lists["categories"]]
    english = get("codes", **{"Accept-Language": "en"})[1]
    assert english["periods"] != lists["periods"]


def test_regions_are_found_from_the_top_down() -> None:
    people.make_region_tree()
    status, page = get("regions/?parent=999901")
    assert status == 200
    streets = {row["name"]: row for row in page["results"]}
    assert streets["滨河街道"]["code"] == "999901001"
    assert (streets["滨河街道"]["level"], streets["滨河街道"]["parent"]) == (4, "999901")
    assert [row["name"] for row in get("regions/?level=5&name=春晓")[1]["results"]] == ["春晓社区"]
    first = get("regions/?page_size=1")[1]
    second = Client().get(first["next"]).json()
    assert first["results"][0]["code"] < second["results"][0]["code"]


@pytest.mark.parametrize(
    ("url", "field"),
    [
        ("codes/?kind=need", "kind"),
        ("regions/?parent=nowhere", "parent"),
        ("regions/?parent=%00", "parent"),
        ("regions/?level=9", "level"),
        ("regions/?page_size=abc", "page_size"),
        ("regions/?cursor=cD0lMDA%3D", "cursor"),
    ],
)
def test_what_cannot_be_taken_is_named(url: str, field: str) -> None:
    status, problem = get(url)
    assert (status, [error["field"] for error in problem["errors"]]) == (422, [field])
