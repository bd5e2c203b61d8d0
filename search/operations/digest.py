"""Telling people what is new in what they subscribed to: one message a day each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from accounts import queries as account_queries
from accounts.models import User
from core.errors import Invalid
from core.permissions import SYSTEM
from inbox import operations as inbox_operations
from search.models import SavedSearch
from search.operations.saved import mark_seen
from search.queries import due_subscriptions, new_hits, reader_level

NEW_ENTRIES = "search.new_entries"
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class _News:
    """One subscription and how much is new in it."""

    saved: SavedSearch
    total: int
    titles: list[str]


def tell_new_entries(*, at: datetime, url: str) -> int:
    """One message to each person with something new, and remember what they have heard of.

    `url` is the page of a person's subscriptions. Safe to run again: a day tells a person once.
    Returns how many people were told.
    """
    told = 0
    for _user_id, group in groupby(due_subscriptions(at), key=lambda saved: saved.user_id):
        told += _tell(list(group), at, url)
    return told


def _tell(due: list[SavedSearch], at: datetime, url: str) -> int:
    user = due[0].user
    news = _news(user, due, at) if user.is_active else []
    if not news:
        return 0
    with transaction.atomic():
        messages = inbox_operations.tell(
            to=inbox_operations.people([user]),
            code=NEW_ENTRIES,
            figures=_figures(news),
            by=SYSTEM,
            at=at,
            url=url,
            key=f"{NEW_ENTRIES}:{timezone.localdate(at):%Y%m%d}:{user.number}",
        )
        if messages:
            for one in news:
                mark_seen(at=at, saved_id=one.saved.pk)
    return len(messages)


def _news(user: User, due: Iterable[SavedSearch], at: datetime) -> list[_News]:
    """What is new, as this person may read it today."""
    actor = account_queries.build_actor(user, on=timezone.localdate(at))
    level = reader_level(actor)
    found = []
    for saved in due:
        try:
            page = new_hits(saved, level=level, at=at)
        except Invalid:
            # A state that an upgrade no longer reads: it stays in the list, to be deleted there.
            continue
        if page.total:
            titles = [hit.title for hit in page.hits[:MOST_NAMED]]
            found.append(_News(saved, page.total, titles))
    return found


def _figures(news: list[_News]) -> dict[str, object]:
    titles = list(dict.fromkeys(title for one in news for title in one.titles))
    return {
        "searches": [{"label": one.saved.label, "total": one.total} for one in news[:MOST_NAMED]],
        "more": max(0, len(news) - MOST_NAMED),
        "titles": titles[:MOST_NAMED],
    }
