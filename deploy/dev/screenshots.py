"""`make screenshots`: ten main pages of the demo at 1280 and 390 px, into docs/screenshots/.

The demo runs beside on a free port with data of its own, which goes away at the end. Needs
Chromium and the packages of the tests. A picture shows what stands first on a page, in 256
colors, and may not be larger than 250 kB, so that the repository stays small.
"""

from __future__ import annotations

import base64
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.dev import packages
from deploy.dev.environment import ROOT, ensure
from deploy.dev.pictures import palette_png
from deploy.dev.processes import Processes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

FOLDER = ROOT / "docs" / "screenshots"
PASSWORD = "gongyi-2026"  # noqa: S105 - the demo's accounts are for everybody
LARGEST = 250_000
PATIENCE = 600  # seconds that the demo may take to load its city
SIZES = {1280: 860, 390: 1400}
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_UNPACK = """async (png) => {
    const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], {type: "image/png"}));
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    const data = context.getImageData(0, 0, picture.width, picture.height).data;
    let text = "";
    for (let at = 0; at < data.length; at += 32768)
        text += String.fromCharCode(...data.subarray(at, at + 32768));
    return [picture.width, picture.height, btoa(text)];
}"""
NEED = "高龄独居老人助餐"

# Name, account ("" for a visitor), address; `{need}` and `{match}` are looked up on the pages.
PAGES = (
    ("home", "", "/"),
    ("market", "", "/market/?q=老人助餐"),
    ("need", "chunxiao", "{need}"),
    ("workbench", "chunxiao", "/workbench/"),
    ("match", "chunxiao", "{match}"),
    ("messages", "chunxiao", "/messages/"),
    ("post", "street", "/needs/new/"),
    ("intake", "operator", "/intake/"),
    ("desk", "operator", "/desk/"),
    ("help", "", "/help/"),
)


def main() -> None:
    python = ensure("test")
    if Path(sys.executable) != python:
        command = [str(python), "-m", "deploy.dev.screenshots"]
        sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not program:
        wanted = ["chromium", "fonts-noto-cjk"]
        sys.exit(f"Chromium is missing. On Debian and Ubuntu: {packages.command_for(wanted)}")
    with _demo() as address:
        _take_all(program, address)


@contextmanager
def _demo() -> Iterator[str]:
    """The demo on a free port with a folder of its own; yields its address when it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="gongyi-screenshots-"))
    environment = {**os.environ, "PORT": str(port), "GONGYI_VAR": str(folder)}
    with Processes() as processes:
        processes.own(folder)
        command = [sys.executable, "-m", "deploy.dev.demo"]
        demo = processes.start(command, cwd=ROOT, env=environment)
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + PATIENCE
        while not _answers(address):
            if demo.poll() is not None or time.monotonic() > deadline:
                sys.exit("The demo did not start; see the message above.")
            time.sleep(1)
        yield address


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def _take_all(program: str, address: str) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only with the tests' packages

    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        for width, height in SIZES.items():
            contexts: dict[str, BrowserContext] = {}
            for name, account, path in PAGES:
                if account not in contexts:
                    contexts[account] = _enter(browser, address, account, width, height)
                _take(contexts[account].new_page(), name, path, width)
        browser.close()


def _enter(browser: Browser, address: str, account: str, width: int, height: int) -> BrowserContext:
    """A browser of that size in which the account is signed in."""
    context = browser.new_context(
        base_url=address,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": width, "height": height},
    )
    if account:
        page = context.new_page()
        page.goto("/sign-in/")
        page.locator("input[name=login]").fill(account)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main button[type=submit]").first.click()
        page.wait_for_url("**/workbench/")
        page.close()
    return context


def _take(page: Page, name: str, path: str, width: int) -> None:
    answer = page.goto(_found(page, path))
    if answer is None or answer.status != 200:
        sys.exit(f"{name}: {page.url} answered {answer.status if answer else 'nothing'}")
    if name == "post":
        _type_a_need(page)
    page.wait_for_load_state("networkidle")
    picture = FOLDER / f"{name}-{width}.png"
    picture.write_bytes(_small(page))
    size = picture.stat().st_size
    print(f"{picture.relative_to(ROOT)}  {size:,} bytes", flush=True)
    if size > LARGEST:
        sys.exit(f"{picture.name} is larger than {LARGEST:,} bytes")
    page.close()


def _small(page: Page) -> bytes:
    """What the page shows, with a palette; the browser itself unpacks its picture."""
    shown = base64.b64encode(page.screenshot()).decode("ascii")
    blank = page.context.new_page()
    width, height, packed = blank.evaluate(_UNPACK, shown)
    blank.close()
    return palette_png(base64.b64decode(packed), width, height)


def _found(page: Page, path: str) -> str:
    """The address itself, or the one that the pages of the sample city lead to."""
    if path == "{need}":
        page.goto("/needs/mine/")
        link = page.locator("main a", has_text=NEED).first
    elif path == "{match}":
        page.goto("/matches/?tab=running")
        link = page.locator("main a[href^='/matches/DJ']").last
    else:
        return path
    return link.get_attribute("href") or path


def _type_a_need(page: Page) -> None:
    """What makes the candidates appear beside the form."""
    page.get_by_label("一句话说清楚").fill("独居老人午餐配送，每日 20 份")
    page.get_by_label("具体情况").fill("午餐送到家，低盐软食，中午十一点半前送到。")
    page.locator("#beside .brief").first.wait_for()


if __name__ == "__main__":
    main()
