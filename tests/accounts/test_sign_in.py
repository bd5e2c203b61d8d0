"""Getting in: the pages, from the outside."""

import re
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.core import mail
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts import operations
from accounts.models import User
from core import outbox
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db
PASSWORD = make.PASSWORD
# Where one lands who wanted to go nowhere in particular.
HOME = resolve_url(settings.LOGIN_REDIRECT_URL)
NEW = "滨河的风2026吹过桥"


def signed_in(client: Client) -> str:
    return str(client.session.get("_auth_user_id", ""))


def link_in_mail() -> str:
    (letter,) = mail.outbox
    (path,) = re.findall(r"http://127.0.0.1:8000(/\S+)", str(letter.body))
    return str(path)


def sign_in(client: Client, login: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/sign-in/", {"login": login, "password": password, **more})


@pytest.mark.parametrize("login", ["wang@example.cn", "WANG@example.cn ", "138 0000 0001", "wang"])
def test_one_field_signs_in_by_any_of_the_three(client: Client, login: str) -> None:
    user = make.make_user(username="wang", email="wang@example.cn", phone="13800000001")
    answer = sign_in(client, login, next="/account/")
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    assert signed_in(client) == str(user.pk)


def test_next_never_leaves_the_site(client: Client) -> None:
    make.make_user(username="wang")
    assert sign_in(client, "wang", next="https://evil.example/")["Location"] == HOME


def test_a_wrong_password_says_so_and_keeps_what_was_typed(client: Client) -> None:
    make.make_user(username="wang")
    for login in ("wang", "nobody"):
        answer = sign_in(client, login, "wrong")
        assert answer.status_code == 422
        assert "账号或密码不对" in answer.content.decode()
        assert f'value="{login}"' in answer.content.decode()
    assert signed_in(client) == ""


def test_five_wrong_passwords_lock_the_account_whatever_it_is_called(client: Client) -> None:
    make.make_user(username="wang", phone="13800000001", email="wang@example.cn")
    spellings = ["wang", "13800000001", "wang@example.cn", "wang", "+86 13800000001"]
    answers = [sign_in(client, login, "wrong").status_code for login in spellings]
    assert answers == [422, 422, 422, 422, 429]
    locked = sign_in(client, "wang")
    assert (locked.status_code, locked["Retry-After"]) == (429, "900")
    page = locked.content.decode()
    assert "登录暂时锁住了" in page
    assert "15 分钟" in page
    assert signed_in(client) == ""


def test_a_closed_account_does_not_get_in(client: Client) -> None:
    make.make_user(username="wang", is_active=False)
    assert sign_in(client, "wang").status_code == 422


def test_closing_an_account_ends_its_sessions(client: Client) -> None:
    user = make.make_user(username="wang")
    sign_in(client, "wang")
    assert client.get("/account/").status_code == 200
    operations.close_account(user=user, reason="x", by=make.coordinator(), at=timezone.now())
    assert client.get("/account/").status_code == 302


def sign_up(client: Client, **changes: str) -> Any:
    values: dict[str, Any] = {
        "name": "王主任",
        "account": "13800000001",
        "password": PASSWORD,
        "consent": "on",
    }
    return client.post("/sign-up/", values | changes)


def test_sign_up_leads_in_and_to_what_comes_next(client: Client) -> None:
    answer = sign_up(client)
    assert (answer.status_code, answer["Location"]) == (302, "/welcome/")
    assert signed_in(client) == str(User.objects.get(phone="13800000001").pk)
    assert "王主任" in client.get("/welcome/").content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"consent": ""}, "同意之后才能注册。"),
        ({"name": ""}, "请写姓名。"),
        ({"account": "1380000"}, "这个手机号不对"),
        ({"password": "12345678"}, "密码"),
        ({"name": "王\x00"}, "name"),
        ({"account": "x" * 300}, "account"),
    ],
)
def test_bad_sign_ups_write_nothing(client: Client, change: Any, said: str) -> None:
    answer = sign_up(client, **change)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert User.objects.count() == 0


def test_rare_names_are_kept(client: Client) -> None:
    sign_up(client, name="𠮷田🙂")
    assert User.objects.get().name == "𠮷田🙂"


def test_too_many_sign_ups_from_one_place(client: Client) -> None:
    codes = [sign_up(client, account="bad account").status_code for _ in range(21)]
    assert codes == [422] * 20 + [429]


def test_the_mail_confirms_an_address_by_a_button(client: Client) -> None:
    sign_up(client, account="wang@example.cn")
    outbox.drain()
    path = link_in_mail()
    user = User.objects.get()
    assert client.get(path).status_code == 200
    user.refresh_from_db()
    assert user.email_verified_at is None
    assert client.post(path).status_code == 302
    user.refresh_from_db()
    assert user.email_verified_at is not None
    assert client.get(path.replace("confirm/", "confirm/x")).status_code == 410


def test_a_confirmation_for_an_address_that_was_changed_is_spent(client: Client) -> None:
    sign_up(client, account="wang@example.cn")
    outbox.drain()
    path = link_in_mail()
    User.objects.update(email="other@example.cn")
    assert client.get(path).status_code == 410


def forgotten(client: Client, account: str) -> None:
    answer = client.post("/password/forgotten/", {"account": account})
    assert (answer.status_code, answer["Location"]) == (302, "/password/asked/")
    outbox.drain()


def test_a_forgotten_password_is_set_anew_by_mail_once(client: Client) -> None:
    user = make.make_user(username="wang", email="wang@example.cn", phone="13800000001")
    forgotten(client, "13800000001")
    path = link_in_mail()
    weak = client.post(path, {"password": "short"})
    assert weak.status_code == 422
    answer = client.post(path, {"password": NEW})
    assert (answer.status_code, answer["Location"]) == (302, HOME)
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert Client().get(path).status_code == 410


def test_nobody_learns_which_accounts_exist(client: Client) -> None:
    make.make_user(username="wang")
    for account in ("wang", "nobody", "nobody@example.cn", "x\u202e"):
        forgotten(client, account)
    assert mail.outbox == []
    assert "请对接专员念给你一次性验证码" in client.get("/password/asked/").content.decode()


def test_a_code_leads_to_the_password_page_and_nowhere_else(client: Client) -> None:
    user = make.make_user(phone="13800000001")
    code = operations.issue_code(user=user, by=make.coordinator(), at=timezone.now())
    answer = client.post("/sign-in/code/", {"account": "13800000001", "code": code})
    assert (answer.status_code, answer["Location"]) == (302, "/account/password/")
    elsewhere = client.get("/account/")
    assert (elsewhere.status_code, elsewhere["Location"]) == (302, "/account/password/")
    assert client.post("/account/password/", {"password": NEW})["Location"] == "/"
    assert client.get("/account/").status_code == 200
    user.refresh_from_db()
    assert (user.must_set_password, user.check_password(NEW)) == (False, True)


def test_a_wrong_code_is_counted_although_the_answer_refuses(client: Client) -> None:
    user = make.make_user(username="wang")
    operations.issue_code(user=user, by=make.coordinator(), at=timezone.now())
    assert client.post("/sign-in/code/", {"account": "wang", "code": "1"}).status_code == 422
    assert user.one_time_codes.get().tries == 1


def test_changing_the_password_asks_for_the_old_one_and_ends_other_sessions(client: Client) -> None:
    user = make.make_user(username="wang")
    other = Client()
    for browser in (client, other):
        sign_in(browser, "wang")
    wrong = client.post("/account/password/", {"current": "x", "password": NEW})
    assert (wrong.status_code, "现在的密码不对" in wrong.content.decode()) == (422, True)
    client.post("/account/password/", {"current": PASSWORD, "password": NEW})
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_sign_out_is_a_post(client: Client) -> None:
    make.make_user(username="wang")
    sign_in(client, "wang")
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 302
    assert signed_in(client) == ""


def test_second_factor_from_switching_on_to_a_recovery_code(client: Client) -> Any:
    make.make_user(username="wang")
    sign_in(client, "wang")
    asked = client.get("/account/security/totp/")
    assert asked["Location"].startswith("/account/confirm/")
    assert client.post(asked["Location"], {"password": PASSWORD}).status_code == 302
    page = client.get("/account/security/totp/").content.decode()
    (secret,) = re.findall(r'id="secret">([A-Z2-7]+)<', page)

    def code() -> str:
        counter = next(iter(yield_hotp_counters_from_time()))
        return str(format_hotp_value(hotp_value(secret, counter)))

    bad = client.post("/account/security/totp/", {"code": "000000"})
    assert "验证码不对" in bad.content.decode()
    assert (
        client.post("/account/security/totp/", {"code": code()})["Location"]
        == "/account/security/codes/"
    )
    codes = re.findall(
        r"<li>(\w{8,})</li>", client.get("/account/security/codes/").content.decode()
    )
    assert len(codes) == 10
    client.post("/sign-out/")
    step = sign_in(client, "wang", next="/account/")
    assert (signed_in(client), step["Location"]) == ("", "/sign-in/second-step/")
    wrong = client.post("/sign-in/second-step/", {"code": "000000"})
    assert "验证码不对" in wrong.content.decode()
    done = client.post("/sign-in/second-step/", {"code": codes[0]})
    assert (done.status_code, done["Location"]) == (302, "/account/")
    client.post(client.get("/account/security/totp/off/")["Location"], {"password": PASSWORD})
    assert client.post("/account/security/totp/off/")["Location"] == "/account/security/"
    client.post("/sign-out/")
    assert sign_in(client, "wang")["Location"] == HOME


@pytest.mark.parametrize(
    "name",
    [
        "account_email",
        "account_change_password",
        "account_set_password",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_from_key",
        "account_confirm_email",
        "account_request_login_code",
        "mfa_download_recovery_codes",
        "mfa_list_webauthn",
    ],
)
def test_pages_of_allauth_that_are_not_ours_do_not_exist(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)
    with pytest.raises(NoReverseMatch):
        reverse(name, args=["x"])


def test_a_session_keeps_a_code_holders_duty_over_a_new_request() -> None:
    user = make.make_user(must_set_password=True)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post("/organizations/new/", {"name": "x"})["Location"] == "/account/password/"
    assert client.post("/sign-out/").status_code == 302
