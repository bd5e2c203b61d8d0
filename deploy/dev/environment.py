"""The project's own virtual environment, `.venv`: made once, filled from a hashed lock.

Written so that an old Python can still read it and say what is wrong.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from deploy.dev import packages

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)


def ensure(extra: str) -> Path:
    """The environment's Python, after `requirements/<extra>.txt` has been installed in it.

    Does nothing but compare a hash when that lock was installed before.
    Ends the program with a sentence where no environment can be made.
    """
    if not _works(PYTHON):
        _create()
    lock = ROOT / "requirements" / f"{extra}.txt"
    stamp = VENV / "installed" / extra
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text(encoding="ascii") != wanted:
        _install(lock)
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(wanted, encoding="ascii")
    return PYTHON


def _works(python: Path) -> bool:
    test = f"import sys; sys.exit(sys.version_info < {OLDEST!r})"
    try:
        return subprocess.run([str(python), "-c", test], check=False).returncode == 0
    except OSError:
        return False


def _interpreter() -> str:
    """This Python, or a newer one on the path; ends the program where there is none."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for minor in range(20, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and _works(Path(found)):
            return found
    sys.exit(
        "Python 3.11 or newer is needed; {} is {}.{}. Install a newer one, "
        "or name it: make demo PYTHON=/path/to/python3.11".format(
            sys.executable, *sys.version_info[:2]
        )
    )


def _create() -> None:
    python = _interpreter()
    print(f"Making {VENV.name} with {python}", flush=True)
    uv = shutil.which("uv")
    if uv:
        made = subprocess.run(
            [uv, "venv", "--quiet", "--clear", "--python", python, str(VENV)], check=False
        )
    else:
        _need_ensurepip(python)
        made = subprocess.run([python, "-m", "venv", "--clear", str(VENV)], check=False)
    if made.returncode != 0 or not _works(PYTHON):
        sys.exit(f"The virtual environment {VENV} could not be made; see the message above.")


def _need_ensurepip(python: str) -> None:
    """Debian splits ensurepip from Python: bring it where allowed, else say how."""
    test = [python, "-c", "import ensurepip, venv"]
    if subprocess.run(test, capture_output=True, check=False).returncode == 0:
        return
    wanted = ["python3-venv"]
    installed = packages.install(wanted)
    if installed and subprocess.run(test, capture_output=True, check=False).returncode == 0:
        return
    sys.exit(
        f"{python} cannot make virtual environments: its module venv or ensurepip is missing.\n"
        f"On Debian and Ubuntu: {packages.command_for(wanted)}\n"
        "Elsewhere: install uv, which needs neither."
    )


def _install(lock: Path) -> None:
    print(f"Installing the packages of {lock.relative_to(ROOT)} into {VENV.name}", flush=True)
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    uv = shutil.which("uv")
    if uv:
        command = [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    else:
        has_pip = [str(PYTHON), "-m", "pip", "--version"]
        if subprocess.run(has_pip, capture_output=True, check=False).returncode != 0:
            subprocess.run([str(PYTHON), "-m", "ensurepip"], check=True)
        command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--progress-bar", "off"]
    command += ["--require-hashes", "-r", str(lock)]
    if subprocess.run(command, env=environment, check=False).returncode != 0:
        sys.exit(f"The packages of {lock.name} could not be installed; see the message above.")
