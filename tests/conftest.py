"""What holds for every test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django import DjangoDbBlocker

from core import outbox
from core.triggers import lifted
from search.embedded.token_index import token_index

DATABASE_FIXTURES = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "django_db_setup",
    "live_server",
}


def pytest_configure() -> None:
    # WhiteNoise warns where the folder of collected files is missing.
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def pytest_unconfigure() -> None:
    if settings.OWNS_TEST_VAR:
        shutil.rmtree(settings.TEST_VAR, ignore_errors=True)


def needs_database(item: pytest.Item) -> bool:
    """Whether a test can meet a database: by its marker, its fixtures or its class."""
    if item.get_closest_marker("django_db") is not None:
        return True
    if not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ())):
        return True
    owner = getattr(item, "cls", None)
    return isinstance(owner, type) and issubclass(owner, TransactionTestCase)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks `once` what PostgreSQL's turn need not repeat.

    First of all hooks, because pytest deselects by marker in the same one.
    """
    for item in items:
        if not needs_database(item):
            item.add_marker(pytest.mark.once)


@pytest.fixture
def handlers() -> Iterator[None]:
    """Whatever a test registers is gone after it."""
    events = {name: list(found) for name, found in outbox._by_event.items()}
    names = dict(outbox._by_name)
    yield
    outbox._by_event.clear()
    outbox._by_event.update(events)
    outbox._by_name.clear()
    outbox._by_name.update(names)


@pytest.fixture(autouse=True)
def _fresh_process() -> Iterator[None]:
    """Counts of rate limits and the like never pass from one test to the next, nor does the
    language that a page was last answered in."""
    cache.clear()
    translation.activate(settings.LANGUAGE_CODE)
    yield
    cache.clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """After a test that really commits, the database is emptied and holds again what the
    migrations put there. Append-only tables let themselves be emptied for that moment only."""
    with django_db_blocker.unblock():
        first_rows = connection.creation.serialize_db_to_string()

    def empty(test: TransactionTestCase) -> None:
        with lifted():
            call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
            token_index().clear()  # no model describes it, so flush passes it by
        connection.creation.deserialize_db_from_string(first_rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield
