"""`/api/v1/search/`: what each reader finds, and what is refused."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import operations as account_operations
from accounts.models import ApiScope, Organization
from core import outbox
from core.permissions import Actor
from tests.factories import accounts as people
from tests.factories import marketplace as market

pytestmark = pytest.mark.django_db


def token_of(by: Actor, *scopes: str) -> str:
    _token, secret = account_operations.create_token(
        organization=Organization.objects.get(pk=by.organization_id),
        name="接口",
        scopes=list(scopes),
        by=by,
        at=timezone.now(),
    )
    return secret


def search(query: str, token: str = "") -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = Client().get(f"/api/v1/search{query}", headers=headers)
    return answer.status_code, answer.json()


def found(query: str, token: str = "") -> list[str]:
    status, answer = search(query, token)
    assert status == 200
    return [hit["number"] for hit in answer["results"]]


def test_a_hit_tells_what_the_reader_may_know() -> None:
    need = market.make_need()
    outbox.drain()
    status, answer = search("?q=午餐&kind=need")
    assert status == 200
    assert (answer["total"], answer["at_least"], answer["next"]) == (1, False, None)
    (hit,) = answer["results"]
    assert hit == {
        "kind": "need",
        "number": need.number,
        "title": "高龄老人午餐配送",
        "snippet": hit["snippet"],
        "state": "OPEN",
        "category": "elderly",
        "organization": need.organization.label,
        "verified": True,
        "place": "滨河街道",
        "posted_at": hit["posted_at"],
        "closes_at": hit["closes_at"],
        "level": "PUBLIC",
        "url": f"/needs/{need.number}/",
    }
    assert "午餐" in hit["snippet"]
    assert Client().get(hit["url"]).status_code == 200


def test_with_and_without_the_last_slash_and_without_words() -> None:
    market.make_need()
    outbox.drain()
    assert len(found("/")) == len(found("")) == 1


def test_a_token_searches_at_its_organizations_level_only_with_the_scope() -> None:
    hidden = market.make_need(visibility="PARTNERS", text_partners="轮椅要折叠的")
    outbox.drain()
    by = people.member()
    assert found("?q=轮椅") == []
    assert found("?q=轮椅", token_of(by, ApiScope.NEEDS_WRITE)) == []
    assert found("?q=轮椅", token_of(by, ApiScope.SEARCH_READ)) == [hidden.number]
    unverified = people.member(people.make_organization(verified=False))
    assert found("?q=轮椅", token_of(unverified, ApiScope.SEARCH_READ)) == []


def test_filters_and_pages() -> None:
    regions = people.make_region_tree()
    near = market.make_need(region=regions["春晓社区"])
    far = market.make_need(region=regions["学院街道"], category=market.category("legal"))
    offer = market.make_offer()
    outbox.drain()
    assert found("?region=999901001&kind=need") == [near.number]
    assert found("?category=legal") == [far.number]
    assert found("?kind=resource") == [offer.number]
    first = search("?page_size=2")[1]
    address = first["next"]
    assert address.startswith("http://testserver/api/v1/search?")
    second = found("?" + address.partition("?")[2])
    shown = [hit["number"] for hit in first["results"]]
    assert sorted([*shown, *second]) == sorted([near.number, far.number, offer.number])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?kind=person", "kind"),
        ("?region=nowhere", "region"),
        ("?region=%00", "region"),
        ("?sort=luck", "sort"),
        ("?closing=-1", "closing"),
        ("?page_size=0", "page_size"),
        ("?page_size=" + "9" * 50, "page_size"),
        ("?page_size=１", "page_size"),
        ("?cursor=nonsense", "cursor"),
        ("?" + "category=a&" * 1000, "category"),
        ("?colour=red", "colour"),
        ("?page_size=abc", "page_size"),
        ("?q=%00", "q"),
        ("?q=%E2%80%AE", "q"),
        ("?q=" + "a" * 3000, "q"),
        ("?state=zzz", "state"),
        ("?exact=yes", "exact"),
    ],
)
def test_bad_parameters_are_named(query: str, field: str) -> None:
    status, answer = search(query)
    assert (status, answer["errors"][0]["field"]) == (422, field)


@pytest.mark.parametrize("q", ["𠮷", "%FF%FE", "a" * 500, "'\"--", "-1"])
def test_odd_words_find_nothing_and_break_nothing(q: str) -> None:
    assert search(f"?q={q}")[0] == 200
