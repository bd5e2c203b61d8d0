"""Serving on this machine: the port, the folder's lock, its secret, and watching the programs."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from deploy.dev.environment import ROOT

VAR = Path(os.environ.get("GONGYI_VAR") or ROOT / "var").absolute()


def wanted_port(target: str) -> int:
    """PORT, or 8000; ends the program where it is no port or is taken."""
    raw = os.environ.get("PORT") or "8000"
    if not raw.isdecimal() or not 1 <= int(raw) <= 65535:
        sys.exit(f"PORT={raw}: write a number from 1 to 65535.")
    port = int(raw)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            sys.exit(f"Port {port} cannot be used ({error.strerror}). Try: make {target} PORT=8001")
    return port


def hold(var: Path) -> IO[str] | None:
    """The lock that one site holds on its data folder; None while another holds it."""
    lock = (var / "demo.lock").open("w", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def hold_patiently() -> IO[str]:
    """The folder's lock; a site that was told to stop a moment ago is given time to."""
    VAR.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + 20
    while (held := hold(VAR)) is None and time.monotonic() < end:
        time.sleep(0.5)
    if held is None:
        sys.exit(f"A demo is already running on {VAR}. Stop it first (Ctrl-C where it runs).")
    return held


def write_secret(path: Path) -> None:
    """A secret key of this installation's own, readable by its owner alone."""
    if path.exists():
        return
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as f:
        f.write(secrets.token_urlsafe(50))


def settings_for(port: int) -> dict[str, str]:
    """The environment of a site on this machine; what the caller has set wins."""
    return {
        "GONGYI_VAR": str(VAR),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
    }


def manage(python: str, environment: Mapping[str, str], *words: str) -> None:
    """Run `manage.py`; ends the program where it fails, which has said why."""
    done = subprocess.run([python, "manage.py", *words], cwd=ROOT, env=environment, check=False)
    if done.returncode != 0:
        sys.exit(f"manage.py {words[0]} failed; see the message above.")


def collect_static(python: str, environment: Mapping[str, str]) -> None:
    """Collect CSS, JS and icons, unless nothing has changed since."""
    mark, now = VAR / "static.mark", _static_mark()
    if not mark.exists() or mark.read_text(encoding="ascii") != now:
        manage(python, environment, "collectstatic", "--noinput", "--clear", "--verbosity=0")
        mark.write_text(now, encoding="ascii")


def _static_mark() -> str:
    """Changes when a static file or an installed package changes."""
    digest = hashlib.sha256((ROOT / "requirements" / "demo.txt").read_bytes())
    for path in sorted(ROOT.glob("*/static/**/*")):
        if path.is_file():
            digest.update(f"{path.relative_to(ROOT)} {path.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()


def site_command(python: str, port: int, *more: str) -> list[str]:
    """gunicorn on this port, with the settings of deploy/."""
    command = [python, "-m", "gunicorn", "-c", "deploy/gunicorn_settings.py", "config.wsgi"]
    return [*command, "--bind", f"127.0.0.1:{port}", "--log-level", "warning", *more]


def watch(
    programs: Mapping[str, subprocess.Popen[bytes]], port: int, announce: Callable[[], None]
) -> None:
    """Announce the site once it answers; end when a program or whoever started this one ends."""
    parent, announced = os.getppid(), False
    while os.getppid() == parent:
        for name, program in programs.items():
            if program.poll() is not None:
                sys.exit(f"{name} ended with status {program.returncode}; see the lines above.")
        if not announced and answers(port):
            announced = True
            announce()
        time.sleep(0.2 if not announced else 1)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def say_addresses(port: int) -> None:
    address = f"http://127.0.0.1:{port}"
    print(f"\n  公益链接 Gongyi Link:  {address}/")
    print(f"  API:                  {address}/api/v1/", flush=True)
