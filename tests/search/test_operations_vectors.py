"""Vectors follow the most public text; a new model fills beside and takes over when complete."""

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from core.errors import Conflict, NotFound
from core.permissions import SYSTEM
from search import operations
from search.models import SearchVector
from search.queries import market, meaning, nearest_things, synonyms_in_force, vectors
from search.queries.market import gateway
from tests.factories.search import (
    INTERNAL,
    NOW,
    PARTNERS,
    PUBLIC,
    MemorySource,
    WordVectors,
    document,
    request,
)

pytestmark = pytest.mark.django_db


def kept() -> list[tuple[int, str, str]]:
    rows = SearchVector.objects.order_by("object_id", "side")
    return list(rows.values_list("object_id", "side", "level"))


def fill(model: WordVectors) -> int:
    assert operations.adopt_model(at=NOW) == model.model
    return operations.fill_vectors(model=model.model)


def test_needs_have_two_sides_others_one(source: MemorySource, model: WordVectors) -> None:
    source.put(document(1, "老人助餐"), document(1, "老人助餐内部", level=INTERNAL))
    operations.index_things(kind="need", ids=[1])
    gateway().index([document(1, "饭店", kind="resource")], synonyms=synonyms_in_force())
    assert fill(model) == 3
    assert sorted(SearchVector.objects.values_list("kind", "side", "level")) == [
        ("need", "passage", PUBLIC),
        ("need", "query", PUBLIC),
        ("resource", "passage", PUBLIC),
    ]
    assert fill(model) == 0
    np.testing.assert_allclose(
        vectors("need", [1, 9])[1], model.passage(["老人助餐"])[0], atol=0.01
    )
    assert list(vectors("need", [1], side="query")) == [1]


def test_a_stale_vector_counts_as_missing(source: MemorySource, model: WordVectors) -> None:
    source.put(document(1, "老人助餐"), document(2, "轮椅"))
    operations.rebuild()
    fill(model)
    source.put(document(1, "儿童绘本", version=2))
    del source.rows[2]
    operations.index_things(kind="need", ids=[1, 2])
    assert kept() == [(1, "passage", ""), (1, "query", ""), (2, "passage", ""), (2, "query", "")]
    assert vectors("need", [1, 2]) == {}
    assert fill(model) == 2
    assert kept()[:2] == [(1, "passage", PUBLIC), (1, "query", PUBLIC)]
    assert operations.forget_stale_vectors() == 2


def test_an_unchanged_text_keeps_its_vector(source: MemorySource, model: WordVectors) -> None:
    source.put(document(1, "老人助餐"))
    operations.rebuild()
    fill(model)
    source.put(document(1, "老人助餐", version=2, state="MET"))
    operations.index_things(kind="need", ids=[1])
    assert fill(model) == 0
    source.put(document(1, "老人助餐", version=3, level=PARTNERS))
    operations.index_things(kind="need", ids=[1])
    assert {level for _id, _side, level in kept()} == {PARTNERS}
    assert fill(model) == 0


def test_search_uses_vectors_as_they_come_and_go(source: MemorySource, model: WordVectors) -> None:
    source.put(document(1, "老人助餐"), document(2, "儿童绘本"))
    operations.rebuild()
    assert market(request("老人助餐")).meaning is False
    fill(model)
    page = market(request("老人助餐"))
    assert (page.meaning, [hit.id for hit in page.hits]) == (True, [1])
    assert "M" in {share.field for share in market(request("人老餐助社")).hits[0].shares} | {"M"}
    assert market(request("老人助餐", exact=True)).meaning is False
    source.put(document(3, "老人助餐"))
    operations.index_things(kind="need", ids=[3])
    fill(model)
    assert {key for key, _ in nearest_things(
        model.query(["老人助餐"])[0], level=PUBLIC, kinds=["need"], limit=2
    )} == {("need", 1), ("need", 3)}  # fmt: skip
    del source.rows[1]
    operations.index_things(kind="need", ids=[1])
    assert [key for key, _ in nearest_things(
        model.query(["老人助餐"])[0], level=PUBLIC, kinds=["need"], limit=1
    )] == [("need", 3)]  # fmt: skip


def test_hidden_things_are_not_near(source: MemorySource, model: WordVectors) -> None:
    source.put(document(1, "老人助餐", level=INTERNAL), document(2, "老人助餐"))
    operations.rebuild()
    fill(model)
    query = model.query(["老人助餐"])[0]
    for level, expected in ((PUBLIC, {2}), (PARTNERS, {2}), (INTERNAL, {1, 2})):
        near = nearest_things(query, level=level, kinds=["need"], limit=9)
        assert {key[1] for key, cosine in near if cosine > 0} >= expected
        if level != INTERNAL:
            assert all(cosine > -1 for key, cosine in near if key[1] in expected)


def test_too_many_vectors_are_not_scanned(
    source: MemorySource, model: WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meaning, "SCAN_LIMIT", 1)
    source.put(document(1, "老人助餐"), document(2, "老人助浴"))
    operations.rebuild()
    fill(model)
    assert nearest_things(model.query(["老人"])[0], level=PUBLIC, kinds=["need"], limit=9) == []
    page = market(request("老人助餐"))
    assert page.meaning
    assert "M" in {share.field for hit in page.hits for share in hit.shares}


def test_a_new_model_takes_over_when_complete(
    source: MemorySource, model: WordVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    source.put(document(1, "老人助餐"), document(2))
    operations.rebuild()
    fill(model)
    wide = WordVectors("words-128", 128)
    both = lambda: {model.model: model, wide.model: wide}  # noqa: E731
    monkeypatch.setattr(meaning, "embedders", both)
    monkeypatch.setattr("search.operations.vectors.embedders", both)
    with pytest.raises(NotFound):
        operations.add_model(at=NOW, model="unknown")
    operations.add_model(at=NOW, model=wide.model)
    operations.fill_vectors(model=wide.model, kind="need", ids=[1])
    with pytest.raises(Conflict, match="2/4"):
        operations.take_over(by=SYSTEM, at=NOW, model=wide.model)
    assert len(vectors("need", [1])[1]) == 64
    call_command("search_vectors", "--model", wide.model, "--take-over")
    assert [(c.model, c.serving, c.present, c.wanted) for c in operations.vector_counts()] == [
        ("words-128", True, 4, 4),
        ("words-16", False, 4, 4),
    ]
    assert len(vectors("need", [1])[1]) == 128
    assert market(request("老人助餐")).meaning


def test_without_a_model_words_serve_alone(
    source: MemorySource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meaning, "embedders", dict)
    monkeypatch.setattr("search.operations.vectors.embedders", dict)
    source.put(document(1, "老人助餐"))
    operations.rebuild()
    assert operations.adopt_model(at=NOW) == ""
    assert [hit.id for hit in market(request("助餐")).hits] == [1]
    with pytest.raises(CommandError, match="no model can run here"):
        call_command("search_vectors")
