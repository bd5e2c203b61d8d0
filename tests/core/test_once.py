import threading

import pytest
from django.db import IntegrityError

from core.errors import Invalid
from core.models import NumberTicket, Submission
from core.once import AlreadyTaken, Answer, digest_of, take_once
from tests.core.cases import NOW
from tests.database import needs_postgresql, together

pytestmark = pytest.mark.django_db


def perform() -> Answer:
    row = NumberTicket.objects.create(prefix="X", at=NOW)
    return Answer(f"/things/{row.prefix}/", 201, '{"ok": true}')


def effects() -> int:
    return NumberTicket.objects.count()


def test_the_second_sending_gets_the_first_ones_answer() -> None:
    first = take_once("form:7:abc", perform, at=NOW, digest="d")
    second = take_once("form:7:abc", perform, at=NOW, digest="d")
    assert first == Answer("/things/X/", 201, '{"ok": true}')
    assert second == Answer("/things/X/", 201, '{"ok": true}', repeated=True)
    assert effects() == 1
    take_once("form:8:abc", perform, at=NOW, digest="d")
    assert effects() == 2


def test_other_content_under_the_same_key_is_refused_and_led_to_the_first() -> None:
    take_once("k", perform, at=NOW, digest=digest_of(b"one"))
    with pytest.raises(AlreadyTaken, match="已经提交过了") as caught:
        take_once("k", perform, at=NOW, digest=digest_of(b"two"))
    assert caught.value.location == "/things/X/"
    assert effects() == 1


def test_a_refused_act_frees_the_key() -> None:
    def refuse() -> Answer:
        perform()
        raise Invalid({"title": "请写标题。"})

    with pytest.raises(Invalid):
        take_once("k", refuse, at=NOW)
    assert (effects(), Submission.objects.count()) == (0, 0)
    assert take_once("k", perform, at=NOW).repeated is False


def test_an_integrity_error_of_the_act_itself_is_not_swallowed() -> None:
    def collide() -> Answer:
        Submission.objects.create(key="taken", at=NOW)
        return Answer("/")

    Submission.objects.create(key="taken", at=NOW)
    with pytest.raises(IntegrityError):
        take_once("k", collide, at=NOW)
    assert not Submission.objects.filter(key="k").exists()


@pytest.mark.parametrize("key", ["x" * 5000, "名" * 100, "a\0b", "\ud800"])
def test_keys_from_outside_may_be_anything(key: str) -> None:
    assert take_once(key, perform, at=NOW).repeated is False
    assert take_once(key, perform, at=NOW).repeated is True
    assert effects() == 1


def test_a_location_may_be_as_long_as_a_filter() -> None:
    location = "/needs/?" + "q=1&" * 500
    take_once("k", lambda: Answer(location), at=NOW)
    assert take_once("k", perform, at=NOW).location == location


@pytest.mark.django_db(transaction=True)
@needs_postgresql
def test_two_threads_with_one_token_act_once() -> None:
    results = together(*[lambda: take_once("k", perform, at=NOW, digest="d")] * 8)
    assert sorted(answer.repeated for answer in results) == [False] + [True] * 7
    assert {answer.location for answer in results} == {"/things/X/"}
    assert effects() == 1


@pytest.mark.django_db(transaction=True)
@needs_postgresql
def test_a_second_sending_waits_for_the_first_and_takes_its_place_when_refused() -> None:
    inside = threading.Event()

    def refuse() -> Answer:
        inside.set()
        raise Invalid({"": "不行"})

    def second() -> Answer:
        inside.wait(10)
        return take_once("k", perform, at=NOW)

    refused, answer = together(lambda: take_once("k", refuse, at=NOW), second)
    assert isinstance(refused, Invalid)
    assert (answer.repeated, effects()) == (False, 1)
