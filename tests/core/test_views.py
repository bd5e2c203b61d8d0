import pytest
from django.contrib.messages import get_messages
from django.test import Client, RequestFactory

from accounts.models import User
from core.models import NumberTicket
from core.views import safe_next

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.pages")]


def effects() -> int:
    return NumberTicket.objects.filter(prefix="T").count()


@pytest.fixture
def signed_in() -> Client:
    user = User.objects.create_user("zhoumin", name="周敏")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_form_acts_and_leads_on() -> None:
    response = Client().post("/things/", {"title": "助餐"})
    row = NumberTicket.objects.get()
    assert (response.status_code, response.headers["Location"]) == (302, f"/things/{row.pk}/")


def test_a_double_click_acts_once() -> None:
    data = {"title": "助餐", "form_token": "t1"}
    first, second = Client().post("/things/", data), Client().post("/things/", data)
    assert first.headers["Location"] == second.headers["Location"]
    assert effects() == 1


def test_a_form_changed_after_the_back_button_is_neither_saved_twice_nor_lost() -> None:
    first = Client().post("/things/", {"title": "助餐", "form_token": "t1"})
    second = Client().post("/things/", {"title": "助餐三十份", "form_token": "t1"})
    words = second.content.decode()
    assert (second.status_code, effects()) == (409, 1)
    assert "已经提交过了" in words
    assert f'href="{first.headers["Location"]}"' in words
    assert words.endswith("|助餐三十份")


@pytest.mark.parametrize(
    ("title", "status", "sentences"),
    [
        ("", 422, ["这里要填"]),
        ("x" * 21, 422, ["20"]),
        ("conflict", 409, ["已经有人改过。"]),
        ("invalid", 422, ["换一个标题。", "看不见的也要说。"]),
    ],
)
def test_a_refusal_keeps_what_was_typed_and_the_token(
    title: str, status: int, sentences: list[str]
) -> None:
    response = Client().post("/things/", {"title": title, "form_token": "t1"})
    words = response.content.decode()
    assert response.status_code == status
    assert words.startswith("t1|")
    assert words.endswith(f"|{title}")
    assert all(sentence in words for sentence in sentences)
    assert effects() == 0
    assert Client().post("/things/", {"title": "好", "form_token": "t1"}).status_code == 302


def test_a_form_opened_for_one_organization_is_not_saved_for_another() -> None:
    response = Client().post("/things/", {"title": "助餐", "acting_for": "ZZ26-000009"})
    assert response.status_code == 409
    assert "代表另一个单位" in response.content.decode()
    assert effects() == 0
    assert Client().post("/things/", {"title": "助餐", "acting_for": ""}).status_code == 302


def test_a_button_asks_to_sign_in_and_answers_post_only(signed_in: Client) -> None:
    assert Client().post("/press/").headers["Location"].endswith("?next=/press/")
    assert signed_in.get("/press/").status_code == 405
    assert effects() == 0


def test_a_button_acts_says_and_offers_undo(signed_in: Client) -> None:
    response = signed_in.post("/press/")
    assert (response.status_code, response.headers["Location"]) == (302, "/done/")
    said = [(str(m), m.extra_tags) for m in get_messages(response.wsgi_request)]
    assert said == [("做好了。", ""), ("撤回吗？", "undo /undo/")]


def test_a_button_pressed_by_htmx_leads_on_by_header(signed_in: Client) -> None:
    response = signed_in.post("/press/", headers={"HX-Request": "true"})
    assert (response.status_code, response.headers["HX-Redirect"]) == (204, "/done/")


def test_a_refused_or_twice_pressed_button(signed_in: Client) -> None:
    refused = signed_in.post("/press/", {"refuse": "1"})
    assert (refused.status_code, "已经有人做过。" in refused.content.decode()) == (409, True)
    for _n in range(2):
        signed_in.post("/press/", {"form_token": "t1"})
    assert effects() == 1


@pytest.mark.parametrize(
    ("wanted", "place"),
    [
        ("/needs/?q=1", "/needs/?q=1"),
        ("https://evil.example/", "/home/"),
        ("//evil.example/", "/home/"),
        ("javascript:alert(1)", "/home/"),
        ("", "/home/"),
    ],
)
def test_next_stays_on_this_site(wanted: str, place: str) -> None:
    request = RequestFactory().get("/", {"next": wanted})
    assert safe_next(request, "/home/") == place
