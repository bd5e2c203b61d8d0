"""Subscriptions: one per state, the owner's alone, told only of what is new."""

from datetime import timedelta

import pytest

from core.errors import Invalid, NotAllowed, NotFound
from core.permissions import NOBODY, Actor
from search import operations
from search.models import SavedSearch
from search.queries import due_subscriptions, new_hits, saved_searches
from tests.factories.accounts import make_user
from tests.factories.search import INTERNAL, NOW, PUBLIC, MemorySource, document

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def person() -> Actor:
    return Actor(user_id=make_user("王芳").pk, name="王芳")


def test_the_same_state_is_one_subscription(person: Actor) -> None:
    first = operations.save_search(
        by=person, at=NOW, state="?q=助餐&kind=need&cursor=x", label="助餐"
    )
    again = operations.save_search(by=person, at=NOW, state="kind=need&q=助餐&page=2", label="别名")
    assert first == again
    assert (first.state, first.label) == ("kind=need&q=%E5%8A%A9%E9%A4%90", "助餐")
    assert list(saved_searches(person.user_id)) == [first]


def test_only_new_entries_are_told(person: Actor, source: MemorySource) -> None:
    saved = operations.save_search(by=person, at=NOW, state="q=助餐&category=elderly", label="助餐")
    source.put(
        document(1, "老人助餐", posted_at=NOW - DAY),
        document(2, "助餐点", posted_at=NOW + DAY / 2),
        document(3, "助餐员", posted_at=NOW + DAY / 3),
        document(4, "助餐车", category="disabled", posted_at=NOW + DAY / 2),
        document(5, "助餐", level=INTERNAL, posted_at=NOW + DAY / 2),
    )
    operations.rebuild()
    later = NOW + DAY
    assert list(due_subscriptions(NOW)) == []
    assert list(due_subscriptions(later)) == [saved]
    page = new_hits(saved, level=PUBLIC, at=later)
    assert ([hit.id for hit in page.hits], page.total) == ([3, 2], 2)
    operations.mark_seen(at=later, saved_id=saved.pk)
    operations.mark_seen(at=NOW, saved_id=saved.pk)
    saved.refresh_from_db()
    assert saved.seen_at == later
    assert new_hits(saved, level=PUBLIC, at=later).total == 0
    assert list(due_subscriptions(later)) == []


def test_paused_ones_are_silent_and_resume_from_now(person: Actor) -> None:
    saved = operations.save_search(by=person, at=NOW, state="q=助餐", label="助餐")
    operations.pause_search(by=person, at=NOW, saved_id=saved.pk, paused=True)
    assert list(due_subscriptions(NOW + 9 * DAY)) == []
    back = operations.pause_search(by=person, at=NOW + 9 * DAY, saved_id=saved.pk, paused=False)
    assert (back.paused, back.seen_at) == (False, NOW + 9 * DAY)
    operations.delete_search(by=person, at=NOW, saved_id=saved.pk)
    assert SavedSearch.objects.count() == 0
    with pytest.raises(NotFound):
        operations.delete_search(by=person, at=NOW, saved_id=saved.pk)


def test_strangers_may_not(person: Actor) -> None:
    saved = operations.save_search(by=person, at=NOW, state="q=助餐", label="助餐")
    stranger = Actor(user_id=make_user("李强").pk)
    for by in (stranger, NOBODY):
        with pytest.raises(NotAllowed):
            operations.pause_search(by=by, at=NOW, saved_id=saved.pk, paused=True)
        with pytest.raises(NotAllowed):
            operations.delete_search(by=by, at=NOW, saved_id=saved.pk)
    with pytest.raises(NotAllowed):
        operations.save_search(by=NOBODY, at=NOW, state="q=助餐", label="助餐")


@pytest.mark.parametrize(
    ("state", "label", "field"),
    [("q=a", " ", "label"), ("q=a", "长" * 121, "label"), ("sort=odd", "x", "sort"),
     ("org=x", "x", "org"), ("&".join(f"kind={n}" for n in range(21)), "x", "kind"),
     ("q=" + "餐" * 200, "x", ""), ("q=" + "a" * 13_000, "x", "")],
)  # fmt: skip
def test_odd_subscriptions_are_refused(person: Actor, state: str, label: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        operations.save_search(by=person, at=NOW, state=state, label=label)
    assert list(refusal.value.fields) == [field]
    assert SavedSearch.objects.count() == 0


def test_there_is_a_limit(person: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.operations.saved.MOST_SAVED", 1)
    operations.save_search(by=person, at=NOW, state="q=a", label="a")
    operations.save_search(by=person, at=NOW, state="q=a", label="a")
    with pytest.raises(Invalid):
        operations.save_search(by=person, at=NOW, state="q=b", label="b")
