"""People: signing up, their particulars, passwords and one-time codes (operations)."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts import operations, queries
from accounts.models import OneTimeCode, User
from core.errors import Conflict, Invalid, NotAllowed
from core.models import AuditEvent, OutboxEvent
from core.permissions import NOBODY
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db
PASSWORD = make.PASSWORD


def sentences(error: Invalid) -> dict[str, list[str]]:
    return {name: [str(s) for s in said] for name, said in error.fields.items()}


def sign_up(account: str, name: str = "王主任", password: str = PASSWORD) -> User:
    at = timezone.now()
    return operations.sign_up(name=name, account=account, password=password, by=NOBODY, at=at)


@pytest.mark.parametrize(
    ("account", "field"),
    [("wang@example.cn", "email"), ("13800000001", "phone"), ("王主任2026", "username")],
)
def test_sign_up_by_any_of_the_three_and_find_again(account: str, field: str) -> None:
    user = sign_up(account)
    assert queries.find_by_account(f" {account} ") == user
    assert (user.name, getattr(user, field), user.consented_at) == (
        "王主任",
        account,
        user.created_at,
    )
    assert user.check_password(PASSWORD)
    assert user.number.startswith("RY")
    wanted = OutboxEvent.objects.filter(name="mail.confirmation_wanted").count()
    assert wanted == (1 if field == "email" else 0)


def test_the_trail_of_a_sign_up_holds_no_personal_value() -> None:
    sign_up("13800000001")
    event = AuditEvent.objects.get(act="user.sign_up")
    text = str(event.after)
    assert "13800000001" not in text
    assert "王主任" not in text
    assert event.after["phone"].startswith("hmac:")


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ("wang@example.cn", "这个邮箱已经注册过。请直接登录，忘了密码可以重设。"),
        ("13800000001", "这个手机号已经注册过。请直接登录，忘了密码可以重设。"),
        ("王主任", "这个账号名已经有人用了，请换一个。"),
    ],
)
def test_an_account_is_given_once(account: str, said: str) -> None:
    sign_up(account)
    with pytest.raises(Invalid) as caught:
        sign_up(account)
    assert sentences(caught.value) == {"account": [said]}
    assert User.objects.count() == 1


@pytest.mark.parametrize("password", ["short", "1234567890", "password123", "wang@example"])
def test_weak_passwords_are_refused_with_reasons(password: str) -> None:
    with pytest.raises(Invalid) as caught:
        sign_up("wang@example.cn", password=password)
    assert list(caught.value.fields) == ["password"]
    assert User.objects.count() == 0


def test_a_new_address_is_confirmed_anew() -> None:
    user = make.make_user(email="old@example.cn", email_verified_at=timezone.now())
    by, at = make.actor_for(user), timezone.now()
    values: dict[str, Any] = {"user": user, "by": by, "at": at}
    operations.edit_person(name="王", email="old@example.cn", phone="", version=1, **values)
    assert user.email_verified_at is not None
    operations.edit_person(
        name="王", email="New@example.cn", phone="138 0000 0001", version=2, **values
    )
    user.refresh_from_db()
    assert (user.email, user.phone) == ("new@example.cn", "13800000001")
    assert not user.reachable_by_mail
    operations.confirm_email(user=user, email="old@example.cn", by=by, at=at)
    assert user.email_verified_at is None
    operations.confirm_email(user=user, email="new@example.cn", by=by, at=at)
    assert user.email_verified_at == at


def test_another_persons_address_is_refused_at_the_field_and_two_tabs_conflict() -> None:
    make.make_user(email="li@example.cn", phone="13900000002")
    user = make.make_user()
    by, at = make.actor_for(user), timezone.now()
    with pytest.raises(Invalid) as caught:
        operations.edit_person(
            user=user, name="王", email="li@example.cn", phone="", by=by, at=at, version=1
        )
    assert sentences(caught.value) == {"email": ["这个邮箱已经用在另一个账号上。"]}
    user.refresh_from_db()
    with pytest.raises(Conflict):
        operations.edit_person(user=user, name="王", email="", phone="", by=by, at=at, version=7)
    with pytest.raises(NotAllowed):
        operations.edit_person(
            user=user, name="王", email="", phone="", by=make.stranger(), at=at, version=1
        )


def test_close_and_reopen_an_account() -> None:
    user, by, at = make.make_user(), make.coordinator(), timezone.now()
    with pytest.raises(Invalid):
        operations.close_account(user=user, reason=" ", by=by, at=at)
    operations.close_account(user=user, reason="本人要求", by=by, at=at)
    assert not User.objects.get(pk=user.pk).is_active
    operations.reopen_account(user=user, by=by, at=at)
    assert User.objects.get(pk=user.pk).is_active
    for actor in (make.stranger(), make.auditor(), make.actor_for(user)):
        with pytest.raises(NotAllowed):
            operations.close_account(user=user, reason="x", by=actor, at=at)


# -- one-time codes -----------------------------------------------------------------------------
def test_a_code_opens_the_account_once_and_asks_for_a_password() -> None:
    user = make.make_user(phone="13800000001")
    at = timezone.now()
    code = operations.issue_code(user=user, by=make.coordinator(), at=at)
    assert (len(code), code.isdigit()) == (8, True)
    assert code not in str(OneTimeCode.objects.values())
    spoken = f"{code[:4]} {code[4:]}"
    opened = operations.redeem_code(account="138-0000-0001", code=spoken, by=NOBODY, at=at)
    assert (opened, opened.must_set_password) == (user, True)
    with pytest.raises(Invalid):
        operations.redeem_code(account="13800000001", code=code, by=NOBODY, at=at)
    assert list(AuditEvent.objects.order_by("id").values_list("act", flat=True)) == [
        "user.issue_code",
        "user.redeem_code",
    ]


def test_a_code_lapses_after_a_quarter_of_an_hour_and_by_a_newer_one() -> None:
    user, by, at = make.make_user(), make.coordinator(), timezone.now()
    first = operations.issue_code(user=user, by=by, at=at)
    late = at + timedelta(minutes=15)
    with pytest.raises(Invalid):
        operations.redeem_code(account=user.username, code=first, by=NOBODY, at=late)
    second = operations.issue_code(user=user, by=by, at=at + timedelta(seconds=1))
    with pytest.raises(Invalid):
        operations.redeem_code(account=user.username, code=first, by=NOBODY, at=at)
    operations.redeem_code(account=user.username, code=second, by=NOBODY, at=at)


def test_five_wrong_tries_spend_a_code() -> None:
    user, at = make.make_user(), timezone.now()
    code = operations.issue_code(user=user, by=make.coordinator(), at=at)
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    for _try in range(5):
        with pytest.raises(Invalid):
            operations.redeem_code(account=user.username, code=wrong, by=NOBODY, at=at)
    with pytest.raises(Invalid):
        operations.redeem_code(account=user.username, code=code, by=NOBODY, at=at)
    assert OneTimeCode.objects.get().tries == 5


def test_unknown_account_and_wrong_code_sound_the_same() -> None:
    user, at = make.make_user(), timezone.now()
    operations.issue_code(user=user, by=make.coordinator(), at=at)
    said = set()
    for account in (user.username, "nobody-here", ""):
        with pytest.raises(Invalid) as caught:
            operations.redeem_code(account=account, code="00000000x", by=NOBODY, at=at)
        said.add(str(caught.value))
    assert len(said) == 1


def test_who_issues_codes_for_whom() -> None:
    at = timezone.now()
    plain, chief = make.make_user(), make.make_user()
    make.make_role_grant(chief, "FINANCE")
    for actor in (make.stranger(), make.auditor(), make.member()):
        with pytest.raises(NotAllowed):
            operations.issue_code(user=plain, by=actor, at=at)
    coordinator = make.coordinator()
    me = User.objects.get(pk=coordinator.user_id)
    with pytest.raises(NotAllowed, match="不能给自己发验证码"):
        operations.issue_code(user=me, by=coordinator, at=at)
    with pytest.raises(NotAllowed, match="只有系统管理员"):
        operations.issue_code(user=chief, by=coordinator, at=at)
    assert operations.issue_code(user=chief, by=make.administrator(), at=at)
    plain.is_active = False
    with pytest.raises(NotAllowed, match="已停用"):
        operations.issue_code(user=plain, by=coordinator, at=at)
