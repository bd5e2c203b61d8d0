from collections.abc import Iterator

import pytest

from core import jobs, outbox


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


@pytest.fixture
def no_jobs() -> Iterator[None]:
    """A clock without the product's own jobs."""
    declared = dict(jobs._jobs)
    jobs._jobs.clear()
    yield
    jobs._jobs.clear()
    jobs._jobs.update(declared)
