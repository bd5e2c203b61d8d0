from collections.abc import Iterator

import pytest

from core import options
from core.errors import Conflict, Invalid, NotFound
from core.models import AuditEvent, OptionValue
from core.options import Option, set_option
from tests.core.cases import COORDINATOR, NOW
from tests.database import needs_postgresql, together

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    before = dict(options._options)
    options._options.clear()
    yield
    options._options.clear()
    options._options.update(before)


def days() -> Option[int]:
    return options.declare(Option("x.days", 5, "天数", low=1, high=30))


def test_an_option_has_its_default_until_it_is_changed() -> None:
    option = days()
    assert option.get() == 5
    assert set_option("x.days", 9, by=COORDINATOR, at=NOW) is True
    assert option.get() == 9
    assert options.values() == {"x.days": 9}
    event = AuditEvent.objects.get()
    assert (event.act, event.subject_kind, event.subject_number) == (
        "option.set",
        "option",
        "x.days",
    )
    assert (event.before, event.after) == ({"x.days": 5}, {"x.days": 9})


def test_the_same_value_again_is_no_act() -> None:
    days()
    assert set_option("x.days", 5, by=COORDINATOR, at=NOW) is False
    assert not OptionValue.objects.exists()
    assert not AuditEvent.objects.exists()


BAD = [
    (Option("x", 5, "数"), True),
    (Option("x", 5, "数"), "5"),
    (Option("x", 5, "数"), 5.0),
    (Option("x", 5, "数"), None),
    (Option("x", 5, "数", low=1), 0),
    (Option("x", 5, "数", high=9), 10),
    (Option("x", True, "开"), 1),
    (Option("x", "a", "字"), 1),
    (Option("x", "a", "字", longest=3), "abcd"),
    (Option("x", "a", "字"), "a\0"),
    (Option("x", "a", "选", choices=(("a", "甲"), ("b", "乙"))), "c"),
]


@pytest.mark.parametrize(("option", "value"), BAD)
def test_a_value_of_another_kind_is_refused(option: options.AnyOption, value: object) -> None:
    options._options[option.key] = option
    with pytest.raises(Invalid) as caught:
        set_option("x", value, by=COORDINATOR, at=NOW)
    assert list(caught.value.fields) == ["x"]
    assert not OptionValue.objects.exists()


def test_an_option_nobody_declared_is_not_found() -> None:
    with pytest.raises(NotFound):
        set_option("x.nothing", 1, by=COORDINATOR, at=NOW)


def test_a_value_seen_before_another_person_changed_it_is_a_conflict() -> None:
    days()
    set_option("x.days", 7, by=COORDINATOR, at=NOW)
    with pytest.raises(Conflict, match="别人已经改过“天数”"):
        set_option("x.days", 9, by=COORDINATOR, at=NOW, seen=5)
    assert set_option("x.days", 9, by=COORDINATOR, at=NOW, seen=7) is True


@pytest.mark.django_db(transaction=True)
@needs_postgresql
def test_two_people_at_once_leave_one_value_and_an_unbroken_history() -> None:
    days()
    together(*[lambda n=n: set_option("x.days", n, by=COORDINATOR, at=NOW) for n in range(10, 18)])
    events = list(AuditEvent.objects.order_by("id"))
    # Serialized by the row's lock: every change begins where another one ended.
    begun = sorted(event.before["x.days"] for event in events)
    ended = sorted([5, *(event.after["x.days"] for event in events)])
    ended.remove(OptionValue.objects.get().value)
    assert begun == ended
