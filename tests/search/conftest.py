"""What the tests of search share: a source without the app that owns it, and a small model."""

from collections.abc import Iterator
from typing import Any

import pytest

from core import ports
from deploy.dev.processes import Processes
from search.gateways.elasticsearch import ElasticsearchGateway
from search.queries import engines, meaning, synonyms
from tests.factories.search import MemorySource, WordVectors
from tests.search.beside import use
from tests.search.own_server import OwnServer


@pytest.fixture(autouse=True)
def _fresh_memory() -> Iterator[None]:
    """What a process remembers of a database never passes from one test to the next."""
    meaning.forget()
    synonyms.forget()
    yield
    meaning.forget()
    synonyms.forget()
    engines.elasticsearch.cache_clear()
    engines.forget()


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> MemorySource:
    """The only source of documents, of needs."""
    needs = MemorySource()
    monkeypatch.setattr(ports, "_sources", {needs.kind: needs})
    return needs


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> WordVectors:
    """The only model that this installation can run."""
    made = WordVectors()
    monkeypatch.setattr(meaning, "embedders", lambda: {made.model: made})
    monkeypatch.setattr("search.operations.vectors.embedders", lambda: {made.model: made})
    return made


@pytest.fixture
def server(settings: Any) -> Iterator[ElasticsearchGateway]:
    gateway = use(settings)
    yield gateway
    gateway.indexes.drop(gateway.indexes.standing().schemas)


@pytest.fixture(scope="package")
def own() -> Iterator[OwnServer]:
    """A search server of these tests' own, running."""
    with Processes() as processes:
        made = OwnServer(processes)
        made.start()
        yield made
