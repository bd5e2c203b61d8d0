"""The market as a reader sees it, and the words' part of finding candidates."""

from collections.abc import Sequence

from core.permissions import Actor
from marketplace.permissions import reading_level
from search.gateways import Gateway, Suggestion
from search.gateways.shapes import Key, SearchPage, SearchRequest
from search.queries import engines
from search.queries.meaning import meaning_of
from search.queries.synonyms import synonyms_in_force


def gateway() -> Gateway:
    """The embedded engine, which everything is written to first."""
    return engines.embedded()


def reader_level(actor: Actor) -> str:
    """The one level that an actor searches: the one at which they read the whole market."""
    return str(reading_level(actor))


def market(request: SearchRequest, *, organization_id: int = 0) -> SearchPage:
    """Answer a request: words, synonyms and, where there are vectors, meaning.

    Asked for the words as written, neither synonyms nor meaning have a say. Later pages carry
    what the first one found out, so they ask no model, and come from the engine that gave it.
    `organization_id` is the reader's: what it has just written is found at once.
    """
    alone = request.exact or request.cursor
    synonyms, meaning = synonyms_in_force(), None if alone else meaning_of(request.q)
    if request.cursor:
        return _of(request.cursor).search(request, synonyms=synonyms)
    return engines.ask(
        lambda engine: engine.search(request, synonyms=synonyms, meaning=meaning), organization_id
    )


def _of(cursor: str) -> Gateway:
    """The engine whose page this cursor goes on from."""
    server = engines.elasticsearch()
    return server if server is not None and server.owns(cursor) else engines.embedded()


def suggestions(prefix: str, *, level: str, limit: int = 8) -> list[Suggestion]:
    """Titles that hold what was typed so far."""
    return engines.ask(lambda engine: engine.suggest(prefix, level=level, limit=limit))


def recall(text: str, *, level: str, kinds: Sequence[str], limit: int) -> list[tuple[Key, float]]:
    """The things whose words are nearest to a whole text, best first, with scores by words."""
    synonyms = synonyms_in_force()
    return engines.ask(
        lambda engine: engine.recall(text, level=level, kinds=kinds, limit=limit, synonyms=synonyms)
    )
