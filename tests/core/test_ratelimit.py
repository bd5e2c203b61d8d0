from datetime import timedelta

import pytest

from core.models import RateBucket
from core.ratelimit import Rate, spend
from tests.core.cases import NOW
from tests.database import needs_postgresql, together

pytestmark = pytest.mark.django_db

RATE = Rate(burst=3, seconds=30)


def after(seconds: float) -> float:
    return spend("k", RATE, NOW + timedelta(seconds=seconds))


def test_a_bucket_empties_says_how_long_and_fills() -> None:
    assert [after(0), after(0), after(0)] == [0.0, 0.0, 0.0]
    assert after(0) == pytest.approx(10)
    assert after(4) == pytest.approx(6)
    assert after(10) == 0.0
    assert after(10) == pytest.approx(10)
    assert [after(1000) for _n in range(4)] == [0.0, 0.0, 0.0, pytest.approx(10)]


def test_callers_have_buckets_of_their_own() -> None:
    assert [spend(key, Rate(1, 60), NOW) for key in ("a", "b", "a")] == [0.0, 0.0, 60.0]


def test_a_clock_that_comes_late_fills_nothing_twice() -> None:
    assert [after(100), after(100), after(100)] == [0.0, 0.0, 0.0]
    assert after(110) == 0.0
    assert after(95) > 0
    assert after(110) == pytest.approx(10)
    assert RateBucket.objects.get().at == NOW + timedelta(seconds=110)


@pytest.mark.django_db(transaction=True)
@needs_postgresql
def test_in_a_race_no_more_than_the_burst_goes_through() -> None:
    waits = together(*[lambda: after(0)] * 12)
    assert [wait for wait in waits if wait == 0.0] == [0.0, 0.0, 0.0]
    assert all(isinstance(wait, float) for wait in waits)
