"""Elasticsearch keeps the same contract, on the real server that the test run starts."""

import os
import uuid
from collections.abc import Iterator

import pytest

from search.gateways import Gateway
from search.gateways.elasticsearch import Account, Address, ElasticsearchGateway
from tests.contracts.search_gateway import SearchGatewayContract

SERVER = os.environ.get("TEST_ELASTICSEARCH_URL", "")


@pytest.fixture(scope="module")
def server() -> Iterator[ElasticsearchGateway]:
    gateway = ElasticsearchGateway(
        Address(
            urls=(SERVER,),
            prefix=f"gongyi-test-{uuid.uuid4().hex[:8]}",
            writer=Account("writer", os.environ["TEST_ELASTICSEARCH_PASSWORD"]),
            ca=os.environ["TEST_ELASTICSEARCH_CA"],
        )
    )
    yield gateway
    gateway.indexes.drop(gateway.indexes.standing().schemas)


@pytest.mark.skipif(not SERVER, reason="no Elasticsearch was started for this run")
class TestElasticsearchGateway(SearchGatewayContract):
    latest_of_equals = False

    @pytest.fixture
    def engine(self, server: ElasticsearchGateway) -> Gateway:
        server.clear()
        return server

    def settle(self, engine: Gateway) -> None:
        assert isinstance(engine, ElasticsearchGateway)
        engine.refresh()
