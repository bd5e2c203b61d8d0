"""The parts in a real Chromium: looked at by axe, narrow and wide, used by keys and by hand."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, Route, expect

from tests.browser.axe import violations

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["", "forms/", "market/", "market/?none=1", "post/", "desk/", "bench/", "error/404/"]


@pytest.fixture(scope="module")
def gallery() -> Iterator[str]:
    """The gallery's address, served by a process of its own without any database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.browser.gallery.settings"}
    command = [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}", "--noreload"]
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):  # a minute: a busy machine takes its time
        if server.poll() is not None:
            pytest.fail("The gallery ended at its start: run the command above by hand to see why.")
        try:
            with urllib.request.urlopen(address):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    pytest.fail(f"The gallery did not answer at {address}.")


@pytest.fixture
def page(visitor: BrowserContext) -> Page:
    return visitor.new_page()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", PAGES)
def test_no_barrier(gallery: str, page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(gallery + path)
    assert violations(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways(gallery: str, page: Page, path: str) -> None:
    page.goto(gallery + path)
    widths = [360, 390, 768, 1024, 1366, 1920]
    measured = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        measured.append(page.evaluate("document.documentElement.scrollWidth"))
    assert measured == widths


@pytest.mark.parametrize("path", PAGES)
def test_policy_is_kept_and_nobody_else_is_asked(gallery: str, page: Page, path: str) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type != "log" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(gallery + path)
    page.wait_for_load_state("networkidle")
    # Chromium itself reports the page's own status
    assert [line for line in said if "404" not in line] == []
    assert [url for url in asked if not url.startswith((gallery, "data:"))] == []


@pytest.mark.parametrize("code", [400, 403, 404, 429, 500, 503])
def test_error_pages_stand_without_context(gallery: str, page: Page, code: int) -> None:
    page.goto(f"{gallery}error/{code}/")
    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_text(f"代码 {code}")).to_be_visible()
    expect(page.get_by_role("link", name="去首页")).to_have_css(
        "background-color", "rgb(15, 118, 110)"
    )


def test_slash_goes_to_the_search_box(gallery: str, page: Page) -> None:
    page.goto(gallery + "market/")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("/")
    expect(page.locator("#q")).to_have_value("/")


def test_keys_walk_the_desk(gallery: str, page: Page) -> None:
    page.goto(gallery + "desk/")
    candidates = page.locator(".cand")
    page.keyboard.press("j")
    expect(candidates.nth(1)).to_be_focused()
    expect(candidates.nth(1)).to_have_class(re.compile(r"\bon\b"))
    expect(candidates.nth(0)).not_to_have_class(re.compile(r"\bon\b"))
    page.keyboard.press("k")
    expect(candidates.nth(0)).to_be_focused()
    page.keyboard.press("x")
    dialog = page.get_by_role("dialog", name="这个候选为什么不合适？")
    expect(dialog).to_be_visible()
    # while a question is open, keys belong to it
    page.keyboard.press("j")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_recommend_by_key_sends_the_candidate_in_focus(gallery: str, page: Page) -> None:
    sent: list[str] = []

    def take(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.post_data or "")
            route.fulfill(status=204)
        else:
            route.continue_()

    page.route("**/desk/", take)
    page.goto(gallery + "desk/")
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.wait_for_timeout(200)
    assert len(sent) == 1
    assert "do=recommend" in sent[0]
    assert "compare=2" in sent[0]


def test_draft_is_saved_and_comes_back(gallery: str, page: Page) -> None:
    page.goto(gallery + "post/?blank=1")
    with page.expect_request("**/draft/") as saved:
        page.get_by_label("一句话说清楚").fill("两台轮椅𠮷")
    assert saved.value.method == "POST"
    assert "两台轮椅𠮷" in (saved.value.post_data_buffer or b"").decode("utf-8", "replace")
    expect(page.locator("[data-saved-for=need-new]")).to_have_text(
        re.compile(r"^草稿已保存 \d{1,2}:\d\d$")
    )
    page.goto(gallery + "bench/")
    page.goto(gallery + "post/?blank=1")
    page.get_by_role("button", name="放回表里").click()
    expect(page.get_by_label("一句话说清楚")).to_have_value("两台轮椅𠮷")


def test_draft_is_told_to_be_here_only_when_the_line_is_down(gallery: str, page: Page) -> None:
    page.goto(gallery + "post/?blank=1")
    page.route("**/draft/", lambda route: route.abort())
    page.get_by_label("一句话说清楚").fill("轮椅")
    expect(page.locator("[data-saved-for=need-new]")).to_contain_text("还没有存到网站")


def test_a_form_sent_while_it_saves_lets_the_saving_go(gallery: str, page: Page) -> None:
    page.goto(gallery + "post/?blank=1")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/draft/", hold)
    with page.expect_request("**/draft/"):
        page.get_by_label("一句话说清楚").fill("两台轮椅")
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/draft/")):
        page.locator("form[data-form=need-new]").evaluate(
            "form => { form.addEventListener('submit', event => event.preventDefault());"
            " form.requestSubmit(form.querySelector('.btn')); }"
        )
    assert len(held) == 1
    # The copy of this browser stays until the next page says that the form arrived.
    assert "两台轮椅" in page.evaluate("localStorage['draft:need-new:ZZ-0001']")
    expect(page.locator("[data-saved-for=need-new]")).not_to_contain_text("还没有存到网站")


def test_draft_of_one_organization_is_not_offered_to_another(gallery: str, page: Page) -> None:
    page.goto(gallery + "post/?blank=1")
    page.get_by_label("一句话说清楚").fill("轮椅")
    page.evaluate(
        "localStorage.setItem('draft:need-new:OTHER', localStorage['draft:need-new:ZZ-0001']);"
        "localStorage.removeItem('draft:need-new:ZZ-0001')"
    )
    page.goto(gallery + "bench/")
    page.goto(gallery + "post/?blank=1")
    expect(page.locator("[data-restore]")).to_be_hidden()


def test_form_is_sent_once(gallery: str, page: Page) -> None:
    sent: list[str] = []

    def take(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
            route.fulfill(status=204)
        else:
            route.continue_()

    page.route("**/post/**", take)
    page.goto(gallery + "post/")
    button = page.get_by_role("button", name="发布需求").first
    button.click()
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    page.wait_for_timeout(200)
    assert len(sent) == 1


def test_errors_take_the_focus_and_lead_to_the_field(gallery: str, page: Page) -> None:
    page.goto(gallery + "post/")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(page.get_by_label("希望在哪天之前")).to_be_focused()
    expect(page.get_by_label("希望在哪天之前")).to_have_value("2026-11-20")


def test_counter_counts_characters(gallery: str, page: Page) -> None:
    page.goto(gallery + "post/?blank=1")
    page.get_by_label("具体情况").fill("老人𠮷")
    expect(page.locator("[data-counter]")).to_have_text("还能写 497 字")


def test_undo_goes_after_its_seconds_but_not_under_the_hand(gallery: str, page: Page) -> None:
    page.clock.install()
    page.goto(gallery)
    strip = page.locator(".undo")
    expect(strip).to_be_visible()
    strip.hover()
    page.clock.run_for(30_000)
    expect(strip).to_be_visible()
    page.mouse.move(0, 700)
    page.clock.run_for(11_000)
    expect(strip).to_have_count(0)


def test_photo_is_shown_before_it_is_sent(gallery: str, page: Page) -> None:
    page.goto(gallery + "post/?blank=1")
    dot = (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
        b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84"
        b"\x00\x00\x00\x00IEND\xaeB`\x82"
    )
    photo: FilePayload = {"name": "门口.png", "mimeType": "image/png", "buffer": dot}
    page.locator("input[type=file]").set_input_files(photo)
    expect(page.get_by_role("img", name="门口.png")).to_be_visible()


def test_filters_swap_without_reload_and_keep_the_address(gallery: str, page: Page) -> None:
    page.goto(gallery + "market/")
    page.evaluate("window.sameDocument = true")
    expect(page.get_by_role("button", name="看结果")).to_be_hidden()
    page.get_by_label("物资").check()
    page.wait_for_url("**/market/?**form=goods**")
    assert page.evaluate("window.sameDocument") is True
    expect(page.get_by_label("物资")).to_be_focused()
    expect(page.locator("h1")).to_have_count(1)


def test_candidates_follow_the_words(gallery: str, page: Page) -> None:
    page.goto(gallery + "post/?blank=1")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_label("一句话说清楚").press_sequentially("轮椅两台", delay=40)
    side = page.get_by_role("complementary", name="边写边找")
    expect(side.get_by_role("link", name="为“轮椅两台”找到的")).to_be_visible()
    assert asked.count(gallery + "candidates/") == 1


def test_accepted_form_drops_its_copies(gallery: str, page: Page) -> None:
    page.goto(gallery + "post/?blank=1")
    page.get_by_label("一句话说清楚").fill("轮椅")
    page.goto(gallery + "done/")
    assert page.evaluate("Object.keys(localStorage)") == []


def test_answers_of_a_broken_server_are_said_not_shown(gallery: str, page: Page) -> None:
    page.goto(gallery + "market/")
    page.route("**/market/?**", lambda route: route.fulfill(status=500, body="<h1>boom</h1>"))
    page.get_by_label("物资").check()
    expect(page.locator("#says")).to_contain_text("网站暂时出了问题")
    expect(page.get_by_text("boom")).to_have_count(0)
    expect(page.locator(".entries > li")).to_have_count(6)


def test_an_ended_session_leaves_the_person_with_what_is_written(gallery: str, page: Page) -> None:
    page.goto(gallery + "post/?blank=1")
    sign_in = "<!doctype html><html><body><h1>请登录</h1></body></html>"
    page.route("**/candidates/", lambda route: route.fulfill(status=200, body=sign_in))
    page.get_by_label("一句话说清楚").fill("轮椅")
    expect(page.get_by_text("登录已过期，你写的还在这里。")).to_be_visible()
    expect(page.get_by_label("一句话说清楚")).to_have_value("轮椅")
    assert page.url == gallery + "post/?blank=1"


def test_phone_menu_and_bar(gallery: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(gallery + "bench/")
    page.get_by_text("菜单", exact=True).click()
    expect(page.get_by_role("link", name="我的需求").last).to_be_visible()
    page.keyboard.press("Escape")
    box = page.get_by_role("link", name="拍票据").bounding_box()
    assert box is not None
    assert box["height"] >= 48
    assert box["y"] + box["height"] <= 800


@pytest.mark.parametrize("path", PAGES)
def test_works_without_javascript(gallery: str, chromium: Browser, path: str) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(gallery + path)
    expect(page.locator("main")).to_be_visible()
    if path.startswith("market"):
        expect(page.get_by_role("button", name="看结果")).to_be_visible()
    if path == "desk/":
        expect(page.get_by_role("link", name="不合适").first).to_have_attribute("href", "#why-not")
    if path == "bench/":
        page.locator("summary").first.click()
        expect(page.get_by_role("button", name="退出登录")).to_have_count(0)
        expect(page.get_by_role("button", name="禾苗公益服务中心").first).to_be_visible()
    context.close()
