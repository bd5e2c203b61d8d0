"""Messages: telling, reading, mail and the digest."""

from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone

from accounts import operations as account_operations
from accounts.models import User
from core import outbox
from core.errors import Invalid, NotAllowed, NotFound
from core.models import Delivery
from core.permissions import SYSTEM
from core.ports import Subject
from inbox import handlers, operations, queries
from inbox.models import MailDelivery, Message, MessageKind, Preference
from inbox.wording import words_of
from tests.factories import accounts as make
from tests.factories.inbox import CODE, make_message

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def at() -> datetime:
    return timezone.now()


@pytest.fixture
def reader() -> User:
    """Somebody whom mail reaches."""
    return make.make_user("王主任", email="wang@example.cn", email_verified_at=timezone.now())


def next_page(answer: Any) -> str:
    (link,) = BeautifulSoup(answer.content, "html.parser").select("a[rel=next]")
    return str(link["href"])


def text(answer: Any) -> str:
    return BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


# -- telling ----------------------------------------------------------------------------------------
def test_a_message_to_those_who_answer_for_an_organization_but_the_actor(at: datetime) -> None:
    organization = make.make_organization()
    users = {
        role: make.make_membership(organization=organization, role=role).user
        for role in ("ADMIN", "EDITOR", "READER")
    }
    told = operations.tell(
        to=operations.organization(organization.pk),
        code=CODE,
        figures={"what": "助餐"},
        subject=Subject("match", "TJ26-000001", 7),
        url="/matches/TJ26-000001/",
        deadline_at=at + timedelta(days=5),
        by=make.actor_for(users["ADMIN"], organization),
        at=at,
    )
    (message,) = told
    assert (message.user, message.organization_id, message.kind) == (
        users["EDITOR"],
        organization.pk,
        "DECISION",
    )
    assert (message.subject_kind, message.subject_number) == ("match", "TJ26-000001")
    assert words_of(message.code, message.figures).title == "请答复：助餐"
    assert (message.read_at, message.mail, message.mail_due) == (None, None, "NEVER")


def test_the_same_act_tells_a_person_once(at: datetime) -> None:
    user = make.make_user()
    values: dict[str, Any] = {
        "to": operations.people([user, user]),
        "code": CODE,
        "figures": {},
        "by": SYSTEM,
        "at": at,
    }
    assert len(operations.tell(key="event:1", **values)) == 1
    assert operations.tell(key="event:1", **values) == []
    assert len(operations.tell(key="event:2", **values)) == 1
    assert len(operations.tell(**values)) == 1


def test_staff_of_a_region_are_found(at: datetime) -> None:
    tree = make.make_region_tree()
    near, far = make.coordinator(tree["滨江区"]), make.coordinator(tree["城南区"])
    everywhere = make.coordinator()
    found = operations.staff(["COORDINATOR"], at=at, region=tree["滨河街道"].path)
    assert {user.pk for user in found.users} == {near.user_id, everywhere.user_id}
    assert far.user_id not in {user.pk for user in found.users}


def test_an_unregistered_code_is_a_programmers_mistake_and_a_lost_one_shows_itself(
    at: datetime,
) -> None:
    with pytest.raises(KeyError):
        operations.tell(to=operations.people([]), code="no.such", figures={}, by=SYSTEM, at=at)
    assert words_of("no.such", {}).title == "no.such"


# -- mail ---------------------------------------------------------------------------------------------
def test_a_message_is_mailed_at_once_and_once(reader: User, at: datetime) -> None:
    make_message(reader)
    outbox.drain()
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["wang@example.cn"], "请答复：助餐 18 份")
    assert "王主任，你好：" in letter.body
    assert "http://127.0.0.1:8000/account/" in letter.body
    assert "http://127.0.0.1:8000/messages/preferences/" in letter.body
    row = MailDelivery.objects.get()
    assert (row.status, row.tries, row.address) == ("SENT", 1, "wang@example.cn")
    delivery = Delivery.objects.get(event__name="mail.wanted")
    handlers.send_mail(outbox.as_event(delivery))
    assert len(mail.outbox) == 1


def test_nobody_is_mailed_at_an_unconfirmed_address(at: datetime) -> None:
    make_message(make.make_user(email="wang@example.cn"))
    outbox.drain()
    assert (mail.outbox, MailDelivery.objects.count()) == ([], 0)


def test_what_was_read_in_the_application_is_not_mailed(reader: User, at: datetime) -> None:
    message = make_message(reader)
    operations.mark_read(message=message, by=make.actor_for(reader), at=at)
    outbox.drain()
    assert (mail.outbox, MailDelivery.objects.get().status) == ([], "SKIPPED")


def test_a_server_that_is_away_is_tried_again_then_given_up(
    reader: User, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_message(reader)

    def away(self: Any, messages: Any) -> None:
        raise SMTPServerDisconnected("gone")

    monkeypatch.setattr(EmailBackend, "send_messages", away)
    moment = timezone.now()
    for tries in range(1, handlers.MAX_TRIES + 1):
        outbox.drain(moment)
        row = MailDelivery.objects.get()
        assert (row.tries, row.error) == (tries, "SMTPServerDisconnected: gone")
        moment += timedelta(hours=1)
    assert row.status == "FAILED"
    monkeypatch.undo()
    outbox.drain(moment + timedelta(days=1))
    assert mail.outbox == []


def test_a_refused_address_fails_at_once(reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    make_message(reader)

    def refuse(self: Any, messages: Any) -> None:
        raise SMTPRecipientsRefused({"wang@example.cn": (550, b"no such user")})

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    outbox.drain()
    row = MailDelivery.objects.get()
    assert (row.status, row.tries) == ("FAILED", 1)


def test_a_line_break_in_a_subject_does_not_reach_the_header(reader: User) -> None:
    make_message(reader, figures={"what": "x\r\nBcc: a@example.cn"})
    outbox.drain()
    assert mail.outbox[0].subject == "请答复：x Bcc: a@example.cn"
    assert mail.outbox[0].recipients() == ["wang@example.cn"]


def test_the_digest_is_one_mail_a_day(reader: User, at: datetime) -> None:
    Preference.objects.create(user=reader, kind="DECISION", timing="DAILY")
    other = make.make_user(email="li@example.cn", email_verified_at=at)
    for what in ("甲", "乙", "丙"):
        make_message(reader, figures={"what": what}, at=at)
    read = make_message(reader, figures={"what": "丁"}, at=at)
    operations.mark_read(message=read, by=make.actor_for(reader), at=at)
    make_message(other, at=at)
    outbox.drain()
    mail.outbox.clear()
    for _run in range(2):
        handlers.send_digests(at + timedelta(minutes=1))
        outbox.drain(at + timedelta(minutes=2))
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["wang@example.cn"], "3 条新消息")
    assert [what in letter.body for what in "甲乙丙丁"] == [True, True, True, False]
    handlers.send_digests(at + timedelta(days=1))
    outbox.drain(at + timedelta(days=2))
    assert len(mail.outbox) == 1


def test_never_means_never(reader: User, at: datetime) -> None:
    Preference.objects.create(user=reader, kind="DECISION", timing="NEVER")
    make_message(reader, at=at)
    handlers.send_digests(at + timedelta(minutes=1))
    outbox.drain(at + timedelta(minutes=2))
    assert mail.outbox == []


# -- preferences and reading --------------------------------------------------------------------------
def test_preferences_hold_from_then_on(reader: User, at: datetime) -> None:
    by = make.actor_for(reader)
    assert queries.preferences(reader.pk) == {
        "DECISION": "NOW",
        "DEADLINE": "NOW",
        "REVIEW": "NOW",
        "PROGRESS": "DAILY",
        "SUBSCRIPTION": "DAILY",
        "ACCOUNT": "NOW",
    }
    operations.set_preferences(timings={"DECISION": "DAILY"}, by=by, at=at)
    operations.set_preferences(timings={"DECISION": "NEVER"}, by=by, at=at)
    assert queries.preferences(reader.pk)["DECISION"] == "NEVER"
    for timings in ({"DECISION": "LATER"}, {"NOTHING": "NOW"}):
        with pytest.raises(Invalid):
            operations.set_preferences(timings=timings, by=by, at=at)


def test_one_reads_ones_own_messages_only(at: datetime) -> None:
    message = make_message(make.make_user())
    with pytest.raises(NotAllowed):
        operations.mark_read(message=message, by=make.stranger(), at=at)
    with pytest.raises(NotFound):
        queries.load_message(message.number, make.administrator())


def test_the_list_shows_unread_first_filters_and_is_emptied() -> None:
    user = make.make_user()
    client = browser(user)
    old = make_message(user, figures={"what": "旧的"})
    make_message(user, figures={"what": "新的"})
    operations.mark_read(message=old, by=make.actor_for(user), at=timezone.now())
    make_message(make.make_user(), figures={"what": "别人的"})
    page = text(client.get("/messages/"))
    assert page.index("新的") < page.index("旧的")
    assert "别人的" not in page
    assert "旧的" not in text(client.get("/messages/?unread=1"))
    assert "没有消息。" in text(client.get("/messages/?kind=PROGRESS"))
    assert client.get("/messages/?kind=x&from=-1").status_code == 200
    opened = client.get(f"/messages/{Message.objects.get(figures__what='新的').number}/")
    assert opened["Location"] == "/account/"
    assert queries.unread_count(user.pk) == 0
    make_message(user)
    assert client.post("/messages/read/").status_code == 302
    assert queries.unread_count(user.pk) == 0
    assert (
        client.get(f"/messages/{Message.objects.get(figures__what='别人的').number}/").status_code
        == 404
    )


def test_the_list_pages_without_losing_a_message() -> None:
    user = make.make_user()
    for n in range(35):
        make_message(user, figures={"what": f"第{n}件"})
    client = browser(user)
    first = client.get("/messages/")
    assert first.content.decode().count('class="is-new"') == 30
    following = next_page(first)
    assert client.get(following).content.decode().count('class="is-new"') == 5


def test_a_message_never_leads_off_the_site() -> None:
    user = make.make_user()
    message = make_message(user, url="https://evil.example/")
    assert browser(user).get(f"/messages/{message.number}/")["Location"] == "/messages/"


def test_the_preferences_page() -> None:
    user = make.make_user()
    client = browser(user)
    page = text(client.get("/messages/preferences/"))
    assert "你还没有留邮箱" in page
    values = dict.fromkeys(MessageKind.values, "NEVER")
    assert client.post("/messages/preferences/", values).status_code == 302
    assert set(queries.preferences(user.pk).values()) == {"NEVER"}
    assert client.post("/messages/preferences/", values | {"DECISION": "x"}).status_code == 422
    for path in ("/messages/", "/messages/preferences/"):
        assert Client().get(path)["Location"].startswith("/sign-in/")


# -- what accounts tells ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("action", "title"),
    [
        ("verify", "“春晓社区”已通过核验"),
        ("suspend", "“春晓社区”已被停用"),
    ],
)
def test_members_learn_what_was_decided_about_their_organization(
    action: str, title: str, at: datetime
) -> None:
    organization = make.make_organization("春晓社区", verified=False)
    user = make.make_membership(organization=organization).user
    reason = {"reason": "x"} if action == "suspend" else {}
    perform = getattr(account_operations, action)
    perform(organization=organization, by=make.coordinator(), at=at, **reason)
    outbox.drain()
    message = Message.objects.get()
    words = words_of(message.code, message.figures)
    assert (message.user, words.title, message.kind) == (user, title, "ACCOUNT")
    assert message.url == f"/organizations/{organization.number}/"


def test_administrators_learn_who_joined(at: datetime) -> None:
    organization = make.make_organization("春晓社区")
    boss = make.make_membership(organization=organization).user
    make.make_membership(organization=organization, role="EDITOR")
    _invitation, token = account_operations.invite(
        organization=organization,
        role="EDITOR",
        invitee="",
        by=make.actor_for(boss, organization),
        at=at,
    )
    guest = make.actor_for(make.make_user("李敏"))
    account_operations.accept_invitation(token=token, by=guest, at=at)
    outbox.drain()
    message = Message.objects.get()
    assert (message.user, words_of(message.code, message.figures).title) == (
        boss,
        "李敏 加入了“春晓社区”",
    )
