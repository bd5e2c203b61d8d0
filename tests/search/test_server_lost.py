"""A search server that is killed under load, filled up or turned red costs nobody a search, a row
or an error page; it is caught up with by itself.
"""

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from search import operations
from search.models import EngineBacklog, EngineState
from search.queries import engines
from tests.database import ROOT, environment
from tests.factories.accounts import coordinator, make_organization, make_region_tree
from tests.factories.marketplace import make_need
from tests.factories.search import MemorySource, document
from tests.search.beside import built, found, needs_server, put, sent, use
from tests.search.load import SHAPE, Load, until
from tests.search.own_server import OwnServer

pytestmark = [needs_server, pytest.mark.timeout(400)]


@contextmanager
def worker(**variables: str) -> Iterator[None]:
    """`manage.py work` beside the test, as an installation runs it."""
    child = subprocess.Popen(
        [sys.executable, "manage.py", "work", "--poll", "0.2"],
        cwd=ROOT,
        env=environment("tests.settings", **variables),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        child.terminate()
        child.wait(timeout=30)


def is_away() -> bool:
    return EngineState.objects.filter(away_since__isnull=False).exists()


@pytest.mark.django_db(transaction=True)
def test_killed_under_load_and_back_nothing_is_lost(own: OwnServer, settings: Any) -> None:
    address = own.address()
    server = use(settings, **address)
    make_region_tree()
    organization, staff = make_organization(), coordinator()
    for n in range(3):
        make_need(title=f"老人助餐早就有的第{n}份", organization=organization)
    call_command("search_rebuild", "--server", stdout=io.StringIO())
    load = Load(organization, User.objects.get(pk=staff.user_id))
    with worker(**own.environment(address)), load:
        load.more(4, written=True)
        until(lambda: engines.answering() is server, errors=load.errors)
        load.more(6)
        own.node.kill()
        load.more(8)
        until(is_away, errors=load.errors)
        away_from = len(load.answers)
        load.more(8, written=True)
        load.more(8)
        assert EngineBacklog.objects.filter(sent_at=None).exists()
        away_until = len(load.answers)
        own.start()
        until(lambda: not is_away(), errors=load.errors)
        load.more(4, written=True)
        load.stop()
        until(lambda: not EngineBacklog.objects.filter(sent_at=None).exists())
    assert load.errors == []
    assert {one.status for one in load.answers} == {200}
    assert {one.keys for one in load.answers} == {frozenset(SHAPE)}
    assert any(one.banner for one in load.answers[away_from:away_until])
    assert not any(one.banner for one in load.answers[:6])
    server.refresh()
    call_command("search_check", stdout=io.StringIO())
    assert server.count()["PUBLIC"] == 3 + len(load.written)
    engines.forget()
    server.connection.breaker.answered()
    assert engines.answering() is server
    server.indexes.drop(server.indexes.standing().schemas)


@pytest.mark.django_db
def test_a_full_disk_stops_writes_and_opens_by_itself(
    own: OwnServer, source: MemorySource, settings: Any
) -> None:
    """The server's own flood stage: the disk is declared full, and empty again."""
    server = use(settings, **own.address())
    built(source, server, document(1, "老人助餐"))
    mark = "cluster.routing.allocation.disk.watermark"
    full = {f"{mark}.low": "1%", f"{mark}.high": "1%", f"{mark}.flood_stage": "1%"}
    with own.operator() as operator:
        operator.cluster.put_settings(persistent=full)
        until(lambda: "disk is nearly full" in server.indexes.trouble())
        put(source, document(2, "老人助餐二"))
        operations.send(timezone.now())
        assert "disk is nearly full" in EngineState.objects.get().reason
        assert sorted(found("助餐")) == [1, 2]
        assert EngineBacklog.objects.filter(sent_at=None).count() == 1
        operator.cluster.put_settings(persistent=dict.fromkeys(full))
        until(lambda: server.indexes.trouble() == "")
    operations.look(timezone.now())
    sent(server)
    operations.look(timezone.now())
    assert engines.answering() is server
    assert list(operations.find_engine_differences()) == []
    server.indexes.drop(server.indexes.standing().schemas)


@pytest.mark.django_db
def test_a_red_cluster_counts_as_away(own: OwnServer, source: MemorySource, settings: Any) -> None:
    server = use(settings, **own.address())
    built(source, server, document(1, "老人助餐"))
    nowhere = {"index.routing.allocation.require._name": "nobody", "number_of_replicas": 0}
    with own.operator() as operator:
        operator.indices.create(index="homeless", settings=nowhere, wait_for_active_shards=0)
        state = operations.look(timezone.now())
        assert state is not None
        assert "red" in state.reason
        assert "look at its nodes" in state.reason
        assert engines.answering() is engines.embedded()
        assert found("助餐") == [1]
        operator.indices.delete(index="homeless")
    operations.look(timezone.now())
    assert engines.answering() is server
    server.indexes.drop(server.indexes.standing().schemas)
