"""Every page in Chromium, at a desk's width and a phone's: WCAG 2.2 AA by axe, nothing in the
console, nothing asked of anybody else, nothing wider than the smallest phone.

The pages are those of the access table that answer 200 to a GET, each for the role that sees most.
"""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page

from tests.access.table import ROWS
from tests.access.world import ROLES, World, build
from tests.browser.axe import violations

pytestmark = pytest.mark.django_db(transaction=True)

FILES = ("export", "download", "template", "repaired", "healthz", "readyz", "names", "region-pick")
"""What answers with a file or a fragment, and no page."""
BEST = ("coordinator", "administrator", "admin", "editor", "partner", "stranger", "nobody")
SIZES = ((1280, 800), (390, 844))
NARROWEST = 360


def pages() -> dict[str, list[tuple[str, str]]]:
    """(name, thing) by the role that opens it: each page once."""
    found: dict[str, list[tuple[str, str]]] = {}
    for method, name, thing, answers in ROWS:
        if method != "GET" or name.endswith(FILES):
            continue
        by_role = dict(zip(ROLES, answers.split(), strict=True))
        role = next((role for role in BEST if by_role[role] == "200"), "")
        if role:
            found.setdefault(role, []).append((name, thing))
    return found


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> None:
    settings.ARCHIVE_DIR = tmp_path


def sign_in(visitor: BrowserContext, world: World, role: str, server: str) -> None:
    client = world.client(role)
    cookies = [
        {"name": name, "value": morsel.value, "url": server}
        for name, morsel in client.cookies.items()
    ]
    if cookies:
        visitor.add_cookies(cookies)  # type: ignore[arg-type]


def listen(page: Page, server: str, faults: list[str]) -> None:
    """Write down what a page says in the console, and whom it asks besides the site."""

    def said(line: Any) -> None:
        if line.type in ("error", "warning"):
            faults.append(f"{page.url}: {line.text}")

    def asked(request: Any) -> None:
        if not request.url.startswith((server, "data:", "blob:")):
            faults.append(f"{page.url} asked {request.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("request", asked)


def faults_of(page: Page, path: str, server: str) -> list[str]:
    """What is wrong with one page at every size."""
    found: list[str] = []
    page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
    answer = page.goto(server + path)
    if answer is None or answer.status != 200:
        return [f"{path}: answered {answer.status if answer else 'nothing'}"]
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{path} at {width}: {line}" for line in violations(page)]
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > NARROWEST:
        found.append(f"{path}: {wide} wide at {NARROWEST}")
    return found


@pytest.mark.timeout(600)  # hundreds of pages, on a busy machine
@pytest.mark.parametrize("role", sorted(pages()))
def test_every_page_is_accessible_quiet_and_narrow(
    role: str, visitor: BrowserContext, live_server: Any
) -> None:
    world = build()
    sign_in(visitor, world, role, live_server.url)
    page = visitor.new_page()
    faults: list[str] = []
    listen(page, live_server.url, faults)
    for name, thing in pages()[role]:
        path = reverse(name, args=world.things[thing] if thing else [])
        faults += faults_of(page, path, live_server.url)
    assert not faults, "\n".join(faults)
