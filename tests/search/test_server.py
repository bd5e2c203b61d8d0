"""The search server beside the embedded index: it is fed, built anew, missed and caught up with."""

import os
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from core.models import Delivery
from search import operations
from search.gateways import GatewayError
from search.gateways.elasticsearch import ElasticsearchGateway, writing
from search.gateways.elasticsearch.connection import Breaker
from search.gateways.elasticsearch.documents import DIMENSIONS
from search.gateways.elasticsearch.documents import source as as_written
from search.gateways.elasticsearch.trouble import Away
from search.gateways.shapes import NEWEST, Key, Neighborhood
from search.models import EngineBacklog, EngineState
from search.queries import engines
from tests.factories.search import INTERNAL, MemorySource, document, request
from tests.search.beside import built, closed_port, found, needs_server, put, sent, use

pytestmark = [pytest.mark.django_db, needs_server]


def test_it_serves_once_it_was_built_and_finds_the_same(
    source: MemorySource, server: ElasticsearchGateway
) -> None:
    put(source, document(1, "老人助餐"), document(2, "儿童绘本"))
    assert engines.answering() is engines.embedded()
    operations.rebuild_engine(at=timezone.now())
    sent(server)
    assert engines.answering() is server
    assert found("助餐") == [1]
    assert found(sort=NEWEST) == [1, 2]
    assert list(operations.find_engine_differences()) == []


def test_what_one_wrote_oneself_is_found_at_once(
    source: MemorySource, server: ElasticsearchGateway
) -> None:
    built(source, server, document(1, "老人助餐"))
    put(source, document(2, "老人助浴", organization_id=7))
    assert engines.answering(7) is engines.embedded()
    assert 2 in found("助浴", organization_id=7)
    assert engines.answering(8) is server
    sent(server)
    assert engines.answering(7) is server
    assert 2 in found("助浴", organization_id=8)


def test_a_withdrawn_thing_leaves_and_a_late_version_does_not_come_back(
    source: MemorySource, server: ElasticsearchGateway
) -> None:
    built(source, server, document(1, "老人助餐", version=4), document(2, "老人"))
    del source.rows[1]
    operations.index_things(kind="need", ids=[1])
    sent(server)
    assert found("助餐") == []
    assert server.index([document(1, "老人助餐", version=3)], synonyms=engines_synonyms()) == 0


def engines_synonyms() -> Any:
    from search.queries import synonyms_in_force  # noqa: PLC0415 - a test's tool

    return synonyms_in_force()


def test_building_anew_keeps_the_old_indexes_until_told(
    source: MemorySource, server: ElasticsearchGateway
) -> None:
    built(source, server, document(1, "老人助餐"))
    first = set(server.indexes.standing().serving.values())
    call_command("search_rebuild", "--server")
    assert set(operations.idle_indexes()) == first
    assert found("助餐") == [1]
    call_command("search_rebuild", "--drop-old")
    assert operations.idle_indexes() == []


def test_a_killed_build_goes_on_while_writes_reach_both_indexes(
    source: MemorySource, server: ElasticsearchGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(source, server, document(1, "老人助餐"))
    put(source, *(document(n, f"老人助餐第{n}份") for n in range(2, 9)))
    monkeypatch.setattr("search.operations.engine.BATCH", 2)
    seen: list[int] = []

    def killed(_kind: str, n: int) -> None:
        seen.append(n)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        operations.rebuild_engine(at=timezone.now(), progress=killed)
    put(source, document(1, "换了的标题", version=2))
    sent(server)
    assert found("换了的标题")[0] == 1
    rest: list[int] = []
    operations.rebuild_engine(at=timezone.now(), progress=lambda _kind, n: rest.append(n))
    assert (sum(seen), sum(rest)) == (4, 4)
    sent(server)
    assert list(operations.find_engine_differences()) == []


def test_while_it_is_away_the_embedded_index_answers_and_nothing_is_lost(
    source: MemorySource, server: ElasticsearchGateway, settings: Any
) -> None:
    built(source, server, document(1, "老人助餐"))
    address = dict(settings.ELASTICSEARCH)
    use(settings, **{**address, "urls": [closed_port()]})
    assert found("助餐") == [1]
    put(source, document(2, "老人助餐二"), document(3, "儿童绘本"))
    operations.send(timezone.now())
    state = EngineState.objects.get()
    assert state.away_since is not None
    assert "no search server answers" in state.reason
    assert sorted(found("助餐")) == [1, 2]
    assert EngineBacklog.objects.filter(sent_at=None).count() == 2

    again = use(settings, **address)
    operations.look(timezone.now())
    assert engines.answering() is engines.embedded(), "not before it is caught up with"
    sent(again)
    operations.look(timezone.now())
    assert engines.answering() is again
    assert sorted(found("助餐")) == [1, 2]
    assert not EngineBacklog.objects.filter(sent_at=None).exists()


def test_an_index_that_was_deleted_or_is_of_another_version_is_noticed(
    source: MemorySource, server: ElasticsearchGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(source, server, document(1, "老人助餐"))
    monkeypatch.setattr("search.gateways.elasticsearch.indexes.schema", lambda: "older")
    state = operations.look(timezone.now())
    assert state is not None
    assert "made by another version" in state.reason
    monkeypatch.undo()
    server.indexes.drop([server.indexes.standing().serving["PUBLIC"]])
    assert found("助餐") == [1]
    state = operations.look(timezone.now())
    assert state is not None
    assert "run manage.py search_rebuild" in state.reason


def test_a_server_that_takes_no_writes_counts_as_away(
    source: MemorySource, server: ElasticsearchGateway
) -> None:
    built(source, server, document(1, "老人助餐"))
    names = list(server.indexes.standing().serving.values())
    block = "index.blocks.read_only_allow_delete"
    server.connection.order(lambda es: es.indices.put_settings(index=names, settings={block: True}))
    put(source, document(2, "老人助餐二"))
    operations.send(timezone.now())
    state = EngineState.objects.get()
    assert "disk is nearly full" in state.reason
    server.connection.order(lambda es: es.indices.put_settings(index=names, settings={block: None}))
    sent(server)
    operations.look(timezone.now())
    assert sorted(found("助餐")) == [1, 2]


def test_a_refused_document_stops_nobody(
    source: MemorySource, server: ElasticsearchGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(source, server, document(1, "老人助餐"))

    def spoiled(one: Any, *more: Any) -> dict[str, Any]:
        """A field that the strict mapping does not know, as a faulty version would send it."""
        return as_written(one, *more) | ({"stranger": 1} if one.title == "坏的" else {})

    monkeypatch.setattr(writing, "source", spoiled)
    put(source, document(2, "坏的"), document(3, "好的"))
    sent(server)
    assert found("好的") == [3]
    assert Delivery.objects.filter(event__name="search.refused").count() == 1


def test_each_reader_sees_its_own_index_and_no_other(
    source: MemorySource, server: ElasticsearchGateway, settings: Any
) -> None:
    built(source, server, document(1, "公开的"), document(1, "内部的", level=INTERNAL))
    password = os.environ["TEST_ELASTICSEARCH_PASSWORD"]
    only = use(settings, **{**settings.ELASTICSEARCH, "readers": {"PUBLIC": ("public", password)}})
    alias = only.indexes.alias(INTERNAL)
    with pytest.raises(Away, match=r"roles\.yml"):
        only.connection.ask(lambda es: es.search(index=alias), level="PUBLIC")
    assert found("公开") == [1]
    wrong = use(settings, **{**settings.ELASTICSEARCH, "password": "wrong", "readers": {}})
    with pytest.raises(Away, match="user or the password"):
        wrong.indexes.trouble()
    use(settings, **{**settings.ELASTICSEARCH, "password": password})


def test_a_certificate_of_somebody_else_is_not_accepted(
    source: MemorySource, server: ElasticsearchGateway, settings: Any
) -> None:
    strange = use(settings, **{**settings.ELASTICSEARCH, "ca": ""})
    with pytest.raises(GatewayError, match="certificate"):
        strange.indexes.trouble()


def test_check_finds_and_mends_what_differs(
    source: MemorySource, server: ElasticsearchGateway
) -> None:
    built(source, server, document(1, "老人助餐"), document(2, "儿童绘本"))
    server.remove("need", [1])
    server.index([document(9, "多出来的")], synonyms=engines_synonyms())
    server.refresh()
    assert list(operations.find_engine_differences()) == [("need", 1), ("need", 9)]
    call_command("search_check", "--mend")
    assert list(operations.find_engine_differences()) == []


def test_a_breaker_rests_longer_each_time() -> None:
    now = [0.0]
    breaker = Breaker(clock=lambda: now[0])
    for _failure in range(Breaker.LIMIT):
        assert not breaker.is_open
        breaker.failed()
    assert breaker.is_open
    now[0] += Breaker.FIRST_REST
    assert not breaker.is_open
    breaker.failed()
    now[0] += Breaker.FIRST_REST * 0.9
    assert breaker.is_open
    breaker.answered()
    now[0] += Breaker.LONGEST_REST
    assert not breaker.is_open


class Graphed:
    """A query's meaning where the stored vectors are too many to scan."""

    def __init__(self, vector: list[float]) -> None:
        self.asked = Neighborhood(tuple(vector), near=0.05, least=0.85)

    def cosines(self, keys: Sequence[Key]) -> dict[Key, float]:
        return {}

    def nearest(self, level: str, limit: int) -> Sequence[Key]:
        return []

    def unscanned(self) -> Neighborhood:
        return self.asked


def test_what_is_near_comes_from_the_graph_where_that_is_switched_on(settings: Any) -> None:
    def direction(place: int, lean: float = 0.0) -> list[float]:
        return [1.0 if n == place else lean if n == place + 1 else 0.0 for n in range(DIMENSIONS)]

    meaning = Graphed(direction(0))
    for graph, expected in ((True, [1, 2]), (False, [1])):
        server = use(settings, graph=graph)
        server.clear()
        some = [document(1, "老人助餐"), document(2, "银发食堂"), document(3, "儿童绘本")]
        vectors = {
            ("need", 1): direction(0),
            ("need", 2): direction(0, 0.1),
            ("need", 3): direction(9),
        }
        server.index(some, synonyms=engines_synonyms(), vectors=vectors)
        server.refresh()
        page = server.search(request("助餐"), synonyms=engines_synonyms(), meaning=meaning)
        assert [hit.id for hit in page.hits] == expected
        server.indexes.drop(server.indexes.standing().schemas)
