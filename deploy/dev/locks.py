"""`make locks`: compiles requirements/*.txt from pyproject.toml; also proves that they still match.

One resolution over all extras comes first and constrains each lock, so that a package has the
same version in every one of them. Locks hold versions and hashes, and no address.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from deploy.dev.environment import ROOT

LOCKS = ROOT / "requirements"
EXTRAS = ("base", "demo", "elasticsearch", "fleet", "up", "test", "lint", "audit", "bench", "load")
OLDEST_PYTHON = "3.11"
MARK = "# Compiled by `make locks` from the dependency tables of pyproject.toml, sha256 "


def tables_hash(pyproject: str) -> str:
    """A hash of what the locks depend on: the Python versions and every list of packages."""
    project = tomllib.loads(pyproject)["project"]
    tables = {
        "requires-python": project["requires-python"],
        "dependencies": project["dependencies"],
        "optional-dependencies": project.get("optional-dependencies", {}),
    }
    text = json.dumps(tables, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def stale(pyproject: str, locks: dict[str, str]) -> list[str]:
    """Names of the locks that were not compiled from these tables, or are not there at all."""
    first_line = MARK + tables_hash(pyproject)
    return [name for name in EXTRAS if locks.get(name, "").partition("\n")[0] != first_line]


def read_locks() -> dict[str, str]:
    """The text of each lock, by extra."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(LOCKS.glob("*.txt"))}


def pinned(lock: str) -> list[str]:
    """Each `name==version ; marker` of a lock, without its hashes."""
    return re.findall(r"^([A-Za-z0-9._-]+==[^\\\n]+?)\s*\\?$", lock, flags=re.MULTILINE)


def _compile(uv: str, words: list[str], output: Path) -> None:
    command = [uv, "pip", "compile", "pyproject.toml", *words]
    command += ["--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes", "--quiet"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate"]
    command += ["--output-file", str(output)]
    if subprocess.run(command, cwd=ROOT, check=False).returncode != 0:
        sys.exit("uv could not resolve the dependencies; see the message above.")


def main() -> None:
    uv = shutil.which("uv")
    if uv is None:
        sys.exit("Compiling locks needs uv: python3 -m pip install uv")
    first_line = MARK + tables_hash((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    LOCKS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "all.txt"
        if not os.environ.get("UPGRADE"):
            # What stands in the output file is kept by uv where it still fits.
            kept = {line for lock in read_locks().values() for line in pinned(lock)}
            whole.write_text("\n".join(sorted(kept)) + "\n", encoding="utf-8")
        _compile(uv, ["--all-extras"], whole)
        for name in EXTRAS:
            part = Path(folder) / f"{name}.txt"
            extra = [] if name == "base" else ["--extra", name]
            _compile(uv, [*extra, "--constraint", str(whole)], part)
            text = part.read_text(encoding="utf-8")
            (LOCKS / part.name).write_text(f"{first_line}\n{text}", encoding="utf-8")
            print(f"requirements/{part.name}: {len(pinned(text))} packages")


if __name__ == "__main__":
    main()
