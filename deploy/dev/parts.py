"""The outside programs that tests need: found, installed where allowed, started, and ended.

A further part (a search server, a message broker) is one more class with the same four members,
added to `PARTS`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from deploy.dev import packages
from deploy.dev.processes import Processes


class Part(Protocol):
    """What `start_parts` needs to know of a program."""

    name: str
    packages: list[str]
    without_it: str  # what is not tested where this part is missing

    def found(self) -> bool:
        """Whether everything the part needs is on this machine."""

    def start(self, processes: Processes) -> dict[str, str]:
        """Starts the part and returns the environment variables that lead to it."""


class PostgreSQL:
    """A server of its own in a temporary folder, on loopback, on a free port."""

    name = "PostgreSQL"
    packages = ["postgresql", "postgresql-contrib"]
    without_it = "every test on PostgreSQL"

    def found(self) -> bool:
        return self._programs() is not None

    def start(self, processes: Processes) -> dict[str, str]:
        programs = self._programs()
        if programs is None:
            raise LookupError("PostgreSQL is not on this machine.")
        folder = Path(tempfile.mkdtemp(prefix="gongyi-postgresql-"))
        processes.own(folder)
        owner = unprivileged("postgres")
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data, port = folder / "data", free_port()
        made = subprocess.run(
            [
                *(str(programs / "initdb"), "-D", str(data), "-U", "gongyi"),
                *("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
        )
        if made.returncode != 0:
            sys.exit(f"initdb failed:\n{made.stdout}{made.stderr}")
        # Durability is of no use to a server that lives as long as one test run.
        options = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        options |= {"listen_addresses": "127.0.0.1", "port": str(port)}
        options |= {"unix_socket_directories": str(folder), "max_connections": "200"}
        command = [str(programs / "postgres"), "-D", str(data)]
        for key, value in options.items():
            command += ["-c", f"{key}={value}"]
        log = folder / "log"
        processes.start(command, cwd=folder, log=log, owner=owner, end_signal=signal.SIGQUIT)
        ready = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        wait_until(
            lambda: subprocess.run(ready, check=False).returncode == 0, name=self.name, log=log
        )
        return {"TEST_DATABASE_URL": f"postgres://gongyi@127.0.0.1:{port}/postgres"}

    def _programs(self) -> Path | None:
        """The folder of the newest server's programs."""
        folders = [Path(p).parent for p in [shutil.which("initdb")] if p]
        debian = Path("/usr/lib/postgresql")
        if debian.is_dir():
            versions = [p for p in debian.iterdir() if p.name.isdecimal()]
            folders += [p / "bin" for p in sorted(versions, key=lambda p: -int(p.name))]
        needed = ("initdb", "postgres", "pg_isready", "pg_dump", "pg_restore")
        for folder in folders:
            if all((folder / program).exists() for program in needed):
                return folder
        return None


class Chromium:
    """The browser itself, with a font that has Chinese characters. Tests start it themselves."""

    name = "Chromium"
    packages = ["chromium", "fonts-noto-cjk"]
    without_it = "every test in a browser"

    def found(self) -> bool:
        return self._program() is not None and self._has_chinese_font()

    def start(self, processes: Processes) -> dict[str, str]:
        """Nothing runs yet: each test run starts the browser it needs."""
        return {"CHROMIUM": self._program() or ""}

    def _program(self) -> str | None:
        names = ("chromium", "chromium-browser", "google-chrome")
        return next(filter(None, map(shutil.which, names)), None)

    def _has_chinese_font(self) -> bool:
        """fontconfig comes with Chromium; without it there is no browser either."""
        if shutil.which("fc-list") is None:
            return False
        listed = subprocess.run(
            ["fc-list", ":lang=zh-cn", "family"], capture_output=True, check=False
        )
        return bool(listed.stdout.strip())


PARTS: Sequence[Part] = (PostgreSQL(), Chromium())


def start_parts(
    processes: Processes,
    *,
    strict: bool,
    parts: Sequence[Part] = PARTS,
    install: Callable[[list[str]], bool] = packages.install,
) -> tuple[dict[str, str], list[str]]:
    """Starts what can be had; returns its variables and a sentence for each missing part.

    With `strict` a missing part ends the program instead.
    """
    missing = [part for part in parts if not part.found()]
    if missing:
        install([name for part in missing for name in part.packages])
    variables: dict[str, str] = {}
    sentences = []
    for part in parts:
        if part.found():
            begun = time.monotonic()
            variables |= part.start(processes)
            print(f"{part.name}: ready after {time.monotonic() - begun:.1f} s", flush=True)
        else:
            sentences.append(
                f"{part.name} is missing, so not tested: {part.without_it}. "
                f"To have it: {packages.command_for(part.packages)}"
            )
    if strict and sentences:
        sys.exit("\n".join([*sentences, "With CI=true a missing part is a failure."]))
    return variables, sentences


def unprivileged(preferred: str) -> pwd.struct_passwd | None:
    """Who runs a server that refuses root: None when this user is not root anyway."""
    if os.geteuid() != 0:
        return None
    for name in (preferred, "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    sys.exit(f"There is no user {preferred} and no user nobody to run a server as.")


def free_port() -> int:
    """A port of the loopback address that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(ready: Callable[[], bool], *, name: str, log: Path, seconds: float = 60) -> None:
    """Asks `ready()` until it says yes; ends the program with the log when it never does."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            text = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            sys.exit(f"{name} did not get ready within {seconds:.0f} s:\n{text}")
        time.sleep(0.1)
