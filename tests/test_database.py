"""The tests' own database: emptied after a commit, with the first rows of the migrations."""

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from core import triggers
from core.models import AuditEvent
from marketplace.models import Unit


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_each_committing_test_starts_from_the_same_rows(turn: int) -> None:
    assert Session.objects.count() == 0
    assert Unit.objects.count() > 0
    Session.objects.create(session_key=f"turn {turn}", expire_date=timezone.now())
    Unit.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_what_is_append_only_is_emptied_too() -> None:
    """By itself this only writes; the next test finds nothing of it."""
    AuditEvent.objects.create(at=timezone.now(), act="test", channel="test", subject_kind="test")


@pytest.mark.django_db(transaction=True)
def test_append_only_holds_between_the_moments_of_emptying() -> None:
    assert AuditEvent.objects.count() == 0
    assert triggers.missing() == []
