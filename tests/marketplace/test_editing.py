"""One hand and two: a page that saves by itself, a second edit, two windows."""

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from accounts.models import Membership
from core.errors import Invalid
from marketplace import operations, queries
from marketplace.models import EntryVersion, Need
from marketplace.validators import check_entry
from tests.factories import accounts as people
from tests.factories.archive import make_upload
from tests.factories.marketplace import make_need, need_content, whole
from tests.marketplace.test_form_views import AT, NEED, errors, signed_in, soup, staff_client

pytestmark = pytest.mark.django_db


def begun(owner: Client, token: str) -> dict[str, str]:
    """A draft as its page knows it after the first autosave."""
    sent = {**NEED, "form_token": token, "as_draft": "1"}
    return {**sent, **owner.post("/needs/draft/", sent).json()["fields"]}


def test_the_answer_of_an_autosave_may_be_lost(owner: Client) -> None:
    page = begun(owner, "t1")
    first = owner.post("/needs/draft/", {**page, "title": "午餐"}).json()["fields"]
    assert first["version"] == "2"
    # The answer never came: the page still names version 1, and goes on saving.
    again = owner.post("/needs/draft/", {**page, "title": "午餐配送"})
    assert (again.status_code, again.json()["fields"]["version"]) == (200, "3")


@pytest.mark.parametrize("path", ["/needs/new/", "/needs/{number}/edit/"])
def test_publishing_overtakes_the_pages_own_autosave(owner: Client, path: str) -> None:
    page = begun(owner, "t2")
    owner.post("/needs/draft/", {**page, "title": "午餐"})
    answer = owner.post(path.format(**page), {**page, "title": "高龄老人午餐"})
    need = Need.objects.get()
    assert (answer.status_code, need.state, need.title) == (302, "SUBMITTED", "高龄老人午餐")
    late = owner.post("/needs/draft/", {**page, "title": "午"})
    assert (late.status_code, Need.objects.get().title) == (409, "高龄老人午餐")


def test_an_autosave_that_arrives_after_its_new_form_was_sent_makes_no_second_draft(
    owner: Client,
) -> None:
    sent = {**NEED, "form_token": "t3", "as_draft": "1"}
    owner.post("/needs/new/", sent)
    assert owner.post("/needs/draft/", {**sent, "title": "午餐"}).status_code == 409
    assert [need.state for need in Need.objects.all()] == ["SUBMITTED"]


def test_another_window_is_still_told(owner: Client) -> None:
    page = begun(owner, "t4")
    other = {**page, "form_token": "t5", "title": "另一个窗口"}
    assert owner.post("/needs/draft/", other).status_code == 200
    assert owner.post("/needs/draft/", {**page, "title": "这个窗口"}).status_code == 409
    answer = owner.post(f"/needs/{page['number']}/edit/", {**page, "title": "这个窗口"})
    assert answer.status_code == 409
    assert "另一个窗口刚保存过这一条" in answer.content.decode()


# -- an edit that waits ---------------------------------------------------------------------
def waiting(membership: Membership) -> Need:
    need = make_need(organization=membership.organization, at=AT)
    by = people.member(membership.organization)
    operations.edit(need, whole(need, title="改过一次", text_public="第一次改的"), by=by, at=AT)
    return need


def values(page: Any) -> tuple[str, str]:
    form: BeautifulSoup = soup(page)
    return form.select_one("#id_title")["value"], form.select_one("#id_text_public").text.strip()  # type: ignore[index, union-attr, return-value]


def form_of(need: Need, **changes: str) -> dict[str, str]:
    fresh = Need.objects.get(pk=need.pk)
    return {**NEED, "title": fresh.title, "version": str(fresh.version), **changes}


def test_a_second_edit_begins_with_the_one_that_waits(
    owner: Client, membership: Membership
) -> None:
    need = waiting(membership)
    page = owner.get(f"/needs/{need.number}/edit/")
    assert values(page) == ("改过一次", "第一次改的")
    assert "还在等受理，别人看到的仍是原来的内容" in page.content.decode()
    sent = form_of(need, title="改过两次", text_public="第一次改的")
    assert owner.post(f"/needs/{need.number}/edit/", sent).status_code == 302
    rows = EntryVersion.objects.order_by("no").values_list("status", "content__title")
    assert list(rows) == [
        ("APPLIED", "高龄老人午餐配送"),
        ("REPLACED", "改过一次"),
        ("PENDING", "改过两次"),
    ]


def test_a_conflict_compares_with_the_edit_that_waits(
    owner: Client, membership: Membership
) -> None:
    need = waiting(membership)
    answer = owner.post(f"/needs/{need.number}/edit/", form_of(need, title="我的", version="1"))
    assert answer.status_code == 409
    assert "改过一次" in soup(answer).select_one("[aria-labelledby=conflict-h]").text  # type: ignore[union-attr]


def test_an_edit_that_applies_at_once_ends_the_one_that_waited(membership: Membership) -> None:
    need = waiting(membership)
    page = staff_client().get(f"/needs/{need.number}/edit/")
    assert values(page) == ("改过一次", "第一次改的")
    assert "保存就通过上面那次修改，马上生效。" in page.content.decode()
    fresh = Need.objects.get()
    content = {**queries.content_of(fresh), "quantity": 12}
    operations.edit(fresh, content, by=people.coordinator(), at=AT)
    changed = Need.objects.get()
    assert (changed.title, int(changed.quantity or 0)) == ("改过一次", 12)
    assert not EntryVersion.objects.filter(status="PENDING").exists()


def test_the_api_edits_what_waits_too(membership: Membership) -> None:
    need = waiting(membership)
    content = queries.content_of(Need.objects.get(pk=need.pk))
    assert (content["title"], content["text_public"]) == ("改过一次", "第一次改的")
    assert content["contact_phone"] == need.contact_phone


def test_a_wrong_number_is_refused_at_its_field(owner: Client) -> None:
    answer = owner.post("/needs/new/", {**NEED, "contact_phone": "12"})
    assert (answer.status_code, errors(answer)) == (
        422,
        [
            "联系电话：这个电话号码不对。手机写 11 位，座机写区号加号码，例如 020-81234567。",
        ],
    )


def test_an_import_and_the_api_refuse_the_same_number() -> None:
    content = need_content(contact_phone="12")
    for reachable in (True, False):
        with pytest.raises(Invalid) as caught:
            check_entry(content, AT.date(), reachable=reachable)
        assert list(caught.value.fields) == ["contact_phone"]
    check_entry(need_content(contact_phone="020-81234567转12"), AT.date())


def test_chosen_files_are_named_where_nobody_can_keep_them() -> None:
    sent = {**NEED, "files-uploads": [make_upload()]}
    answer = Client().post("/needs/new/", sent)
    assert answer.status_code == 401
    assert any("请重新选一次" in sentence for sentence in errors(answer))


# -- who may not post yet -------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/needs/new/", "/resources/new/"])
def test_without_an_organization_the_page_leads_to_it(path: str) -> None:
    answer = signed_in(people.make_user()).get(path)
    page = soup(answer)
    assert page.h1 is not None
    assert (answer.status_code, page.h1.text) == (403, "先登记单位")
    main = page.select_one("main .btn.main")
    assert main is not None
    assert (main["href"], main.get_text(strip=True)) == ("/organizations/new/", "登记单位")


def test_staff_without_an_organization_are_led_to_the_phone() -> None:
    page = soup(staff_client().get("/needs/new/"))
    assert "/caller/" in [link["href"] for link in page.select("main a.btn")]


# -- on paper -------------------------------------------------------------------------------
TEXTS: dict[str, Any] = {
    "text_public": "公开的",
    "text_partners": "伙伴的",
    "text_internal": "内部的",
}


def sheet(client: Client, need: Need, query: str = "") -> list[tuple[str, str]]:
    page = soup(client.get(f"/needs/{need.number}/print/{query}"))
    return [
        (head.get_text(strip=True), text.text.strip())
        for head in page.select("article h2.h-s")
        if isinstance(text := head.find_next_sibling(), Tag) and "prose" in text["class"]
    ]


def test_a_sheet_says_for_whom_each_text_is(owner: Client, membership: Membership) -> None:
    need = make_need(organization=membership.organization, **TEXTS)
    public = ("具体情况：所有人都能看", "公开的")
    partners = ("具体情况：只给运营方核验过的单位看", "伙伴的")
    internal = ("具体情况：只给本单位和运营方看", "内部的")
    assert sheet(owner, need) == [public, partners, internal]
    assert sheet(owner, need, "?only=public") == [("具体情况", "公开的")]
    assert sheet(Client(), need) == [("具体情况", "公开的")]
    other = signed_in(people.make_membership(organization=people.make_organization()).user)
    assert sheet(other, need) == [public, partners]
    warned = "请不要张贴" in owner.get(f"/needs/{need.number}/print/").content.decode()
    hushed = "请不要张贴" in Client().get(f"/needs/{need.number}/print/").content.decode()
    assert (warned, hushed) == (True, False)


def test_an_internal_entry_keeps_its_label_on_paper(owner: Client, membership: Membership) -> None:
    internal: dict[str, Any] = {
        "visibility": "INTERNAL",
        "text_public": "",
        "text_internal": "内部的",
    }
    need = make_need(organization=membership.organization, **internal)
    found = [("具体情况：只给本单位和运营方看", "内部的")]
    assert sheet(owner, need) == sheet(owner, need, "?only=public") == found
