"""What the documents promise about the code is true."""

import re
from pathlib import Path

import pytest

from accounts.models import OperatorRole
from matching.states import MatchState

ROOT = Path(__file__).resolve().parents[2]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_every_variable_of_the_settings_is_explained() -> None:
    used = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', read("config/settings.py")))
    assert len(used) > 15
    table = read("docs/running.md").partition("## 4.")[2].partition("## 5.")[0]
    told = set(re.findall(r"`([A-Z_]{5,})`", table))
    assert used - told == set()
    assert told - used - {"NAME_FILE", "DEBUG", "INFO", "WARNING", "ERROR"} == set()


def test_every_file_of_core_is_on_the_closed_list() -> None:
    first = {
        *("__init__.py", "apps.py", "urls.py", "ports.py", "states.py", "audit.py", "outbox.py"),
        *("money.py", "errors.py", "permissions.py", "views.py", "api.py", "checks.py"),
    }
    record = read("docs/adr/0003-core-additions.md")
    named = {path.rpartition("/")[2] for path in re.findall(r"`([\w/]+\.py)`", record)}
    files = {path.name for path in (ROOT / "core").glob("*.py")}
    assert files - first - named == set()
    assert "`staff/`" in record


def test_the_glossary_has_every_role_and_every_state_of_a_match() -> None:
    glossary = read("docs/glossary.md")
    rows = [line for line in glossary.splitlines() if line.startswith("| `")]
    for code, label in [*OperatorRole.choices, *MatchState.choices]:
        words = re.split(r"[，（]", str(label))[0].removeprefix("已")
        named = [row for row in rows if f"`{code}`" in row]
        assert any(words in row for row in named), (code, label)


@pytest.mark.parametrize("name", ["docs/architecture.md", "docs/running.md"])
def test_links_lead_to_files(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", read(name)):
        if "://" not in target:
            assert (ROOT / name).parent.joinpath(target).exists(), target
    for target in re.findall(r"`(docs/[\w/.-]+)`", read(name)):
        assert (ROOT / target).exists(), target
