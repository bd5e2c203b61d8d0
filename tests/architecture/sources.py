"""Which files the architecture tests read: what git tracks, as it stands in the folder."""

import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BUILT = "/static/"  # built CSS and JS are checked by `make lint` against their sources


@cache
def tracked(*suffixes: str) -> tuple[str, ...]:
    """Paths of tracked and new files with one of the endings, all files without an ending."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    paths = (path for path in listed.split("\0") if path and (ROOT / path).is_file())
    return tuple(sorted(p for p in paths if not suffixes or p.endswith(suffixes)))


def text_of(path: str) -> str:
    """The file's text; empty for one that is no text, like a picture."""
    raw = (ROOT / path).read_bytes()
    try:
        return "" if b"\0" in raw[:1024] else raw.decode()
    except UnicodeDecodeError:
        return ""


@cache
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def floors() -> dict[str, int]:
    """The floor of each app, 0 at the bottom, from the layers that import-linter checks."""
    contracts = pyproject()["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["type"] == "layers")
    return {
        app.strip(): level
        for level, layer in enumerate(reversed(layers))
        for app in layer.split("|")
    }


@cache
def product_modules() -> tuple[str, ...]:
    """Python files of the apps, migrations included, tests and tools excluded."""
    return tuple(p for p in tracked(".py") if p.partition("/")[0] in floors())
