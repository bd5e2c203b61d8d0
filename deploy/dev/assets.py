"""`make assets`: builds the CSS and JS that the repository carries."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from deploy.dev import packages
from deploy.dev.environment import ROOT

NODE = ["nodejs", "npm"]
STAMP = ROOT / "node_modules" / ".package-lock.json"


def npm() -> str | None:
    """npm, installed from Debian where it is missing and that is allowed."""
    if shutil.which("npm") is None and os.environ.get("CI") == "true":
        packages.install(NODE)
    return shutil.which("npm")


def install(program: str) -> bool:
    """Brings node_modules to what package-lock.json says; False when npm refuses."""
    lock = ROOT / "package-lock.json"
    if STAMP.exists() and STAMP.stat().st_mtime >= lock.stat().st_mtime:
        return True
    command = [program, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def main() -> None:
    program = npm()
    if program is None:
        sys.exit(f"npm is missing. On Debian and Ubuntu: {packages.command_for(NODE)}")
    if not install(program):
        sys.exit("npm ci failed; see the message above.")
    sys.exit(subprocess.run([program, "run", "build"], cwd=ROOT, check=False).returncode)


if __name__ == "__main__":
    main()
