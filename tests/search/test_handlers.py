"""News becomes index: at once in the request, meaning and the rest by the worker."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core import outbox
from core.models import Delivery
from core.permissions import SYSTEM, Actor, RoleScope
from core.ports import Subject
from search.embedding import EmbeddingError
from search.models import SearchEntry, SearchVector
from search.queries import market, reader_level, suggestions
from tests.factories.search import NOW, MemorySource, WordVectors, document, request

pytestmark = pytest.mark.django_db

Capture = Callable[..., AbstractContextManager[list[Callable[[], None]]]]


def tell(event: str, object_id: int = 1) -> None:
    with transaction.atomic():
        outbox.publish(event, Subject("need", "XQ26-000001", object_id, 1), by=SYSTEM, at=NOW)


def found(q: str = "助餐") -> list[int]:
    return [hit.id for hit in market(request(q)).hits]


def test_a_posted_row_is_findable_right_after_commit(
    source: MemorySource, model: WordVectors, django_capture_on_commit_callbacks: Capture
) -> None:
    source.put(document(1, "老人助餐"))
    with django_capture_on_commit_callbacks(execute=True):
        tell("need.posted")
        assert found() == []
    assert found() == [1]
    assert SearchVector.objects.count() == 0
    outbox.drain(NOW)
    assert SearchVector.objects.count() == 2
    source.rows.clear()
    with django_capture_on_commit_callbacks(execute=True):
        tell("need.closed")
    assert found() == []
    outbox.drain(NOW)
    assert set(Delivery.objects.values_list("status", flat=True)) == {Delivery.State.DONE}


def test_the_same_news_twice_changes_nothing(source: MemorySource, model: WordVectors) -> None:
    source.put(document(1, "老人助餐"))
    tell("need.posted")
    tell("need.posted")
    outbox.drain(NOW)
    assert (SearchEntry.objects.count(), SearchVector.objects.count()) == (1, 2)


def test_a_renamed_organization_is_written_again(source: MemorySource, model: WordVectors) -> None:
    source.put(document(1), document(2, organization_id=8))
    tell("need.posted", 1)
    tell("need.posted", 2)
    outbox.drain(NOW)
    source.put(document(1, verified=True), document(2, organization_id=8, verified=True))
    outbox.publish("organization.verified", Subject("organization", "Z", 7), by=SYSTEM, at=NOW)
    outbox.drain(NOW)
    rows = SearchEntry.objects.order_by("object_id").values_list("object_id", "verified")
    assert list(rows) == [(1, True), (2, False)]


@pytest.mark.parametrize(("permanent", "status"), [(True, "DONE"), (False, "WAITING")])
def test_a_model_that_fails_keeps_nobody_from_searching(
    source: MemorySource,
    model: WordVectors,
    monkeypatch: pytest.MonkeyPatch,
    permanent: bool,
    status: str,
) -> None:
    def fail(_side: str, _texts: object) -> None:
        raise EmbeddingError("away", permanent=permanent)

    monkeypatch.setattr(model, "_rows", fail)
    source.put(document(1, "老人助餐"))
    tell("need.posted")
    outbox.drain(NOW)
    assert found() == [1]
    waiting = Delivery.objects.get(handler__contains="make_vectors")
    assert waiting.status == Delivery.State[status]


@pytest.mark.parametrize(
    ("actor", "level"),
    [
        (Actor(), "PUBLIC"),
        (Actor(user_id=1, organization_id=2), "PUBLIC"),
        (Actor(user_id=1, organization_id=2, verified=True), "PARTNERS"),
        (Actor(user_id=1, scopes=(RoleScope("COORDINATOR", "44/"),)), "PARTNERS"),
        (Actor(user_id=1, scopes=(RoleScope("AUDITOR"),)), "INTERNAL"),
    ],
)
def test_a_reader_has_one_level(actor: Actor, level: str) -> None:
    assert reader_level(actor) == level


@pytest.mark.parametrize(("q", "queries"), [("", 4), ("助餐", 11)])
def test_a_page_costs_the_same_queries_for_one_row_and_three(
    source: MemorySource, model: WordVectors, q: str, queries: int
) -> None:
    counts = []
    for rows in (1, 3):
        source.put(*(document(n, "老人助餐", facets={"group": ("a",)}) for n in range(1, rows + 1)))
        for n in range(1, rows + 1):
            tell("need.posted", n)
        outbox.drain(NOW)
        market(request(q))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert len(market(request(q)).hits) == rows
        counts.append(len(captured))
    assert counts == [counts[0], counts[0]]
    assert counts[0] == queries


def test_suggestions(source: MemorySource) -> None:
    source.put(document(1, "老人助餐"))
    tell("need.posted")
    outbox.drain(NOW)
    assert [s.title for s in suggestions("老人", level="PUBLIC")] == ["老人助餐"]
