"""The browser itself: it reaches the site and can draw Chinese."""

from typing import Any

from playwright.sync_api import BrowserContext


def test_the_browser_reaches_the_site(visitor: BrowserContext, live_server: Any) -> None:
    answer = visitor.new_page().goto(f"{live_server.url}/static/core/app.css")
    assert answer is not None
    assert answer.status == 200


def test_the_browser_has_chinese_characters(visitor: BrowserContext) -> None:
    """Without a font each character is drawn as the same box, and the two pictures are equal."""
    page = visitor.new_page()
    pictures = []
    for word in ("公", "益"):
        page.set_content(f"<p>{word}</p>")
        pictures.append(page.locator("p").screenshot())
    assert pictures[0] != pictures[1]
