"""The base may ask everybody with an operator role for a second factor."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.queries.people import SECOND_FACTOR
from core.options import set_option
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ASKED = "要先打开“登录时再验一步”"


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def operator(role: str = "COORDINATOR") -> User:
    user = make.make_user()
    make.make_role_grant(user, role)
    return user


@pytest.fixture
def asking() -> None:
    by = make.coordinator()
    set_option(SECOND_FACTOR.key, True, by=by, at=timezone.now())


def test_nobody_is_asked_by_default() -> None:
    client = browser(operator())
    assert client.get("/people/").status_code == 200
    assert ASKED not in client.get("/account/security/").content.decode()


@pytest.mark.usefixtures("asking")
@pytest.mark.parametrize("role", ["COORDINATOR", "AUDITOR", "ADMINISTRATOR"])
def test_an_operator_is_led_to_the_page_that_says_what_to_do(role: str) -> None:
    client = browser(operator(role))
    for path in ("/", "/people/", "/account/"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/account/security/")
    page = client.get("/account/security/")
    assert page.status_code == 200
    assert ASKED in BeautifulSoup(page.content, "html.parser").get_text()


@pytest.mark.usefixtures("asking")
def test_writing_and_the_api_are_closed_as_well() -> None:
    client = browser(operator())
    answer = client.post("/people/new/", {"name": "周阿姨", "account": "13900000002"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/security/")
    assert not User.objects.filter(phone="13900000002").exists()
    refused = client.get("/api/v1/needs/")
    assert refused.status_code == 403
    assert "登录时再验一步" in refused.json()["detail"]


@pytest.mark.usefixtures("asking")
def test_setting_it_up_signing_out_and_the_password_stay_open() -> None:
    client = browser(operator())
    # The set-up asks for the password again first, on a page that is open too.
    assert client.get("/account/security/totp/", follow=True).status_code == 200
    assert client.get("/account/password/").status_code in (200, 302)
    assert client.post("/sign-out/").headers["Location"] == "/"


@pytest.mark.usefixtures("asking")
def test_who_has_one_and_who_has_no_role_are_not_stopped() -> None:
    user = operator()
    TOTP.activate(user, generate_totp_secret())
    assert browser(user).get("/people/").status_code == 200
    assert browser(make.make_user()).get("/account/").status_code == 200
