"""A market too large for a process that serves pages: the worker looks for candidates, and typing
compares what the words find."""

from typing import Any

import pytest
from django.utils import timezone

from core import outbox
from core.models import Delivery
from marketplace.models import Level
from matching import queries
from matching.models import Match
from matching.queries import corpus
from matching.queries.items import need_item, offer_item
from search import operations as search
from tests.factories import accounts as make
from tests.factories.marketplace import category, make_need, make_offer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Large from two open entries on."""
    corpus.forget()
    monkeypatch.setattr(corpus, "LARGE", 2)
    yield
    corpus.forget()


def test_it_is_large_by_both_sides_together() -> None:
    make_need()
    assert corpus.is_small()
    make_offer()
    assert corpus.is_large()


def test_a_page_leaves_candidates_to_the_worker(
    django_capture_on_commit_callbacks: Any,
) -> None:
    make_offer()
    make_offer()
    outbox.drain()
    corpus.forget()
    with django_capture_on_commit_callbacks(execute=True):
        need = make_need()
    waiting = Delivery.objects.filter(
        handler__contains="suggest_for_new_need", event__subject_id=need.pk
    )
    assert [row.status for row in waiting] == [Delivery.State.WAITING]
    assert not Match.objects.filter(need=need).exists()
    assert corpus._corpus is None
    outbox.drain()
    assert Match.objects.filter(need=need).count() == 2


def test_a_small_market_has_them_at_once(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(corpus, "LARGE", 100)
    make_offer()
    outbox.drain()
    with django_capture_on_commit_callbacks(execute=True):
        need = make_need()
    assert Match.objects.filter(need=need).count() == 1


@pytest.mark.parametrize("side", ["need", "resource"])
def test_typing_finds_the_same_as_with_the_whole_market(
    side: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for title in ("老人午餐配送", "食堂做老人午餐", "法律咨询"):
        kind = category("legal") if title == "法律咨询" else category()
        make_need(title=title, text_public=f"{title}，每天都要。", category=kind)
        make_offer(title=title, text_public=f"{title}，每天都有。", category=kind)
    search.rebuild()
    actor, at = make.member(), timezone.now()
    if side == "need":
        item = need_item(make_need(title="高龄老人的午餐"), key="typing")
    else:
        item = offer_item(make_offer(title="高龄老人的午餐"), key="typing")

    def found() -> list[str]:
        some = queries.candidates_while_typing(item, side, actor, at)
        return [one.entry.number for one in some]

    by_words = found()
    assert corpus._corpus is None
    monkeypatch.setattr(corpus, "LARGE", 100)
    assert by_words
    assert by_words == found()


def test_typing_shows_only_what_the_person_could_find() -> None:
    hidden = make_offer(visibility=Level.INTERNAL)
    open_to_all = make_offer()
    search.rebuild()
    item = need_item(make_need(), key="typing")
    some = queries.candidates_while_typing(item, "need", make.stranger(), timezone.now())
    numbers = [one.entry.number for one in some]
    assert numbers == [open_to_all.number]
    assert hidden.number not in numbers
