"""The market as a reader sees it, and the words' part of finding candidates."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from core.permissions import Actor
from marketplace.permissions import reading_level
from search.embedded.gateway import EmbeddedGateway
from search.gateways import Gateway, Suggestion
from search.gateways.shapes import Key, SearchPage, SearchRequest
from search.queries.meaning import meaning_of
from search.queries.synonyms import synonyms_in_force
from search.validators import joined_numbers


@cache
def gateway() -> Gateway:
    """The engine that answers."""
    return EmbeddedGateway()


def reader_level(actor: Actor) -> str:
    """The one level that an actor searches: the one at which they read the whole market."""
    return str(reading_level(actor))


def market(request: SearchRequest) -> SearchPage:
    """Answer a request: words, synonyms and, where there are vectors, meaning.

    Asked for the words as written, neither synonyms nor meaning have a say. Later pages carry
    what the first one found out, so they ask no model. A phone number counts as one word, however
    it is written.
    """
    request = replace(request, q=joined_numbers(request.q))
    alone = request.exact or request.cursor
    return gateway().search(
        request,
        synonyms=synonyms_in_force(),
        meaning=None if alone else meaning_of(request.q),
    )


def suggestions(prefix: str, *, level: str, limit: int = 8) -> list[Suggestion]:
    """Titles that hold what was typed so far."""
    return gateway().suggest(joined_numbers(prefix), level=level, limit=limit)


def recall(text: str, *, level: str, kinds: Sequence[str], limit: int) -> list[tuple[Key, float]]:
    """The things whose words are nearest to a whole text, best first, with scores by words."""
    return gateway().recall(
        text, level=level, kinds=kinds, limit=limit, synonyms=synonyms_in_force()
    )
