"""The market as a reader sees it, and the words' part of finding candidates."""

from collections.abc import Sequence
from functools import cache

from accounts.models.role import STAFF_ROLES
from core.permissions import Actor
from search.gateways import Gateway, Suggestion
from search.gateways.embedded import EmbeddedGateway
from search.gateways.shapes import Key, SearchPage, SearchRequest
from search.queries.meaning import meaning_of
from search.queries.synonyms import synonyms_in_force


@cache
def gateway() -> Gateway:
    """The engine that answers."""
    return EmbeddedGateway()


def reader_level(actor: Actor) -> str:
    """The one level that an actor searches.

    Internal for the operator's staff who answer for the whole base; partners for staff of a
    district and for whoever acts for an organization the operator verified; else public.
    """
    staff = [scope for scope in actor.scopes if scope.role in STAFF_ROLES]
    if actor.is_system or any(scope.region == "" for scope in staff):
        return "internal"
    return "partners" if staff or actor.verified else "public"


def market(request: SearchRequest) -> SearchPage:
    """Answer a request: words, synonyms and, where there are vectors, meaning.

    Asked for the words as written, neither synonyms nor meaning have a say. Later pages carry
    what the first one found out, so they ask no model.
    """
    alone = request.exact or request.cursor
    return gateway().search(
        request,
        synonyms=synonyms_in_force(),
        meaning=None if alone else meaning_of(request.q),
    )


def suggestions(prefix: str, *, level: str, limit: int = 8) -> list[Suggestion]:
    """Titles that hold what was typed so far."""
    return gateway().suggest(prefix, level=level, limit=limit)


def recall(text: str, *, level: str, kinds: Sequence[str], limit: int) -> list[tuple[Key, float]]:
    """The things whose words are nearest to a whole text, best first, with scores by words."""
    return gateway().recall(
        text, level=level, kinds=kinds, limit=limit, synonyms=synonyms_in_force()
    )
