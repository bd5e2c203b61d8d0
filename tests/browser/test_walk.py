"""The main job in a real browser: a phone at each side, the desk of the coordinator between them."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, FilePayload, Page, expect

from accounts.models import OperatorRole, Organization
from core import outbox
from core.options import set_option
from core.permissions import SYSTEM
from marketplace.models import Need
from matching.models import Match
from matching.states import MatchState
from tests.browser.axe import violations
from tests.factories.accounts import (
    PASSWORD,
    make_membership,
    make_organization,
    make_region_tree,
    make_role_grant,
    make_user,
)
from tests.factories.archive import PDF, PNG
from tests.factories.marketplace import make_offer

pytestmark = pytest.mark.django_db(transaction=True)

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 800}
TITLE = "高龄独居老人午餐配送，每日 30 份"
OFFER = "食堂可以配送老人午餐"

Enter = Callable[[str, dict[str, int]], Page]


@pytest.fixture
def enter(chromium: Browser, live_server: Any) -> Iterator[Enter]:
    """Signs a person in through the page, in a browser of their own; they land on 待办."""
    contexts = []

    def sign_in(account: str, size: dict[str, int]) -> Page:
        context = chromium.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": size["width"], "height": size["height"]},
            base_url=live_server.url,
        )
        contexts.append(context)
        page = context.new_page()
        page.goto("/sign-in/")
        page.get_by_label("手机号、邮箱或账号名").fill(account)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main button[type=submit]").first.click()
        expect(page).to_have_url(re.compile(r"/workbench/$"))
        return page

    yield sign_in
    for context in contexts:
        context.close()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> None:
    settings.ARCHIVE_DIR = tmp_path


@pytest.fixture
def city() -> Organization:
    """Three people with accounts, and a canteen's offer on the market; returns the canteen."""
    make_region_tree()
    at = timezone.now()
    set_option("base.region", "9999", by=SYSTEM, at=at)
    community = make_organization("春晓社区居民委员会")
    canteen = make_organization("康乐社区食堂", kind="ENTERPRISE")
    make_membership(make_user("周小满", username="xiaoman"), community)
    make_membership(make_user("郑立夏", username="lixia"), canteen)
    make_role_grant(make_user("褚清和", username="qinghe"), OperatorRole.COORDINATOR)
    make_offer(organization=canteen, title=OFFER)
    outbox.drain()
    return canteen


def _post_a_need(page: Page) -> None:
    """发布需求 on a phone, through the real form; the offer shows up while typing."""
    page.goto("/workbench/")
    page.locator(".bar").get_by_role("link", name="发布需求").click()
    page.get_by_label("一句话说清楚").fill(TITLE)
    page.get_by_label("具体情况").fill("午餐送到家，低盐软食，中午十一点半前送到。")
    page.locator("[name=quantity]").fill("30")
    page.locator("[name=unit]").select_option("portion")
    page.locator("[name=period]").select_option("DAY")
    page.locator("[name=category]").select_option("elderly")
    page.locator("[name=region_3]").select_option("999901")
    page.locator("[name=region_4]").select_option("999901001")
    expect(page.locator("#beside")).to_contain_text(OFFER)
    expect(page.locator("#beside")).to_contain_text("已有 1 个资源可能合适")
    page.locator(".bar button.main").click()
    expect(page).to_have_url(re.compile(r"/needs/XQ\d\d-\d+/"))
    expect(page.locator("#says")).to_contain_text("已提交，一般 1 个工作日内受理")


def _take_in(page: Page) -> None:
    """受理 at the coordinator's desk, the keys in hand."""
    page.goto("/intake/")
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("button", name="受理并发布").first.click()
    expect(page.locator("#says")).to_contain_text("已发布")


def _recommend(page: Page) -> Match:
    """推荐给双方 with the key R."""
    need = Need.objects.get()
    page.goto(f"/desk/?need={need.number}")
    expect(page.locator(".cand")).to_contain_text(OFFER)
    page.keyboard.press("r")
    expect(page.locator("#says")).to_contain_text("已推荐")
    outbox.drain()
    return Match.objects.get(need=need)


def _file(name: str, content: bytes) -> FilePayload:
    kind = "image/png" if name.endswith("png") else "application/pdf"
    return {"name": name, "mimeType": kind, "buffer": content}


def _send(page: Page, verb: str) -> None:
    """The form's own button: on a phone it stands in the bar at the thumb."""
    page.locator(".bar").get_by_role("button", name=verb, exact=True).click()


def _end_early(page: Page) -> None:
    """A lasting link ends only after a question on a page of its own."""
    page.get_by_role("link", name="提前结束这次对接").click()
    _send(page, "提前结束")
    expect(page.locator("#says")).to_contain_text("这次对接已经提前结束")


def _open_task(page: Page, action: str) -> None:
    page.goto("/workbench/")
    page.locator(".todo").get_by_role("link", name=action).first.click()


def _accept(page: Page) -> None:
    _open_task(page, "看看再答")
    page.locator(".bar").get_by_role("link", name="同意").click()
    _send(page, "同意")


def _thank(page: Page, words: str) -> None:
    page.get_by_label("很满意", exact=True).check()
    page.locator("[name=thanks]").fill(words)
    page.locator("[name=publish]").check()
    _send(page, "发出评价")
    expect(page.locator("#says")).to_contain_text("评价已经发给对方")


def test_from_a_need_to_thanks(city: Organization, enter: Enter, live_server: Any) -> None:
    worker, canteen = enter("xiaoman", PHONE), enter("lixia", PHONE)
    coordinator = enter("qinghe", DESK)
    _post_a_need(worker)
    _take_in(coordinator)
    match = _recommend(coordinator)

    _accept(worker)
    expect(worker.locator("#says")).to_contain_text("等对方回复")
    _accept(canteen)
    expect(canteen.locator("#says")).to_contain_text("对接成功")

    canteen.locator(".bar").get_by_role("link", name="登记交付").click()
    canteen.locator("[name=note]").fill("第一天，三十份都送到了。")
    canteen.locator("[name=uploads]").set_input_files([_file("签收照片.png", PNG)])
    _send(canteen, "登记交付")
    expect(canteen.locator("#deliveries")).to_contain_text("三十份都送到了")
    expect(canteen.locator("#deliveries")).to_contain_text("签收照片.png")

    messages = worker.locator("#messages")
    worker.goto(f"/matches/{match.number}/")
    messages.locator("[name=text]").fill("楼栋分布图在这里，按单元送。")
    messages.locator("[name=uploads]").set_input_files([_file("楼栋分布图.pdf", PDF)])
    messages.get_by_role("button", name="发送").click()
    expect(messages).to_contain_text("按单元送")
    canteen.goto(f"/matches/{match.number}/")
    with canteen.expect_download() as got:
        canteen.locator("#messages").get_by_role("link", name="楼栋分布图.pdf").click()
    assert got.value.suggested_filename == "楼栋分布图.pdf"

    _open_task(worker, "去确认")
    worker.locator("#deliveries").get_by_role("button", name="确认收到").click()
    expect(worker.locator("#deliveries")).to_contain_text("已确认")
    _end_early(worker)

    canteen.goto(f"/matches/{match.number}/feedback/")
    _thank(canteen, "阿姨们都在楼下等，很暖心。")
    worker.goto(f"/matches/{match.number}/feedback/")
    _thank(worker, "老人们都说软和，谢谢。")
    match.refresh_from_db()
    assert match.state == MatchState.CLOSED

    worker.context.clear_cookies()
    worker.goto("/")
    expect(worker.locator(".stories")).to_contain_text("老人们都说软和，谢谢。")
    assert violations(worker) == []


def test_a_proposal_declined(city: Organization, enter: Enter) -> None:
    worker, canteen = enter("xiaoman", PHONE), enter("lixia", PHONE)
    coordinator = enter("qinghe", DESK)
    _post_a_need(worker)
    _take_in(coordinator)
    match = _recommend(coordinator)

    _open_task(canteen, "看看再答")
    canteen.locator(".bar").get_by_role("link", name="谢绝").click()
    _send(canteen, "谢绝")
    expect(canteen.locator(".error-summary")).to_be_visible()
    canteen.get_by_label("近期人手或资源排满了").check()
    _send(canteen, "谢绝")
    expect(canteen.locator("#says")).to_contain_text("已谢绝")
    match.refresh_from_db()
    assert (match.state, match.decline_code) == (MatchState.DECLINED, "NO_CAPACITY")

    outbox.drain()
    coordinator.goto(f"/desk/?need={match.need.number}")
    expect(coordinator.get_by_text("目前没有合适的资源。")).to_be_visible()
    worker.goto(f"/matches/{match.number}/")
    expect(worker.get_by_text("近期人手或资源排满了").first).to_be_visible()
