"""`make messages`: collects the interface's sentences, then compiles every translation.

Compiling needs only polib; collecting needs the program xgettext and is left out without it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys

from deploy.dev import packages
from deploy.dev.environment import ROOT, ensure

COMPILE = """
import pathlib, polib
for path in sorted(pathlib.Path("locale").rglob("*.po")):
    catalog = polib.pofile(str(path))
    catalog.save_as_mofile(str(path.with_suffix(".mo")))
    print(f"{path}: {catalog.percent_translated()} % translated")
"""


def main() -> None:
    python = str(ensure("lint"))
    gettext = ["gettext"]
    if shutil.which("xgettext") or packages.install(gettext):
        command = [python, "-m", "django", "makemessages", "--locale", "en", "--no-location"]
        command += ["--no-obsolete", "--ignore", ".venv/*", "--ignore", "node_modules/*"]
        settings = ["--settings", "tests.settings", "--pythonpath", "."]
        if subprocess.run([*command, *settings], cwd=ROOT, check=False).returncode != 0:
            sys.exit("makemessages failed; see the message above.")
    else:
        print(f"Not collected: xgettext is missing. To have it: {packages.command_for(gettext)}")
    sys.exit(subprocess.run([python, "-c", COMPILE], cwd=ROOT, check=False).returncode)


if __name__ == "__main__":
    main()
