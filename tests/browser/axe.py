"""WCAG 2.2 AA by axe-core, in the page that a test has open."""

from importlib import resources

from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_ASK = """async (rules) => (await axe.run(document, {runOnly: rules})).violations.map(
    (v) => `${v.id}: ` + v.nodes.map((n) => `${n.target} ${n.html.slice(0, 120)}`).join(' | '))"""


def violations(page: Page) -> list[str]:
    """One line per broken rule with the elements that break it; empty when there is none."""
    source = resources.files("axe_playwright_python").joinpath("axe.min.js")
    page.evaluate(source.read_text(encoding="utf-8") + ";null")
    found = page.evaluate(_ASK, RULES)
    assert isinstance(found, list)
    return found
