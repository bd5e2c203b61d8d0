from datetime import UTC, datetime

import pytest

from core.numbers import take_number
from tests.core.cases import NOW
from tests.database import together

pytestmark = pytest.mark.django_db


def test_a_number_is_prefix_year_and_ticket() -> None:
    first, second = take_number("XQ", NOW), take_number("ZY", NOW)
    assert first.startswith("XQ26-")
    assert second.startswith("ZY26-")
    assert int(second[5:]) == int(first[5:]) + 1
    assert len(first) == len("XQ26-000123")


def test_the_year_is_that_of_the_installations_time_zone() -> None:
    assert take_number("XQ", datetime(2026, 12, 31, 15, 59, tzinfo=UTC)).startswith("XQ26-")
    assert take_number("XQ", datetime(2026, 12, 31, 16, 0, tzinfo=UTC)).startswith("XQ27-")


@pytest.mark.django_db(transaction=True)
def test_threads_take_different_numbers() -> None:
    def take() -> list[str]:
        return [take_number("XQ", NOW) for _n in range(20)]

    taken = [number for batch in together(*[take] * 4) for number in batch]
    assert len(taken) == len(set(taken)) == 80
