"""What the posting form asks openly, and what is said once it was sent."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from accounts.models import Membership
from marketplace.models import Need
from tests.marketplace.test_form_views import NEED, errors, soup

pytestmark = pytest.mark.django_db


def test_after_posting_the_next_page_says_what_happens(owner: Client) -> None:
    page = soup(owner.post("/needs/new/", NEED, follow=True))
    need = Need.objects.get()
    said = "已提交，一般 1 个工作日内受理，结果会发消息告诉你。"
    assert [line.get_text(strip=True) for line in page.select("#says .say-line")] == [said]
    facts = [one.get_text(strip=True) for one in page.select("dl dt, dl dd")]
    at = facts.index("到期自动结束")
    assert need.closes_on is not None
    assert facts[at + 1] == f"{need.closes_on:%Y}年{need.closes_on.month}月{need.closes_on.day}日"


def test_a_phone_is_marked_as_required_where_the_organization_left_none(
    owner: Client, membership: Membership
) -> None:
    organization = membership.organization

    def phone(page: BeautifulSoup) -> tuple[bool, str]:
        label, hint = (
            page.select_one("label[for=id_contact_phone]"),
            page.select_one("#id_contact_phone_helptext"),
        )
        assert label is not None
        assert hint is not None
        return "必填" in label.get_text(), hint.get_text().split("。")[0]

    organization.contact_phone = ""
    organization.save()
    bare = {**NEED, "contact_phone": ""}
    refused = owner.post("/needs/new/", bare)
    assert errors(refused) == [
        "联系电话：请留一个电话：对接以后，对方要能找到你们。只有对接的一方看得到。"
    ]
    step = owner.post("/needs/new/", {**bare, "step": "look"})
    pages = [soup(owner.get("/needs/new/")), soup(refused), soup(step)]
    assert [phone(page) for page in pages] == [(True, "手机或座机")] * 3
    assert owner.post("/needs/new/", {**bare, "later": "1"}).status_code == 302
    organization.contact_phone = "07550000000"
    organization.save()
    assert phone(soup(owner.get("/needs/new/"))) == (False, "不填就用单位登记的电话")


def test_a_wish_gets_one_advice_about_names(owner: Client) -> None:
    advice = "这里像有人的姓名或称呼。微心愿不写是谁，请改成“一名……”。"
    for words in ("孩子叫王小明，想要画笔", "李奶奶想要收音机"):
        wish = {**NEED, "micro_wish": "on", "text_public": words}
        page = soup(owner.post("/needs/new/", wish))
        warning = page.select_one("#warn-text_public")
        assert warning is not None
        assert advice in page.select_one(".error-summary").get_text()  # type: ignore[union-attr]
        assert advice in warning.get_text()
        assert "只留称呼" not in page.get_text()
