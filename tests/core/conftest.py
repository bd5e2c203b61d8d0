from collections.abc import Iterator

import pytest

from core import jobs


@pytest.fixture
def no_jobs() -> Iterator[None]:
    """A clock without the product's own jobs."""
    declared = dict(jobs._jobs)
    jobs._jobs.clear()
    yield
    jobs._jobs.clear()
    jobs._jobs.update(declared)
