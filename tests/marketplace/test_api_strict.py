"""What a program sends wrong is named: nothing of it is cut, guessed or left out in silence."""

import pytest

from core.permissions import Actor
from marketplace.models import Need
from tests.factories import accounts as people
from tests.factories import marketplace as market
from tests.marketplace.test_api import Caller, body, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Actor:
    return people.member()


def test_odd_text_is_kept_as_it_is_and_unseen_marks_are_named(owner: Actor) -> None:
    caller = Caller(token_of(owner))
    wanted = {"title": "𠮷野家送餐", "text_public": "表情 🙏 也行\r\n第二行"}
    status, made = caller.post("/api/v1/needs/", wanted)
    assert (status, made["title"]) == (201, "𠮷野家送餐")
    assert made["texts"]["public"] == "表情 🙏 也行\n第二行"
    for odd in ("送\0餐", "送\u202e餐", "送\u2066餐", "送\x07餐"):
        status, problem = caller.patch(
            f"/api/v1/needs/{made['number']}/", {"title": odd, "version": made["version"]}
        )
        assert (status, [error["field"] for error in problem["errors"]]) == (422, ["title"])
    assert Need.objects.get().title == "𠮷野家送餐"


def test_every_unknown_field_is_named_beside_what_else_is_wrong(owner: Actor) -> None:
    caller = Caller(token_of(owner))
    status, problem = caller.post("/api/v1/needs/", body(tittle="午餐", title=5, zzz=None))
    assert status == 422
    assert problem["errors"] == [
        {"field": "title", "detail": "这里要写文字，放在引号里。"},
        {"field": "tittle", "detail": "没有这个字段。"},
        {"field": "zzz", "detail": "没有这个字段。"},
    ]
    assert not Need.objects.exists()
    need = market.make_need(by=owner)
    status, problem = caller.post(f"/api/v1/needs/{need.number}/withdraw/", {"why": "好了"})
    assert (status, problem["errors"][0]["field"]) == (422, "why")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page_size=abc", "page_size"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("micro_wish=abc", "micro_wish"),
        ("category=%00", "category"),
        ("organization=DW%E2%80%AE", "organization"),
        ("region=" + "9" * 3000, "region"),
        ("state=zzz", "state"),
        ("kind=zzz", "kind"),
        ("updated_since=today", "updated_since"),
        ("colour=red", "colour"),
    ],
)
def test_a_parameter_that_cannot_be_taken_is_named(query: str, field: str) -> None:
    status, problem = Caller().get(f"/api/v1/needs/?{query}")
    assert (status, [error["field"] for error in problem["errors"]]) == (422, [field])


def test_a_page_is_as_long_as_asked_for(owner: Actor) -> None:
    for _n in range(3):
        market.make_need(by=owner)
    assert len(Caller().get("/api/v1/needs/?page_size=2&micro_wish=false")[1]["results"]) == 2


def test_what_is_no_json_is_told_in_the_callers_language(owner: Actor) -> None:
    caller = Caller(token_of(owner))
    sent = '{"title": "午餐",\n "unit": }'
    status, problem = caller.post("/api/v1/needs/", sent)
    assert (status, problem["detail"]) == (400, "不是 JSON：第 2 行第 10 个字符处读不下去。")
    assert caller.post("/api/v1/needs/", '{"quantity": NaN}')[1]["detail"] == (
        "JSON 里没有 NaN 和 Infinity 这样的数。"
    )
