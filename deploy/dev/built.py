"""What the repository carries built, compared with what it is built from."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from deploy.dev import assets
from deploy.dev.environment import ROOT
from deploy.dev.verdict import Verdict, failed, passed, skipped

COMPARE = """
import pathlib, polib, sys
wrong = []
for path in sorted(pathlib.Path("locale").rglob("*.po")):
    compiled = path.with_suffix(".mo")
    wanted = polib.pofile(str(path)).to_binary()
    if not compiled.exists() or compiled.read_bytes() != wanted:
        wrong.append(f"{compiled} is not what {path.name} compiles to; make messages")
print("\\n".join(wrong))
sys.exit(bool(wrong))
"""
NO_NODE = "npm is missing, so built CSS and JS are not compared; apt-get install nodejs npm"


def translations_are_compiled(python: str, _environment: dict[str, str]) -> Verdict:
    """Each .mo is what its .po compiles to."""
    done = subprocess.run(
        [python, "-c", COMPARE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        return failed(done.stdout + done.stderr)
    return passed("each .mo is what its .po compiles to")


def assets_are_built(_python: str, _environment: dict[str, str]) -> Verdict:
    """Builds in a copy of the repository and compares every tracked file under static/."""
    if not (ROOT / "package.json").exists():
        return passed("no package.json yet")
    npm = assets.npm()
    if npm is None:
        return skipped(NO_NODE)
    if not assets.install(npm):
        return failed("npm ci failed")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        tracked = _tracked()
        for name in tracked:
            target = copy / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
        (copy / "node_modules").symlink_to(ROOT / "node_modules")
        done = subprocess.run(
            [npm, "run", "build"], cwd=copy, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            return failed(done.stdout + done.stderr)
        here = {name: (ROOT / name).read_bytes() for name in tracked if "/static/" in name}
        there = {
            str(path.relative_to(copy)): path.read_bytes()
            for path in copy.glob("*/static/**/*")
            if path.is_file()
        }
    differ = sorted(name for name in here | there if here.get(name) != there.get(name))
    if differ:
        return failed(f"not what `make assets` builds: {', '.join(differ)}")
    return passed(f"{len(here)} files are what npm run build makes")


def browsers_are_supported(_python: str, _environment: dict[str, str]) -> Verdict:
    """CSS and JS use nothing that the oldest supported browsers lack (`npm run check`)."""
    if not (ROOT / "package.json").exists():
        return passed("no package.json yet")
    npm = assets.npm()
    if npm is None:
        return skipped(NO_NODE)
    if not assets.install(npm):
        return failed("npm ci failed")
    done = subprocess.run(
        [npm, "run", "--silent", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    output = (done.stdout + done.stderr).strip()
    return failed(output) if done.returncode != 0 else passed(output.splitlines()[-1][:90])


def _tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [name for name in listed.stdout.decode().split("\0") if (ROOT / name).is_file()]
