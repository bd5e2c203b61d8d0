"""Needs and resource offers over the API: what is read, by whom, and what is written."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import operations as account_operations
from accounts.models import ApiScope, Organization, User
from core.models import RateBucket
from core.permissions import Actor
from marketplace.models import Need, ResourceOffer
from marketplace.states import EntryState
from tests.factories import accounts as people
from tests.factories import marketplace as market

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"


@pytest.fixture
def owner() -> Actor:
    return people.member()


def token_of(by: Actor, *scopes: str) -> str:
    _token, secret = account_operations.create_token(
        organization=Organization.objects.get(pk=by.organization_id),
        name="接口",
        scopes=list(scopes or ApiScope.values),
        by=by,
        at=timezone.now(),
    )
    return secret


class Caller:
    """Sends JSON with a token (none: nobody's)."""

    def __init__(self, token: str = "") -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, url: str) -> tuple[int, Any]:
        answer = self.client.get(url, headers=self.headers)
        return answer.status_code, answer.json()

    def send(
        self, method: str, url: str, body: Mapping[str, Any] | str, **headers: str
    ) -> tuple[int, Any]:
        data = body if isinstance(body, str) else json.dumps(body)
        answer = self.client.generic(
            method, url, data, "application/json", headers={**self.headers, **headers}
        )
        return answer.status_code, answer.json()

    def post(self, url: str, body: Mapping[str, Any] | str, **headers: str) -> tuple[int, Any]:
        return self.send("POST", url, body, **headers)

    def patch(self, url: str, body: Mapping[str, Any]) -> tuple[int, Any]:
        return self.send("PATCH", url, body)


def body(**more: Any) -> dict[str, Any]:
    people.make_region_tree()
    return {
        "title": "高龄老人午餐配送",
        "category": "elderly",
        "text_public": "午餐送到家，低盐。",
        "region": "999901001",
        "quantity": "30",
        "unit": "portion",
        "period": "DAY",
        "groups": ["elderly_alone"],
        "contact_name": "王主任",
        "contact_phone": "13800000001",
    } | more


def numbers(answer: Any) -> list[str]:
    return [row["number"] for row in answer["results"]]


# -- reading ---------------------------------------------------------------------------------
@pytest.mark.parametrize("address", ["/api/v1/needs", "/api/v1/needs/", "/api/v1/resources"])
def test_lists_answer_with_and_without_the_last_slash(address: str) -> None:
    assert Caller().get(address) == (200, {"next": None, "previous": None, "results": []})


def test_nobody_reads_a_need_at_the_public_level() -> None:
    need = market.make_need(text_partners="伙伴才看的", text_internal="内部的")
    status, found = Caller().get(f"/api/v1/needs/{need.number}/")
    assert status == 200
    assert found == {
        "number": need.number,
        "version": need.version,
        "state": "OPEN",
        "level": "PUBLIC",
        "visibility": "PUBLIC",
        "kind": "SERVICE",
        "title": "高龄老人午餐配送",
        "text": "午餐送到家，低盐软食，中午十一点半前送到。",
        "texts": None,
        "organization": {
            "number": need.organization.number,
            "name": need.organization.name,
            "verified": True,
        },
        "category": {"code": "elderly", "name": "为老服务", "name_en": "Elderly care"},
        "region": {
            "code": "999901001",
            "name": "滨河街道",
            "full_name": "滨海省滨河市滨江区滨河街道",
        },
        "remote": False,
        "availability": "RECURRING",
        "quantity": "30.00",
        "remaining": "30.00",
        "unit": {"code": "portion", "name": "份", "name_en": "portions"},
        "period": "DAY",
        "starts_on": None,
        "ends_on": None,
        "closes_on": need.closes_on.isoformat() if need.closes_on else None,
        "groups": ["elderly_alone"],
        "conditions": "",
        "posted_at": found["posted_at"],
        "updated_at": found["updated_at"],
        "url": f"/needs/{need.number}/",
        "micro_wish": False,
        "beneficiaries": None,
        "budget": None,
        "self_raised": None,
        "indicators": "",
        "source": "",
        "meeting_approved": False,
    }


def test_each_reader_gets_their_own_level_and_never_contact_data(owner: Actor) -> None:
    need = market.make_need(by=owner, text_partners="伙伴才看的", text_internal="内部的")
    verified = token_of(people.member())
    unverified = token_of(people.member(people.make_organization(verified=False)))
    seen = {
        name: Caller(token).get(f"/api/v1/needs/{need.number}/")[1]
        for name, token in {
            "nobody": "",
            "unverified": unverified,
            "verified": verified,
            "owner": token_of(owner),
        }.items()
    }
    public = "午餐送到家，低盐软食，中午十一点半前送到。"
    assert {name: (row["level"], row["text"]) for name, row in seen.items()} == {
        "nobody": ("PUBLIC", public),
        "unverified": ("PUBLIC", public),
        "verified": ("PARTNERS", "伙伴才看的"),
        "owner": ("INTERNAL", "内部的"),
    }
    for row in seen.values():
        assert "13800000001" not in json.dumps(row)
        assert "春晓路" not in json.dumps(row, ensure_ascii=False)
    assert [name for name, row in seen.items() if row["texts"]] == ["owner"]


def test_lists_hold_what_the_reader_may_read(owner: Actor) -> None:
    public = market.make_need()
    partners = market.make_need(visibility="PARTNERS", text_partners="伙伴的")
    internal = market.make_need(visibility="INTERNAL", text_internal="内部的")
    draft = market.make_need(EntryState.DRAFT, by=owner)
    market.make_need(EntryState.WITHDRAWN)
    assert numbers(Caller().get("/api/v1/needs/")[1]) == [public.number]
    verified = Caller(token_of(people.member()))
    assert numbers(verified.get("/api/v1/needs/")[1]) == [partners.number, public.number]
    mine = Caller(token_of(owner))
    assert numbers(mine.get("/api/v1/needs/")[1]) == [
        draft.number,
        partners.number,
        public.number,
    ]
    client = Client()
    client.force_login(User.objects.get(pk=people.coordinator().user_id))
    staff = client.get("/api/v1/needs/?state=OPEN").json()
    assert numbers(staff) == [internal.number, partners.number, public.number]
    status, problem = Caller().get(f"/api/v1/needs/{internal.number}/")
    assert (status, problem["title"]) == (404, "not-found")


def test_filters(owner: Actor) -> None:
    regions = people.make_region_tree()
    first = market.make_need(by=owner, region=regions["春晓社区"])
    second = market.make_need(
        region=regions["学院街道"], category=market.category("legal"), kind="GOODS"
    )
    ask = Caller().get
    assert numbers(ask("/api/v1/needs/?region=999901001")[1]) == [first.number]
    assert numbers(ask("/api/v1/needs/?region=9999")[1]) == [second.number, first.number]
    for query, name in (("region=nowhere", "region"), ("category=x", "category"), ("q=x", "q")):
        status, problem = ask(f"/api/v1/needs/?{query}")
        assert (status, [error["field"] for error in problem["errors"]]) == (422, [name])
    assert numbers(ask("/api/v1/needs/?category=legal")[1]) == [second.number]
    assert numbers(ask("/api/v1/needs/?kind=GOODS")[1]) == [second.number]
    assert numbers(ask("/api/v1/needs/?state=MET&state=OPEN")[1]) == [second.number, first.number]
    owned = f"/api/v1/needs/?organization={owner.organization_number}"
    assert numbers(ask(owned)[1]) == [first.number]
    later = "2100-01-01T00:00:00%2B08:00"
    assert numbers(ask(f"/api/v1/needs/?updated_since={later}")[1]) == []
    status, problem = ask("/api/v1/needs/?kind=MAGIC&updated_since=gestern")
    assert status == 422
    assert sorted(error["field"] for error in problem["errors"]) == ["kind", "updated_since"]


def test_pages_stay_while_rows_arrive() -> None:
    made = [market.make_offer() for _n in range(3)]
    first = Caller().get("/api/v1/resources?page_size=2")[1]
    assert numbers(first) == [made[2].number, made[1].number]
    market.make_offer()
    second = Caller().get(first["next"].removeprefix("http://testserver"))[1]
    assert numbers(second) == [made[0].number]
    for cursor in ("nonsense", "cD1hYmM=", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk="):
        assert Caller().get(f"/api/v1/resources/?cursor={cursor}")[0] == 422


def test_a_list_takes_the_same_queries_at_1_and_3_rows(
    django_assert_num_queries: Any,
) -> None:
    Client().get("/api/v1/resources/")
    for more in (1, 2):
        for _n in range(more):
            served = [people.make_region_tree()["望湖街道"]]
            market.make_offer(serves_all=False, served=served)
        with django_assert_num_queries(6):
            assert Client().get("/api/v1/resources/").status_code == 200


# -- writing ---------------------------------------------------------------------------------
def test_a_draft_and_then_a_post(owner: Actor) -> None:
    caller = Caller(token_of(owner))
    status, draft = caller.post("/api/v1/needs/", {"title": "还没写完"})
    assert (status, draft["state"], draft["title"]) == (201, "DRAFT", "还没写完")
    url = f"/api/v1/needs/{draft['number']}/"
    status, problem = caller.patch(url, {"version": draft["version"], "submit": True})
    assert status == 422
    assert [error["field"] for error in problem["errors"]] == ["category", "region", "text_public"]
    whole = body(version=draft["version"], submit=True)
    status, posted = caller.patch(url, whole)
    assert (status, posted["state"]) == (200, "SUBMITTED")
    need = Need.objects.get()
    assert (need.contact_phone, need.posted_by_id) == ("13800000001", owner.user_id)


def test_posting_a_resource(owner: Actor) -> None:
    wanted = body(submit=True, served=["999901002"], weekdays=[1, 3], cost="FREE", kind="VENUE")
    status, made = Caller(token_of(owner)).post("/api/v1/resources/", wanted)
    assert (status, made["state"], made["weekdays"]) == (201, "SUBMITTED", [1, 3])
    assert [place["name"] for place in made["served"]] == ["望湖街道"]


def test_an_edit_carries_a_version(owner: Actor) -> None:
    need = market.make_need(by=owner)
    caller, url = Caller(token_of(owner)), f"/api/v1/needs/{need.number}/"
    status, changed = caller.patch(url, {"version": need.version, "quantity": "20"})
    assert (status, changed["quantity"], changed["version"]) == (200, "20.00", need.version + 1)
    assert changed["texts"]["public"] == need.text_public
    status, problem = caller.patch(url, {"version": need.version, "quantity": "10"})
    assert (status, problem["title"]) == (409, "conflict")
    status, problem = caller.patch(url, {"quantity": "10"})
    assert (status, problem["errors"][0]["field"]) == (422, "version")
    need.refresh_from_db()
    assert need.contact_phone == "13800000001"


def test_withdrawing(owner: Actor) -> None:
    need = market.make_need(by=owner)
    caller, url = Caller(token_of(owner)), f"/api/v1/needs/{need.number}/withdraw/"
    status, gone = caller.post(url, {"reason": "不需要了"})
    assert (status, gone["state"]) == (200, "WITHDRAWN")
    assert caller.post(url.rstrip("/"), {})[0] == 409


def test_the_same_key_acts_once(owner: Actor) -> None:
    caller = Caller(token_of(owner))

    def send(**more: Any) -> tuple[int, Any]:
        key = {"Idempotency-Key": "a1"}
        return caller.post("/api/v1/needs/", body(submit=True, **more), **key)

    first, again = send(), send()
    assert first == again
    assert Need.objects.count() == 1
    assert send(title="另一条")[0] == 409


def test_who_may_not_write_is_told_why(owner: Actor) -> None:
    need = market.make_need()
    url = f"/api/v1/needs/{need.number}/"
    change = {"version": need.version, "title": "我来改"}
    assert Caller().post("/api/v1/needs/", body())[0] == 401
    assert Caller("gyl_wrong").get("/api/v1/needs/")[0] == 401
    reading = Caller(token_of(owner, ApiScope.SEARCH_READ))
    status, problem = reading.post("/api/v1/needs/", body())
    assert (status, problem["detail"]) == (403, "这个令牌没有这项权限：needs:write")
    assert Caller(token_of(owner)).patch(url, change)[0] == 403
    assert Caller(token_of(owner)).post(url + "withdraw/", {})[0] == 403
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(pk=owner.user_id))
    answer = client.post("/api/v1/needs/", body(), content_type="application/json")
    assert answer.status_code == 403
    assert Need.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "字" * 61),
        ("text_public", "字" * 2001),
        ("category", "nothing"),
        ("category", ["elderly"]),
        ("region", 999901001),
        ("unit", "份\0"),
        ("quantity", "-3"),
        ("quantity", "1e400"),
        ("quantity", "NaN"),
        ("quantity", 10**30),
        ("period", "YEAR"),
        ("starts_on", "gestern"),
        ("starts_on", "9999-12-31"),
        ("groups", ["martians"]),
        ("groups", "elderly"),
        ("visibility", "𠮷"),
        ("beneficiaries", -1),
        ("budget", "1.234"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(field: str, value: Any, owner: Actor) -> None:
    status, problem = Caller(token_of(owner)).post("/api/v1/needs/", body(**{field: value}))
    assert (status, problem["status"]) == (422, 422)
    assert [error["field"].split(".")[0] for error in problem["errors"]] == [field]
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("{", 400),
        ('{"title": "\\ud800"}', 400),
        ("[" * 100_000, 400),
        ("[1, 2]", 422),
        ('"text"', 422),
        ('{"quantity": NaN}', 400),
        ('{"title": "' + "字" * 400_000 + '"}', 413),
    ],
)
def test_bodies_that_are_none(sent: str, status: int, owner: Actor) -> None:
    for headers in ({}, {"Idempotency-Key": "b2"}):
        answered = Caller(token_of(owner)).post("/api/v1/resources/", sent, **headers)
        assert answered[0] == status
    assert not ResourceOffer.objects.exists()


def test_drafts_with_days_reversed_or_money_that_does_not_add_up(owner: Actor) -> None:
    caller = Caller(token_of(owner))
    reversed_days = {"starts_on": "2027-02-01", "ends_on": "2027-01-01"}
    assert caller.post("/api/v1/needs/", reversed_days)[0] == 422
    assert caller.post("/api/v1/needs/", {"budget": "10", "self_raised": "20"})[0] == 422
    assert not Need.objects.exists()


def test_addresses_that_do_not_exist_answer_in_the_same_form(owner: Actor) -> None:
    for url in ("/api/v1/nothing", "/api/v1/needs/%00/", "/api/v1/needs/XQ26-1/", "/api/v1/"):
        answer = Client().get(url)
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, PROBLEM)
    headers = {"Authorization": f"Bearer {token_of(owner)}"}
    answer = Client().delete("/api/v1/needs/", headers=headers)
    assert (answer.status_code, answer.headers["Content-Type"]) == (405, PROBLEM)
    assert answer.headers["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_too_many_calls_are_told_how_long_to_wait() -> None:
    Client().get("/api/v1/needs/")
    RateBucket.objects.update(tokens=0, at=timezone.now())
    answer = Client().get("/api/v1/needs/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (429, PROBLEM)
    assert int(answer.headers["Retry-After"]) >= 1
