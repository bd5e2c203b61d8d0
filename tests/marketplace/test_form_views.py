"""The form of an entry: what it writes, what stays when something is refused, drafts, steps."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import Membership, MembershipRole, User
from marketplace import serializers, validators
from marketplace.forms import fields, steps
from marketplace.models import Need, ResourceOffer
from marketplace.states import EntryState
from marketplace.views import beside, shown
from tests.factories import accounts as people
from tests.factories.marketplace import make_need

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

NEED = {
    "title": "高龄老人午餐配送",
    "text_public": "午餐送到家。",
    "quantity": "３０",
    "unit": "portion",
    "period": "DAY",
    "category": "elderly",
    "region": "999901001",
    "contact_phone": "13800000001",
}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def staff_client() -> Client:
    actor = people.coordinator()
    return signed_in(User.objects.get(pk=actor.user_id))


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def errors(response: Any) -> list[str]:
    return [item.get_text(strip=True) for item in soup(response).select(".error-summary li")]


# -- posting --------------------------------------------------------------------------------
def test_posting_asks_to_sign_in_first() -> None:
    response = Client().get("/needs/new/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/needs/new/")


def test_the_form_posts_and_sent_twice_acts_once(owner: Client, membership: Membership) -> None:
    sent = {**NEED, "form_token": "a" * 32, "acting_for": membership.organization.number}
    first, second = owner.post("/needs/new/", sent), owner.post("/needs/new/", sent)
    need = Need.objects.get()
    assert (need.state, str(need.quantity), need.region.name if need.region else "") == (
        "SUBMITTED",
        "30.00",
        "滨河街道",
    )
    assert [r["Location"] for r in (first, second)] == [f"/needs/{need.number}/"] * 2


def test_everything_wrong_is_said_and_everything_typed_stays(owner: Client) -> None:
    typed = {**NEED, "title": "", "quantity": "-5", "unit": "", "ends_on": "2020-01-01"}
    response = owner.post("/needs/new/", typed)
    assert response.status_code == 422
    assert errors(response) == [
        "一句话说清楚：请用一句话写清楚，例如“高龄老人午餐配送，每日 30 份”。",
        "数量：数量要大于 0；说不清数量可以不填。",
        "单位：填了数量，请再选单位。",
        "到哪天止：结束日期已经过去。请选今天或以后的日期。",
    ]
    page = soup(response)
    assert page.select_one("#id_quantity")["value"] == "-5"  # type: ignore[index]
    assert page.select_one("#id_text_public").get_text(strip=True) == "午餐送到家。"  # type: ignore[union-attr]
    assert Need.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("quantity", "很多"),
        ("quantity", "1e99"),
        ("quantity", "0.001"),
        ("unit", "nothing"),
        ("category", "'; DROP TABLE"),
        ("period", "YEAR"),
        ("starts_on", "32月1日"),
        ("region", "000000"),
        ("groups", "martians"),
        ("visibility", "SECRET"),
        ("beneficiaries", "-1"),
        ("budget", "一万"),
        ("title", "长" * 61),
        ("text_public", "字" * 100_000),
        ("text_public", "请打 13800000001"),
        ("title", "\x00\u202e"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(owner: Client, name: str, value: str) -> None:
    response = owner.post("/needs/new/", {**NEED, name: value})
    assert (response.status_code, Need.objects.count()) == (422, 0)
    assert len(errors(response)) == 1


def test_rare_characters_are_kept(owner: Client) -> None:
    owner.post("/needs/new/", {**NEED, "title": "𠮷野😀\x00老人\u202e餐"})
    assert Need.objects.get().title == "𠮷野😀老人餐"


def test_a_form_of_another_organization_is_not_saved(owner: Client) -> None:
    other = people.make_organization()
    response = owner.post("/needs/new/", {**NEED, "acting_for": other.number})
    assert (response.status_code, Need.objects.count()) == (409, 0)
    assert "切换回那个单位" in errors(response)[0]
    draft = owner.post("/needs/draft/", {**NEED, "acting_for": other.number})
    assert (draft.status_code, Need.objects.count()) == (409, 0)


def test_who_only_reads_does_not_post() -> None:
    reader = people.make_membership(role=MembershipRole.READER)
    client = signed_in(reader.user)
    assert client.get("/needs/new/").status_code == 403
    assert client.post("/needs/new/", NEED).status_code == 403


def test_a_resource_with_its_own_fields(owner: Client) -> None:
    typed = {
        "title": "轮椅借用",
        "text_public": "可以借三个月。",
        "category": "disability",
        "region": "999901001",
        "kind": "EQUIPMENT",
        "served": ["999901", "999902001"],
        "weekdays": ["1", "6"],
        "max_pieces": "4",
        "cost": "FREE",
    }
    owner.post("/resources/new/", typed)
    offer = ResourceOffer.objects.get()
    assert (offer.weekdays, offer.max_pieces, offer.kind) == ([1, 6], 4, "EQUIPMENT")
    assert sorted(offer.served.values_list("code", flat=True)) == ["999901", "999902001"]


def test_a_micro_wish_is_told_down_to_the_street(owner: Client) -> None:
    wish = {**NEED, "micro_wish": "on", "region": "999901001-01", "title": "一双防滑的鞋"}
    assert owner.post("/needs/new/", {**wish, "text_public": "李奶奶要"}).status_code == 422
    owner.post("/needs/new/", {**wish, "text_public": "一名老人想要"})
    need = Need.objects.get()
    assert (need.micro_wish, need.region.name if need.region else "") == (True, "滨河街道")


# -- drafts ---------------------------------------------------------------------------------
def test_a_draft_saves_itself_once_per_form(owner: Client) -> None:
    nothing = owner.post("/needs/draft/", {"form_token": "t1", "region": "999901001"})
    assert (nothing.status_code, Need.objects.count()) == (204, 0)
    first = owner.post("/needs/draft/", {"form_token": "t1", "title": "午餐"}).json()
    need = Need.objects.get()
    assert first["fields"] == {"number": need.number, "version": "1"}
    assert (first["address"], first["whole"]) == (f"/needs/{need.number}/edit/", True)
    assert first["said"].startswith("草稿已保存 ")
    late = owner.post("/needs/draft/", {"form_token": "t1", "title": "午餐配送", "quantity": "多"})
    assert (late.json()["whole"], Need.objects.get().title) == (False, "午餐配送")
    posted = owner.post("/needs/new/", {**NEED, "form_token": "t1"})
    assert posted["Location"] == f"/needs/{need.number}/"
    assert Need.objects.get().state == "SUBMITTED"


def test_a_draft_never_holds_what_the_database_refuses(owner: Client) -> None:
    typed = {
        "title": "午餐",
        "starts_on": "2027-01-02",
        "ends_on": "2027-01-01",
        "self_raised": "5",
    }
    answer = owner.post("/needs/draft/", {**typed, "form_token": "t2", "quantity": "-1"})
    assert (answer.status_code, answer.json()["whole"]) == (200, False)
    need = Need.objects.get()
    assert (need.starts_on, need.ends_on, need.self_raised, need.quantity) == (None,) * 4


def test_an_ended_session_is_told_in_words() -> None:
    answer = Client().post("/needs/draft/", {"title": "午餐"})
    assert answer.status_code == 401
    assert answer.json()["said"].startswith("登录已过期")
    assert Client().post("/needs/live/", {"title": "午餐"}).status_code == 204


def test_two_tabs_see_both_texts(owner: Client, membership: Membership) -> None:
    need = make_need(EntryState.DRAFT, organization=membership.organization, title="原来的")
    url = f"/needs/{need.number}/edit/"
    sent = {**NEED, "number": need.number, "version": "1"}
    owner.post("/needs/draft/", {**sent, "title": "另一个窗口的"})
    assert owner.post("/needs/draft/", {**sent, "title": "这个窗口的"}).status_code == 409
    response = owner.post(url, {**sent, "title": "这个窗口的"})
    assert response.status_code == 409
    row = soup(response).select_one("table tbody tr")
    assert row is not None
    assert [cell.get_text() for cell in row.select("th, td")] == [
        "一句话说清楚",
        "另一个窗口的",
        "这个窗口的",
    ]
    version = soup(response).select_one("#id_version")
    assert version is not None
    again = owner.post(url, {**sent, "title": "这个窗口的", "version": str(version["value"])})
    assert (again.status_code, Need.objects.get().title) == (302, "这个窗口的")


def test_the_back_button_after_posting_leads_to_what_was_posted(
    owner: Client, membership: Membership
) -> None:
    sent = {**NEED, "form_token": "b" * 32, "as_draft": "1"}
    draft = owner.post("/needs/draft/", sent).json()["fields"]
    first = owner.post("/needs/new/", {**sent, **draft})
    page = first["Location"]
    again = owner.post("/needs/new/", {**sent, **draft, "title": "改过的题目"}, follow=True)
    assert again.redirect_chain == [(page, 302)]
    assert "已经提交过了" in soup(again).select_one("#says").get_text()  # type: ignore[union-attr]
    opened = owner.get(f"{page}edit/", follow=True)
    assert (opened.redirect_chain, Need.objects.get().title) == ([(page, 302)], NEED["title"])


def test_the_same_form_with_other_words_leads_there_too(owner: Client) -> None:
    sent = {**NEED, "form_token": "c" * 32, "as_draft": "1"}
    first = owner.post("/needs/new/", sent)
    again = owner.post("/needs/new/", {**sent, "title": "改过的题目"})
    assert (again.status_code, again["Location"]) == (302, first["Location"])
    assert Need.objects.get().title == NEED["title"]


def test_after_a_conflict_the_second_sending_is_a_new_one(
    owner: Client, membership: Membership
) -> None:
    need = make_need(organization=membership.organization, text_public=NEED["text_public"])
    url = f"/needs/{need.number}/edit/"
    sent = {**NEED, "number": need.number, "version": str(need.version), "form_token": "d" * 32}
    assert owner.post(url, sent).status_code == 302
    refused = owner.post(url, {**sent, "quantity": "40"})
    assert refused.status_code == 409
    form = soup(refused)
    typed = {
        name: str(form.select_one(f"[name={name}]")["value"])  # type: ignore[index]
        for name in ("form_token", "version")
    }
    assert typed["form_token"] != "d" * 32
    assert owner.post(url, {**sent, "quantity": "40", **typed}).status_code == 302
    need.refresh_from_db()
    assert need.quantity == 40


def test_sending_after_the_session_ended_keeps_the_page(
    owner: Client, membership: Membership
) -> None:
    draft = owner.post("/needs/draft/", NEED).json()["fields"]
    number = draft["number"]
    sent = {**NEED, **draft, "as_draft": "1", "acting_for": membership.organization.number}
    url = f"/needs/{number}/edit/"
    refused = Client().post(url, sent)
    page = soup(refused)
    assert refused.status_code == 401
    assert "登录已过期" in errors(refused)[0]
    assert page.select_one(".error-summary a[target=_blank]")["href"] == "/sign-in/"  # type: ignore[index]
    assert page.select_one("#id_title")["value"] == NEED["title"]  # type: ignore[index]
    shown_fields = {
        str(field["name"]): str(field.get("value", ""))
        for field in page.select("#f-title input, form input[type=hidden]")
        if field.get("name")
    }
    assert shown_fields["number"] == number
    assert owner.post(url, {**sent, **shown_fields}).status_code == 302
    assert Need.objects.get().state == EntryState.SUBMITTED


def test_an_entry_needs_a_way_to_be_reached(owner: Client, membership: Membership) -> None:
    membership.organization.contact_phone = ""
    membership.organization.save(update_fields=["contact_phone"])
    refused = owner.post("/needs/new/", {**NEED, "title": "", "contact_phone": ""})
    assert [line.split("：")[0] for line in errors(refused)] == ["一句话说清楚", "联系电话"]
    assert owner.post("/needs/new/", NEED).status_code == 302


def test_ten_megabytes_are_refused_before_anything_reads_them(
    owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def counted(original: Callable[[str], Any]) -> Callable[[str], Any]:
        def reading(text: str) -> Any:
            read.append(len(text))
            return original(text)

        return reading

    for module, name in (
        (fields, "clean_text"),
        (serializers, "clean_text"),
        (validators, "find_personal"),
        (validators, "find_identifying"),
        (beside, "find_personal"),
        (beside, "find_identifying"),
        (shown, "find_personal"),
        (steps, "find_personal"),
        (steps, "mask_personal"),
    ):
        monkeypatch.setattr(module, name, counted(getattr(module, name)))
    typed = {**NEED, "text_public": "字" * 3_300_000}
    posted = owner.post("/needs/new/", typed)
    live = owner.post("/needs/live/", typed)
    masked = owner.post("/needs/new/", {**typed, "step": "mask:text_public"})
    assert [r.status_code for r in (posted, live, masked)] == [422, 200, 200]
    assert [line.split("：")[0] for line in errors(posted)] == ["具体情况"]
    assert max(read) <= 4 * 2000


def test_put_aside_without_anything_required(owner: Client) -> None:
    response = owner.post("/needs/new/", {"title": "午餐", "later": "1"})
    need = Need.objects.get()
    assert response["Location"] == f"/needs/mine/#{need.number}"
    page = soup(owner.get("/needs/mine/"))
    assert page.select_one("template[data-form-done=need-new]")


# -- steps ----------------------------------------------------------------------------------
def test_steps_change_what_is_typed_and_write_nothing(owner: Client) -> None:
    typed = {**NEED, "contact_phone": "", "text_public": "送到家，电话 13900000002。"}
    moved = soup(owner.post("/needs/new/", {**typed, "step": "move:text_public"}))
    assert moved.select_one("#id_contact_phone")["value"] == "13900000002"  # type: ignore[index]
    assert "139" not in moved.select_one("#id_text_public").get_text()  # type: ignore[union-attr]
    masked = soup(owner.post("/needs/new/", {**typed, "step": "mask:text_public"}))
    text = masked.select_one("#id_text_public").get_text(strip=True)  # type: ignore[union-attr]
    assert text == "送到家，电话 ■■■■■■。"
    assert Need.objects.count() == 0
    assert owner.post("/needs/new/", {**typed, "step": "mask:__class__"}).status_code == 200


def test_paste_fills_what_is_free_and_marks_it(owner: Client) -> None:
    pasted = "我们社区想要轮椅20台，滨河街道春晓社区，联系电话13800000001。"
    page = soup(owner.post("/needs/new/", {"step": "paste", "pasted": pasted, "title": "我写的"}))
    values = {name: page.select_one(f"#id_{name}")["value"] for name in ("title", "quantity")}  # type: ignore[index]
    assert values == {"title": "我写的", "quantity": "20"}
    marked = [str(button["value"]) for button in page.select("button[value^='sure:']")]
    assert "sure:quantity" in marked
    assert "sure:title" not in marked
    chosen = [str(o["value"]) for o in page.select("#f-region option[selected]")]
    assert chosen == ["999901", "999901001", "999901001-01"]


def test_live_fragment_warns_guesses_and_previews(owner: Client) -> None:
    typed = {"title": "老人午餐", "text_public": "请打 13800000001", "visibility": "PARTNERS"}
    page = soup(owner.post("/needs/live/", typed))
    assert "电话号码" in page.select_one("#warn-text_public").get_text()  # type: ignore[union-attr]
    assert page.select_one("#id_category option[selected]")["value"] == "elderly"  # type: ignore[index]
    seen = [section.get_text() for section in page.select("#seen-by section")]
    assert "看不到这一条" in seen[0]
    assert "13800000001" not in "".join(seen)


def test_on_the_phone_the_caller_is_the_contact_and_one_ends_at_the_entry() -> None:
    staff = staff_client()
    organization = people.make_organization("春晓社区")
    staff.post(
        "/caller/",
        {
            "organization": organization.number,
            "caller_name": "王主任",
            "caller_phone": "138 0000 0077",
            "called_at": "2026-11-25T10:00",
        },
    )
    page = soup(staff.get("/needs/new/"))
    contact = {
        name: str(page.select_one(f"[name={name}]")["value"])  # type: ignore[index]
        for name in ("contact_name", "contact_phone")
    }
    assert contact == {"contact_name": "王主任", "contact_phone": "13800000077"}
    posted = staff.post("/needs/new/", {**NEED, **contact})
    need = Need.objects.get()
    assert (posted["Location"], need.state) == (f"/needs/{need.number}/", EntryState.OPEN)
    detail = soup(staff.get(posted["Location"]))
    stays = detail.select_one("form[action='/caller/end/'] [name=next]")
    assert stays is not None
    assert stays["value"] == posted["Location"]
    assert "13800000077" not in detail.select_one("main").get_text()  # type: ignore[union-attr]
