"""Saved searches: a person's subscriptions, and what came since they last heard."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import NotFound
from search.gateways.shapes import RELEVANCE, Hit, SearchPage
from search.models import SavedSearch
from search.queries.market import gateway
from search.queries.synonyms import synonyms_in_force
from search.validators import normalize_state, read_state

DIGEST = timedelta(hours=20)
"""A digest is due once a day; less than 24 hours, so that its hour does not wander."""
MOST_NEW = 20


def saved_searches(user_id: int) -> QuerySet[SavedSearch]:
    """A person's subscriptions, latest first."""
    return SavedSearch.objects.filter(user_id=user_id).order_by("-created_at", "-id")


def saved_like(user_id: int, state: str) -> SavedSearch | None:
    """A person's subscription to this very state, if there is one. Raises Invalid for a state
    that cannot be kept."""
    normalized = normalize_state(state)
    if not user_id:
        return None
    return SavedSearch.objects.filter(user_id=user_id, state=normalized).first()


def own_search(user_id: int, saved_id: int) -> SavedSearch:
    """One of a person's own subscriptions. Raises NotFound for anybody else's."""
    saved = SavedSearch.objects.filter(user_id=user_id, pk=saved_id).first()
    if saved is None:
        raise NotFound(_("没有这个订阅。"))
    return saved


def due_subscriptions(at: datetime) -> QuerySet[SavedSearch]:
    """Subscriptions not paused whose person has not heard of them for a day."""
    return (
        SavedSearch.objects.filter(paused=False, seen_at__lte=at - DIGEST)
        .select_related("user")
        .order_by("user_id", "id")
    )


def new_hits(saved: SavedSearch, *, level: str, at: datetime) -> SearchPage:
    """What matches and was posted after the person last heard, best first where words were typed.

    More strictly than the page, which shows the near beside the asked for: by words and synonyms
    alone, and only what holds a stretch of what was typed (or a synonym of it). At most `MOST_NEW`;
    `more` says that there may be others. `level` is what the person may read now, which may be
    less than when they subscribed. An entry that became visible later than it was posted counts
    from its posting.
    """
    request = read_state(saved.state, level=level, at=at)
    filters = replace(request.filters, posted_since=saved.seen_at)
    news = replace(request, filters=filters, sort=RELEVANCE, size=MOST_NEW, cursor="")
    page = gateway().search(news, synonyms=synonyms_in_force())
    if not request.q:
        return page
    named = tuple(hit for hit in page.hits if _is_named(hit))
    return replace(page, hits=named, total=len(named), more=len(named) == MOST_NEW < page.total)


def _is_named(hit: Hit) -> bool:
    return any(marked for _text, marked in (*hit.marked_title, *hit.snippet))
