"""What tests of the search server beside the embedded index share."""

import os
import socket
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from search import operations
from search.gateways.elasticsearch import ElasticsearchGateway
from search.queries import engines, market
from tests.factories.search import MemorySource, request

SERVER = os.environ.get("TEST_ELASTICSEARCH_URL", "")
needs_server = pytest.mark.skipif(not SERVER, reason="no Elasticsearch was started for this run")


def closed_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"https://127.0.0.1:{probe.getsockname()[1]}"


def use(settings: Any, **changes: Any) -> ElasticsearchGateway:
    """Set the search server as an installation would, with changes."""
    settings.ELASTICSEARCH = {
        "urls": [SERVER],
        "prefix": f"gongyi-{uuid.uuid4().hex[:8]}",
        "user": "writer",
        "password": os.environ["TEST_ELASTICSEARCH_PASSWORD"],
        "ca": os.environ["TEST_ELASTICSEARCH_CA"],
        "shards": 1,
        "replicas": 0,
        "graph": False,
        "readers": {},
        **changes,
    }
    engines.elasticsearch.cache_clear()
    engines.forget()
    gateway = engines.elasticsearch()
    assert gateway is not None
    return gateway


def found(q: str = "", organization_id: int = 0, **more: Any) -> list[int]:
    page = market(request(q, **more), organization_id=organization_id)
    return [hit.id for hit in page.hits]


def put(source: MemorySource, *documents: Any) -> None:
    source.put(*documents)
    operations.index_things(kind="need", ids=sorted({one.id for one in documents}))


def sent(server: ElasticsearchGateway) -> None:
    """Everything is sent, shown, and nobody's own any more."""
    at = timezone.now()
    operations.send(at)
    server.refresh()
    operations.send(at + timedelta(seconds=10))


def built(source: MemorySource, server: ElasticsearchGateway, *documents: Any) -> None:
    put(source, *documents)
    operations.rebuild_engine(at=timezone.now())
    sent(server)
