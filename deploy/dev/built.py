"""What the repository carries built, compared with what it is built from."""

from __future__ import annotations

import subprocess

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
NO_NODE = "npm is missing, so CSS and JS are not checked; apt-get install nodejs npm"


def translations_are_compiled(python: str, _environment: dict[str, str]) -> Verdict:
    """Each .mo is what its .po compiles to."""
    done = subprocess.run(
        [python, "-c", COMPARE], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        return failed(done.stdout + done.stderr)
    return passed("each .mo is what its .po compiles to")


def assets_are_sound(_python: str, _environment: dict[str, str]) -> Verdict:
    """Built CSS and JS are what their sources build, and use nothing that the oldest supported
    browsers lack: `npm run check`, which core/assets/check.mjs explains."""
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
