"""Every component renders with nothing given, and none lets a person's text out as markup."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template, engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler

HERE = Path(__file__).resolve().parents[2] / "core/templates"
COMPONENTS = sorted(path.stem for path in (HERE / "cotton").glob("*.html"))
# What opens and closes: a quote to leave an attribute, a tag to leave the text.
BAD = "\"'><img src=x onerror=alert(1)>"


def draw(source: str, **values: object) -> str:
    """Renders a template with components, which only a loader translates into tags."""
    engine = engines["django"].engine  # type: ignore[attr-defined]
    template = Template(CottonCompiler().process(source), engine=engine)
    return template.render(Context(values))


@pytest.mark.parametrize("name", COMPONENTS)
def test_component_says_what_it_takes(name: str) -> None:
    text = (HERE / "cotton" / f"{name}.html").read_text(encoding="utf-8")
    assert text.startswith("{% comment %}")
    declared = text.split("<c-vars", 1)[1].split("/>", 1)[0] if "<c-vars" in text else ""
    comment = text.split("{% endcomment %}", 1)[0]
    names = [part.split("=")[0].lstrip(":") for part in declared.split() if "=" in part]
    missing = [n for n in names if n != "class" and n not in comment]
    assert missing == []


@pytest.mark.parametrize("name", COMPONENTS)
def test_component_renders_with_nothing_given(name: str) -> None:
    draw(f"<c-{name.replace('_', '-')} />", now=None)


@pytest.mark.parametrize(
    "source",
    [
        '<c-entry :title="bad" :text="bad" org="{{ bad }}" url="{{ bad }}" words="{{ bad }}" '
        'max="3" :meta="list" more="{{ bad }}" chip="{{ bad }}" />',
        '<c-brief title="{{ bad }}" org="{{ bad }}" line="{{ bad }}" />',
        '<c-facts :items="pairs" />',
        '<c-check :items="pairs" />',
        '<c-button href="{{ bad }}" title="{{ bad }}">{{ bad }}</c-button>',
        '<c-copy id="a" text="{{ bad }}" label="{{ bad }}" />',
        '<c-said who="{{ bad }}" org="{{ bad }}" time="{{ bad }}">{{ bad }}</c-said>',
        '<c-undo text="{{ bad }}" url="{{ bad }}" />',
        '<c-dialog id="a" text="{{ bad }}" action="{{ bad }}" yes="{{ bad }}">{{ bad }}</c-dialog>',
        '<c-search action="/" value="{{ bad }}" :keep="pairs2" />',
        '<c-facet label="{{ bad }}" name="{{ bad }}" :choices="choices" />',
        '<c-picks :items="pairs2" clear="{{ bad }}" />',
        '<c-candidate title="{{ bad }}" org="{{ bad }}" ask="{{ bad }}" :reasons="reasons" />',
        '<c-change before="{{ bad }}" after="{{ bad }}" field="{{ bad }}" />',
        '<c-seen-by title="{{ bad }}"><c-slot name="public">{{ bad }}</c-slot></c-seen-by>',
        '<c-title text="{{ bad }}">{{ bad }}</c-title>',
        '<c-files :items="files" />',
        '<c-news :items="news" />',
    ],
)
def test_text_of_people_never_becomes_markup(source: str) -> None:
    html = draw(
        source,
        bad=BAD,
        list=[BAD],
        pairs=[(BAD, BAD, BAD)],
        pairs2=[(BAD, BAD)],
        choices=[(BAD, BAD, 1, False)],
        reasons=[(BAD, BAD, 1, 2)],
        files=[(BAD, BAD, BAD, BAD, BAD, "file")],
        news=[(BAD, BAD, BAD, BAD, True)],
    )
    page = BeautifulSoup(html, "html.parser")
    assert page.find_all("img") == []
    assert [tag for tag in page.find_all(True) if any(a.startswith("on") for a in tag.attrs)] == []
    assert "onerror=alert(1)>" in page.get_text() + str([t.attrs for t in page.find_all(True)])


@pytest.mark.parametrize("code", [500, 503])
def test_last_pages_need_nothing(code: int) -> None:
    page = render_to_string(f"{code}.html")
    assert "/static/core/app.css" in page
    assert f"代码 {code}" in page


@pytest.mark.parametrize("code", [400, 403, 404, 429])
def test_error_pages_need_no_context(code: int) -> None:
    page = BeautifulSoup(render_to_string(f"{code}.html"), "html.parser")
    assert page.h1 is not None
    assert page.html is not None
    assert page.html["lang"] == "zh-CN"


def test_refusal_is_a_page_or_a_line() -> None:
    request = RequestFactory().get("/")
    whole = render_to_string("core/refused.html", {"error": "不行，因为…", "back": "/x/"}, request)
    part = render_to_string("core/refused_part.html", {"error": "不行，因为…"}, request)
    assert "不行，因为…" in whole
    assert 'href="/x/"' in whole
    assert BeautifulSoup(part, "html.parser").get_text(strip=True) == "不行，因为…"
