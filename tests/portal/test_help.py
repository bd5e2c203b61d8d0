"""Help: every topic opens, is found by its words, and stands at the foot of the pages it explains."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import get_resolver
from rest_framework import exceptions

from core.errors import DomainError
from portal import queries
from portal.topics import PROBLEMS, TOPICS

pytestmark = pytest.mark.django_db


def read(address: str) -> BeautifulSoup:
    answer = Client().get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


@pytest.mark.parametrize("slug", TOPICS)
def test_each_topic_opens_with_its_text(slug: str) -> None:
    page: Any = read(f"/help/{slug}/")
    assert page.h1.get_text() == str(TOPICS[slug].title)
    assert len(page.select_one(".prose").get_text().strip()) > 80


def test_the_contents_name_every_topic_once() -> None:
    links = [a["href"] for a in read("/help/").select(".topics a")]
    assert links == [f"/help/{slug}/" for slug in TOPICS]


def test_search_finds_words_of_the_text_and_says_when_there_are_none() -> None:
    found = queries.find_topics("一次性登录码 邮箱")
    assert [topic.slug for topic in found] == ["start", "sign-in", "people"]
    assert queries.find_topics("EXCEL")[0].slug == "import"
    nothing = read("/help/?q=没有这个词")
    assert "帮助里没有找到。" in nothing.get_text()
    assert len(nothing.select(".topics a")) == len(TOPICS)


def test_unknown_topics_are_not_found() -> None:
    assert Client().get("/help/nothing/").status_code == 404
    assert Client().get("/help/errors/nothing/").status_code == 404


def _url_names() -> set[str]:
    found: set[str] = set()

    def walk(resolver: object, prefix: str = "") -> None:
        for one in resolver.url_patterns:  # type: ignore[attr-defined]
            if hasattr(one, "url_patterns"):
                name = f"{one.namespace}:" if one.namespace else ""
                walk(one, prefix + name)
            elif one.name:
                found.add(prefix + one.name)

    walk(get_resolver())
    return found


def test_topics_name_pages_that_exist() -> None:
    named = {page for topic in TOPICS.values() for page in topic.pages}
    assert named - _url_names() == set()


def test_a_page_offers_its_topic_at_the_foot() -> None:
    foot: Any = read("/sign-in/").select_one(".foot")
    assert foot.a["href"] == "/help/sign-in/"


def _codes(kind: type) -> set[str]:
    return {kind.code} | {code for one in kind.__subclasses__() for code in _codes(one)}  # type: ignore[attr-defined]


def test_every_refusal_of_the_api_has_its_page() -> None:
    ours = _codes(DomainError) - {"backup-refused", "copy-refused", "database-refused"}
    theirs = {
        str(one.default_code).replace("_", "-")
        for one in vars(exceptions).values()
        if isinstance(one, type) and issubclass(one, exceptions.APIException)
    }
    assert (ours | theirs) - set(PROBLEMS) == set()
    for code in PROBLEMS:
        assert code in read(f"/help/errors/{code}/").get_text()
