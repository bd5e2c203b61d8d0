"""What the tests of search share: a source without the app that owns it, and a small model."""

from collections.abc import Iterator

import pytest

from core import ports
from search.queries import meaning, synonyms
from tests.factories.search import MemorySource, WordVectors


@pytest.fixture(autouse=True)
def _fresh_memory() -> Iterator[None]:
    """What a process remembers of a database never passes from one test to the next."""
    meaning.forget()
    synonyms.forget()
    yield
    meaning.forget()
    synonyms.forget()


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
