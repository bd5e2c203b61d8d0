"""待电话联系: whom no message has reached, and the calls that are made."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from accounts.models import User
from core import ports
from core.errors import Conflict, NotAllowed
from core.models import AuditEvent
from inbox import operations, queries
from inbox.models import MailDelivery, Message, Preference
from tests.factories import accounts as make
from tests.factories.inbox import make_message

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def reader() -> User:
    """Somebody whom mail reaches."""
    return make.make_user("王主任", email="wang@example.cn", email_verified_at=timezone.now())


def text(answer: Any) -> str:
    return BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


# -- 待电话联系 -----------------------------------------------------------------------------------------
def test_whom_to_phone(reader: User, at: datetime) -> None:
    soon, later = at + timedelta(hours=20), at + timedelta(days=30)
    plain = {name: make.make_user(name) for name in ("急", "缓", "读过", "说过", "停用")}
    for name, user in plain.items():
        make_message(user, deadline_at=later if name == "缓" else soon, at=at)
    make_message(plain["急"], at=at)
    operations.mark_read(
        message=Message.objects.get(user=plain["读过"]), by=make.actor_for(plain["读过"]), at=at
    )
    operations.tell_by_phone(
        message=Message.objects.get(user=plain["说过"]), note="知道了", by=make.coordinator(), at=at
    )
    User.objects.filter(pk=plain["停用"].pk).update(is_active=False)
    mailed = make_message(reader, deadline_at=soon, at=at)
    quiet = make.make_user("不收", email="a@example.cn", email_verified_at=at)
    Preference.objects.create(user=quiet, kind="DECISION", timing="NEVER")
    make_message(quiet, deadline_at=soon + timedelta(minutes=1), at=at)
    assert [m.user.name for m in queries.to_phone(at)] == ["急", "不收"]
    mailed.refresh_from_db()
    MailDelivery.objects.filter(messages=mailed).update(status="FAILED")
    assert [m.user.name for m in queries.to_phone(at)] == ["急", "王主任", "不收"]
    assert list(queries.to_phone(soon)) == [Message.objects.get(user=quiet)]


def phone_message(at: datetime, **fields: Any) -> Message:
    organization = make.make_organization(
        "春晓社区", contact_name="王主任", contact_phone="13800000001"
    )
    user = make.make_membership(
        make.make_user("周阿姨", phone="13900000002"), organization, "EDITOR"
    ).user
    to = operations.Recipients((user,), organization.pk)
    return make_message(user, to=to, deadline_at=at + timedelta(hours=20), at=at, **fields)


def test_looking_up_a_number_and_the_call_are_written_down(at: datetime) -> None:
    message, by = phone_message(at), make.coordinator()
    phone = operations.look_up_phone(message=message, by=by, at=at)
    assert (phone.own, phone.contact_name, phone.contact_phone) == (
        "13900000002",
        "王主任",
        "13800000001",
    )
    looked = AuditEvent.objects.get(act="user.look_up_phone")
    assert (looked.subject_number, looked.reason) == (message.user.number, message.number)
    operations.tell_by_phone(message=message, note="明天答复", by=by, at=at)
    message.refresh_from_db()
    assert (message.told_by_id, message.told_at, message.told_note) == (by.user_id, at, "明天答复")
    assert AuditEvent.objects.filter(act="message.tell_by_phone").count() == 1
    with pytest.raises(Conflict):
        operations.tell_by_phone(message=message, note="", by=by, at=at)


def test_only_coordinators_of_the_region_phone(at: datetime) -> None:
    message, tree = phone_message(at), make.make_region_tree()
    for actor in (make.stranger(), make.auditor(), make.coordinator(tree["城南区"]), make.member()):
        with pytest.raises(NotAllowed):
            operations.look_up_phone(message=message, by=actor, at=at)
        with pytest.raises(NotAllowed):
            operations.tell_by_phone(message=message, note="", by=actor, at=at)
    assert queries.to_phone_for(make.coordinator(tree["城南区"]), at) == []
    assert queries.to_phone_for(make.coordinator(tree["滨江区"]), at) == [message]
    assert queries.to_phone_for(make.auditor(), at) == [message]


def test_the_list_is_as_long_as_its_count_says() -> None:
    """A coordinator of another district is shown none, an auditor the line without a button."""
    phone_message(timezone.now())
    far = make.make_user()
    make.make_role_grant(far, "COORDINATOR", make.make_region_tree()["城南区"])
    assert "周阿姨" not in text(browser(far).get("/messages/phone/"))
    shown = text(staff("AUDITOR").get("/messages/phone/"))
    assert "周阿姨" in shown
    assert "打电话" not in shown.partition("周阿姨")[2].partition("</tr>")[0]


def staff(role: str = "COORDINATOR") -> Client:
    user = make.make_user()
    make.make_role_grant(user, role)
    return browser(user)


def test_the_phone_pages() -> None:
    message = phone_message(timezone.now())
    client = staff()
    assert "周阿姨" in text(client.get("/messages/phone/"))
    url = f"/messages/phone/{message.number}/"
    assert "13900000002" not in text(client.get(url))
    shown = text(client.post(url, {"look": "1"}))
    assert "13900000002" in shown
    assert "13800000001" in shown
    assert client.post(url, {"note": "明天答复"}).status_code == 302
    assert "明天答复" in text(client.get("/messages/phone/"))
    assert client.get(url).status_code == 404
    assert browser(make.make_user()).get("/messages/phone/").status_code == 403
    assert Client().get("/messages/phone/").status_code == 302
    auditor = staff("AUDITOR")
    assert auditor.get("/messages/phone/").status_code == 200


def test_the_coordinator_is_reminded_to_phone(at: datetime) -> None:
    message = phone_message(at)
    (task,) = ports.tasks_for(make.coordinator(), at)
    assert (task.code, task.url, task.due_at) == (
        "inbox.to_phone",
        "/messages/phone/",
        message.deadline_at,
    )
    for actor in (make.auditor(), make.stranger()):
        assert [t for t in ports.tasks_for(actor, at) if t.code == "inbox.to_phone"] == []
