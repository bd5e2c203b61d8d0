"""Search engines behind one interface; the contract tests in `tests/contracts` hold for each.

Engines never meet a person: which level is read, which synonyms are in force and what a query
means is decided in `search.queries` and handed in.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from core.ports import SearchDocument
from search.analysis.synonyms import SynonymTable
from search.gateways.shapes import Key, Meaning, SearchPage, SearchRequest


class GatewayError(Exception):
    """The engine gave no answer. Permanent: asking again will not help.

    The message names the cause and the cure for whoever runs the installation; no query text and
    no personal data stand in it.
    """

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that an engine will never take, and why."""

    key: Key
    reason: str


class DocumentsRefused(GatewayError):
    """Some documents were refused for good; all others of the call are written."""

    def __init__(self, refused: Sequence[Refused]) -> None:
        super().__init__("; ".join(f"{one.key}: {one.reason}" for one in refused), permanent=True)
        self.refused = tuple(refused)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A title that holds what was typed so far."""

    title: str
    kind: str
    number: str
    url: str


@dataclass(frozen=True, slots=True)
class Held:
    """What an engine holds of one entry: enough to see whether it must be written again."""

    key: Key
    level: str
    version: int
    analyzer: str
    synonyms: str
    checksum: str


def by_thing(held: Sequence[Held]) -> Iterator[tuple[Key, list[Held]]]:
    """Group a batch of `held` by the thing."""
    for key, group in groupby(held, key=lambda one: one.key):
        yield key, list(group)


class Gateway(Protocol):
    """One search engine. Errors are `GatewayError`."""

    name: str

    def index(self, documents: Iterable[SearchDocument], *, synonyms: SynonymTable) -> int:
        """Hold exactly these documents of the things they belong to; see `core.ports`.

        A thing's documents come together; a level that is missing is removed. A thing that is
        held in a higher version is left alone, so late and repeated messages do no harm.
        Returns how many documents were written.
        """

    def remove(self, kind: str, ids: Sequence[int]) -> int:
        """Forget things at every level; returns how many documents were there."""

    def search(
        self, request: SearchRequest, *, synonyms: SynonymTable, meaning: Meaning | None = None
    ) -> SearchPage:
        """Answer one question. Raises core's Invalid at `cursor` for a broken one."""

    def recall(
        self, text: str, *, level: str, kinds: Sequence[str], limit: int, synonyms: SynonymTable
    ) -> list[tuple[Key, float]]:
        """The things nearest to a whole text by words alone, best first, with their scores."""

    def suggest(self, prefix: str, *, level: str, limit: int) -> list[Suggestion]:
        """Titles that hold what was typed so far, latest first, each title once."""

    def held(self, kind: str) -> Iterator[list[Held]]:
        """Everything held of a kind, in batches of whole things by ascending id."""

    def clear(self) -> None:
        """Forget everything."""

    def faults(self) -> list[str]:
        """What the engine itself finds wrong with its index; empty when it is sound."""
