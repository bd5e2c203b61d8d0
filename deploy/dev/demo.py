"""`make demo`: the site with its sample city, and the worker beside it, until Ctrl-C.

A first start makes everything; a later one keeps the data and only starts the programs.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from deploy.dev.environment import ROOT, ensure
from deploy.dev.processes import Processes

VAR = Path(os.environ.get("GONGYI_VAR") or ROOT / "var").absolute()
THREADS = "8"


def main() -> None:
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        _run(_port())
    except KeyboardInterrupt:
        print(f"\nStopped. The data stays in {VAR}", flush=True)


def _hold_patiently() -> IO[str] | None:
    """The folder's lock; a demo that was told to stop a moment ago is given time to."""
    end = time.monotonic() + 20
    while (held := hold(VAR)) is None and time.monotonic() < end:
        time.sleep(0.5)
    return held


def _run(port: int) -> None:
    python = str(ensure("demo"))
    VAR.mkdir(parents=True, exist_ok=True)
    held = _hold_patiently()
    if held is None:
        sys.exit(f"A demo is already running on {VAR}. Stop it first (Ctrl-C where it runs).")
    _need_free(port)
    write_secret(VAR / "secret_key")
    environment = _environment(port)
    _prepare(python, environment)
    with held, Processes() as processes:
        _serve(processes, python, environment, port)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _port() -> int:
    raw = os.environ.get("PORT") or "8000"
    if not raw.isdecimal() or not 1 <= int(raw) <= 65535:
        sys.exit(f"PORT={raw}: write a number from 1 to 65535.")
    return int(raw)


def _need_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            sys.exit(f"Port {port} cannot be used ({error.strerror}). Try: make demo PORT=8001")


def hold(var: Path) -> IO[str] | None:
    """The lock that one demo holds on its data folder; None while another holds it."""
    lock = (var / "demo.lock").open("w", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def write_secret(path: Path) -> None:
    """A secret key of this installation's own, readable by its owner alone."""
    if path.exists():
        return
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as f:
        f.write(secrets.token_urlsafe(50))


def _environment(port: int) -> dict[str, str]:
    """The demo's own settings; what the caller has set wins."""
    return {
        "GONGYI_VAR": str(VAR),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "LOG_LEVEL": "WARNING",
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONUNBUFFERED": "1",
    }


def _prepare(python: str, environment: dict[str, str]) -> None:
    _manage(python, environment, "migrate", "--verbosity=0")
    mark, now = VAR / "static.mark", _static_mark()
    if not mark.exists() or mark.read_text(encoding="ascii") != now:
        _manage(python, environment, "collectstatic", "--noinput", "--clear", "--verbosity=0")
        mark.write_text(now, encoding="ascii")
    _manage(python, environment, "load_demo")


def _static_mark() -> str:
    """Changes when a static file or an installed package changes."""
    digest = hashlib.sha256((ROOT / "requirements" / "demo.txt").read_bytes())
    for path in sorted(ROOT.glob("*/static/**/*")):
        if path.is_file():
            digest.update(f"{path.relative_to(ROOT)} {path.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _manage(python: str, environment: dict[str, str], *words: str) -> None:
    done = subprocess.run([python, "manage.py", *words], cwd=ROOT, env=environment, check=False)
    if done.returncode != 0:
        sys.exit(f"manage.py {words[0]} failed; see the message above.")


def _serve(processes: Processes, python: str, environment: dict[str, str], port: int) -> None:
    address = f"127.0.0.1:{port}"
    site = [python, "-m", "gunicorn", "config.wsgi:application", "--bind", address]
    site += ["--workers", "1", "--threads", THREADS, "--log-level", "warning"]
    # A search address with a long Chinese query and a cursor is longer than the default line.
    site += ["--limit-request-line", "8190"]
    programs = {
        "the site": processes.start(site, cwd=ROOT, env=environment),
        "the worker": processes.start([python, "manage.py", "work"], cwd=ROOT, env=environment),
    }
    parent = os.getppid()
    announced = False
    while os.getppid() == parent:
        for name, program in programs.items():
            if program.poll() is not None:
                sys.exit(f"{name} ended with status {program.returncode}; see the lines above.")
        if not announced and _answers(port):
            announced = True
            _announce(address)
        time.sleep(0.2 if not announced else 1)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _announce(address: str) -> None:
    print(f"\n  公益链接 Gongyi Link:  http://{address}/")
    print(f"  API:                  http://{address}/api/v1/")
    print("  Ctrl-C stops it; the data stays; `make reset` deletes it.\n", flush=True)


if __name__ == "__main__":
    main()
