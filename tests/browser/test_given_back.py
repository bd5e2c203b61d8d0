"""Pages that say no and lead on: a stale form comes back whole, who has no organization gets to it."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Membership, User
from tests.browser.axe import violations
from tests.factories.accounts import PASSWORD, make_membership, make_region_tree, make_user

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = ((1280, 800), (390, 844))


def signed_in(visitor: BrowserContext, user: User, server: str) -> Page:
    page = visitor.new_page()
    page.goto(f"{server}/sign-in/")
    page.get_by_label("手机号、邮箱或账号名").fill(user.username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"/(workbench|welcome)/"))
    return page


def no_barrier(page: Page) -> None:
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_stale_form_is_sent_again_with_everything_typed(
    visitor: BrowserContext, live_server: Any
) -> None:
    make_region_tree()
    member: Membership = make_membership(make_user("周小满", username="xiaoman"))
    page = signed_in(visitor, member.user, live_server.url)
    page.goto(f"{live_server.url}/needs/new/")
    page.get_by_label("一句话说清楚").fill("两台轮椅")
    page.get_by_label("具体情况").fill("借一个月，自己来取。")
    visitor.clear_cookies(name="csrftoken")
    page.locator("form[data-form=need-new]").evaluate("form => form.submit()")
    expect(page.get_by_role("heading", level=1)).to_have_text("这一页已经失效")
    expect(page.get_by_label("你写的内容").nth(1)).to_have_value("借一个月，自己来取。")
    no_barrier(page)
    page.get_by_role("button", name="再提交一次").click()
    expect(page.get_by_label("一句话说清楚")).to_have_value("两台轮椅")
    expect(page.get_by_label("具体情况")).to_have_value("借一个月，自己来取。")


def test_who_has_no_organization_gets_to_registering_one(
    visitor: BrowserContext, live_server: Any
) -> None:
    page = signed_in(visitor, make_user("尤立春", username="lichun"), live_server.url)
    page.goto(f"{live_server.url}/needs/new/")
    no_barrier(page)
    page.get_by_role("link", name="登记单位").click()
    expect(page).to_have_url(f"{live_server.url}/organizations/new/")
