"""Proposals and links over the API: who reads them, who answers, how a link is carried out."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import operations as account_operations
from accounts.models import ApiScope, Organization, User
from core.permissions import Actor
from marketplace.models import Need
from matching import operations
from matching.models import Match
from tests.factories import accounts as people
from tests.factories import marketplace as market
from tests.factories.archive import make_file

pytestmark = pytest.mark.django_db

THANKS_PUBLIC = {"need_publishes": True, "resource_publishes": True}


@pytest.fixture
def asker() -> Actor:
    return people.member()


@pytest.fixture
def giver() -> Actor:
    return people.member()


@pytest.fixture
def proposed(asker: Actor, giver: Actor) -> Match:
    """A proposal by the coordinator: nobody has answered."""
    need = market.make_need(by=asker)
    offer = market.make_offer(by=giver)
    return operations.propose_pair(need, offer, by=people.coordinator(), at=timezone.now())


def call(
    method: str,
    url: str,
    by: Actor | None = None,
    body: Mapping[str, Any] | None = None,
    **more: str,
) -> tuple[int, Any]:
    """One call with a fresh token of the actor's organization, all scopes unless `scope`."""
    headers = {}
    scope = more.pop("scope", "")
    if by is not None:
        _token, secret = account_operations.create_token(
            organization=Organization.objects.get(pk=by.organization_id),
            name="接口",
            scopes=[scope] if scope else list(ApiScope.values),
            by=by,
            at=timezone.now(),
        )
        headers["Authorization"] = f"Bearer {secret}"
    data = json.dumps(body or {}) if method == "POST" else ""
    answer = Client().generic(method, f"/api/v1/{url}", data, "application/json", headers=headers)
    return answer.status_code, answer.json()


def numbers(answer: tuple[int, Any]) -> list[str]:
    assert answer[0] == 200
    return [row["number"] for row in answer[1]["results"]]


def test_both_sides_and_the_operator_read_a_proposal(
    proposed: Match, asker: Actor, giver: Actor
) -> None:
    for by, side in ((asker, "NEED"), (giver, "RESOURCE")):
        assert numbers(call("GET", "proposals", by)) == [proposed.number]
        assert numbers(call("GET", "proposals/?waiting=true", by)) == [proposed.number]
        status, found = call("GET", f"proposals/{proposed.number}/", by)
        assert (status, found["sides"], found["score"]) == (200, [side], None)
        assert found["need"]["title"] == "高龄老人午餐配送"
        assert "13800000001" not in json.dumps(found)
    client = Client()
    client.force_login(User.objects.get(pk=people.coordinator().user_id))
    shown = client.get("/api/v1/proposals/").json()["results"]
    assert [(row["number"], row["score"]) for row in shown] == [(proposed.number, 0.0)]


def test_nobody_else_does(proposed: Match, asker: Actor) -> None:
    other = people.member()
    assert call("GET", "proposals/")[0] == 401
    assert numbers(call("GET", "proposals/", other)) == []
    assert call("GET", f"proposals/{proposed.number}/", other)[0] == 404
    assert call("POST", f"proposals/{proposed.number}/accept/", other)[0] == 404
    assert call("GET", "proposals/", asker, scope=ApiScope.LINKS_READ)[0] == 403


def test_two_yeses_link_and_a_delivery_is_confirmed(
    proposed: Match, asker: Actor, giver: Actor
) -> None:
    url = f"proposals/{proposed.number}"
    status, first = call("POST", f"{url}/accept/", asker, {"quantity": "16"})
    assert (status, first["state"], first["quantity"]) == (200, "ACCEPTED", "16.00")
    status, second = call("POST", f"{url}/accept", giver)
    assert (status, second["state"]) == (200, "LINKED")
    assert Need.objects.get().allocated == Decimal(16)
    link = f"links/{proposed.number}"
    today = timezone.localdate().isoformat()
    status, made = call("POST", f"{link}/deliveries/", giver, {"quantity": "16", "day": today})
    assert (status, made["state"], made["quantity"]) == (201, "RECORDED", "16.00")
    status, problem = call("POST", f"{link}/confirm/", giver)
    assert (status, problem["detail"]) == (403, "由需求方确认收到。")
    status, done = call("POST", f"{link}/confirm/", asker)
    assert (status, done["state"]) == (200, "CONFIRMED")
    assert [one["state"] for one in done["deliveries"]] == ["CONFIRMED"]


def test_amounts_keep_to_what_was_agreed(proposed: Match, asker: Actor, giver: Actor) -> None:
    url = f"proposals/{proposed.number}/accept/"
    call("POST", url, asker, {"quantity": "16"})
    status, problem = call("POST", url, giver, {"quantity": "17"})
    assert (status, problem["errors"][0]["field"]) == (422, "quantity")
    status, linked = call("POST", url, giver, {"quantity": "12"})
    assert (status, linked["state"], linked["quantity"]) == (200, "LINKED", "12.00")
    deliveries = f"links/{proposed.number}/deliveries/"
    body = {"quantity": "9999", "day": timezone.localdate().isoformat()}
    for change, field in (
        ({}, "quantity"),
        ({"over": True, "note": "多"}, "quantity"),
        ({"quantity": "13"}, "over"),
        ({"quantity": "13", "over": True}, "note"),
    ):
        status, problem = call("POST", deliveries, giver, {**body, **change})
        assert (status, [one["field"] for one in problem["errors"]]) == (422, [field])
    more = {"quantity": "13", "over": True, "note": "多一份"}
    assert call("POST", deliveries, giver, body | more)[0] == 201


def test_a_no_takes_a_coded_reason(proposed: Match, asker: Actor, giver: Actor) -> None:
    url = f"proposals/{proposed.number}/decline/"
    status, problem = call("POST", url, giver, {"code": "BECAUSE"})
    assert (status, problem["errors"][0]["field"]) == (422, "code")
    status, declined = call("POST", url, giver, {"code": "TOO_FAR"})
    assert (status, declined["state"]) == (200, "DECLINED")
    assert call("POST", url, asker, {"code": "TOO_FAR"})[0] == 403


def test_answers_that_cannot_be_taken(proposed: Match, asker: Actor) -> None:
    url = f"proposals/{proposed.number}/accept/"
    assert call("POST", url, asker, {"version": 99})[0] == 409
    assert call("POST", url, asker, {"side": "RESOURCE"})[0] == 403
    status, problem = call("POST", url, asker, {"amount": "3"})
    assert (status, problem["errors"][0]["field"]) == (422, "amount")
    for quantity in ("-1", "0", "NaN", "9" * 30, "viel"):
        status, problem = call("POST", url, asker, {"quantity": quantity})
        assert (status, problem["errors"][0]["field"]) == (422, "quantity")
    assert call("POST", url, asker, scope=ApiScope.PROPOSALS_READ)[0] == 403
    proposed.refresh_from_db()
    assert proposed.state == "PROPOSED"


def test_a_link_is_public_only_after_the_result_and_if_both_agreed(
    proposed: Match, asker: Actor, giver: Actor
) -> None:
    for by in (asker, giver):
        call("POST", f"proposals/{proposed.number}/accept/", by)
    assert numbers(call("GET", "links")) == []
    assert call("GET", f"links/{proposed.number}/")[0] == 404
    assert numbers(call("GET", "links/", giver)) == [proposed.number]
    assert numbers(call("GET", "links/", giver, scope=ApiScope.NEEDS_WRITE)) == []
    today = timezone.localdate().isoformat()
    call("POST", f"links/{proposed.number}/deliveries/", giver, {"quantity": "30", "day": today})
    call("POST", f"links/{proposed.number}/confirm/", asker)
    assert numbers(call("GET", "links")) == []
    Match.objects.update(**THANKS_PUBLIC)
    assert numbers(call("GET", "links")) == [proposed.number]
    status, shown = call("GET", f"links/{proposed.number}/")
    assert (status, shown["state"], shown["deliveries"]) == (200, "CONFIRMED", [])
    stranger = people.member()
    assert call("GET", f"proposals/{proposed.number}/", stranger)[0] == 404


def test_a_public_link_hides_the_title_of_an_internal_entry(asker: Actor, giver: Actor) -> None:
    need = market.make_need(by=asker, visibility="INTERNAL", text_internal="内部的")
    match = operations.propose_pair(
        need, market.make_offer(by=giver), by=people.coordinator(), at=timezone.now()
    )
    for by in (asker, giver):
        assert call("POST", f"proposals/{match.number}/accept/", by)[0] == 200
    today = timezone.localdate().isoformat()
    call("POST", f"links/{match.number}/deliveries/", giver, {"quantity": "30", "day": today})
    call("POST", f"links/{match.number}/confirm/", asker)
    Match.objects.update(**THANKS_PUBLIC)
    shown = call("GET", f"links/{match.number}/")[1]
    assert (shown["need"]["title"], shown["resource"]["title"]) == ("", "食堂可以配送老人午餐")


def test_suggestions_are_no_proposals(asker: Actor, giver: Actor) -> None:
    need, offer = market.make_need(by=asker), market.make_offer(by=giver)
    made = operations.propose_pair(need, offer, by=people.coordinator(), at=timezone.now())
    assert numbers(call("GET", "links", asker)) == []
    assert call("GET", f"links/{made.number}/", asker)[0] == 404


def page_of(url: str, by: Actor | None = None) -> int:
    """How the page behind an answer's `url` answers the one who was answered."""
    client = Client()
    if by is not None:
        client.force_login(User.objects.get(pk=by.user_id))
    answer = client.get(url)
    if answer.streaming:
        list(answer)
    return answer.status_code


def test_every_url_of_an_answer_is_a_page(proposed: Match, asker: Actor, giver: Actor) -> None:
    shown = call("GET", f"proposals/{proposed.number}/", asker)[1]
    assert page_of(shown["url"], asker) == 200
    for by in (asker, giver):
        call("POST", f"proposals/{proposed.number}/accept/", by)
    photo = make_file(by=giver)
    operations.record_delivery(
        Match.objects.get(),
        quantity=Decimal(30),
        day=timezone.localdate(),
        by=giver,
        at=timezone.now(),
        files=[photo],
    )
    link = call("GET", f"links/{proposed.number}/", asker)[1]
    files = [one["url"] for delivery in link["deliveries"] for one in delivery["files"]]
    assert len(files) == 1
    assert [page_of(url, asker) for url in (link["url"], *files)] == [200, 200]
    call("POST", f"links/{proposed.number}/confirm/", asker)
    Match.objects.update(**THANKS_PUBLIC)
    assert [page_of(row["url"]) for row in call("GET", "links")[1]["results"]] == [200]
    for entries in ("needs", "resources"):
        rows = call("GET", entries)[1]["results"]
        assert [page_of(row["url"]) for row in rows] == [200] * len(rows), entries
