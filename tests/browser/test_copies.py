"""The browser's own copy of what was typed: it goes once the form has arrived, and not before."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from tests.browser.test_given_back import no_barrier, signed_in
from tests.factories.matching import Pair

pytestmark = pytest.mark.django_db(transaction=True)
COPIES = "Object.keys(localStorage).filter((name) => name.startsWith('draft:'))"
OFFERED = "这台电脑上有你"


def of(pair: Pair, visitor: BrowserContext, server: str) -> Page:
    return signed_in(visitor, User.objects.get(pk=pair.needer.user_id), server)


def test_a_message_that_was_sent_is_not_offered_again(
    visitor: BrowserContext, live_server: Any
) -> None:
    pair = Pair()
    match = pair.linked()
    page = of(pair, visitor, live_server.url)
    page.goto(f"{live_server.url}/matches/{match.number}/")
    form = page.locator(f"form[data-form=match-message-{match.number}]")
    form.locator("textarea").fill("明天上午十点送到。")
    page.reload()  # not sent: offered, below the talk and clear of it
    offer = form.get_by_text(OFFERED)
    expect(offer).to_be_visible()
    no_barrier(page)
    form.get_by_role("button", name="放回表里").click()
    form.get_by_role("button", name="发送").click()
    expect(page.locator(".thread .said")).to_have_text("明天上午十点送到。")
    expect(page.get_by_text("留言已发送。")).to_be_visible()
    expect(offer).to_be_hidden()
    assert page.evaluate(COPIES) == []
    page.reload()
    expect(offer).to_be_hidden()
    form.locator("textarea").fill("还有一句")
    page.reload()
    expect(offer).to_be_visible()
    above = page.locator(".thread > li").last.bounding_box()
    below = offer.bounding_box()
    assert above
    assert below
    assert below["y"] - (above["y"] + above["height"]) >= 12


def test_an_organization_that_was_saved_is_not_offered_again(
    visitor: BrowserContext, live_server: Any
) -> None:
    pair = Pair()
    number = pair.need_side.number
    page = of(pair, visitor, live_server.url)
    address = f"{live_server.url}/organizations/{number}/edit/"
    page.goto(address)
    form = page.locator(f"form[data-form=organization-{number}]")
    form.get_by_label("简称").fill("春晓")
    assert page.evaluate(COPIES) != []
    form.get_by_role("button", name="保存").click()
    expect(page).to_have_url(re.compile(rf"/organizations/{number}/$"))
    expect(page.get_by_text("已保存。")).to_be_visible()
    assert page.evaluate(COPIES) == []
