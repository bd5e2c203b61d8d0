"""The outside programs that tests need: found, installed where allowed, started, and ended.

A further part (a search server, a message broker) is one more class with the same four members,
added to `PARTS`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from deploy.dev import packages
from deploy.dev.broker import RabbitMQ
from deploy.dev.ports import free_port, unprivileged, wait_until
from deploy.dev.processes import Processes
from deploy.dev.search_server import Elasticsearch


class Part(Protocol):
    """What `start_parts` needs to know of a program."""

    name: str
    packages: list[str]
    without_it: str  # what is not tested where this part is missing

    def found(self) -> bool:
        """Whether everything the part needs is on this machine."""

    def start(self, processes: Processes) -> dict[str, str]:
        """Starts the part and returns the environment variables that lead to it."""


@runtime_checkable
class Fetched(Protocol):
    """A part of which something is in no Debian package."""

    def bring(self) -> None:
        """Fetch it, where that is possible; says what went wrong and does not raise."""


class PostgreSQL:
    """A server of its own in a temporary folder, on loopback, on a free port."""

    name = "PostgreSQL"
    packages = ["postgresql", "postgresql-contrib"]
    without_it = "every test on PostgreSQL"

    def __init__(self, *, durable: bool = False) -> None:
        """`durable`: every commit is on disk, as in production."""
        self.durable = durable

    def found(self) -> bool:
        return self._programs() is not None

    def start(self, processes: Processes) -> dict[str, str]:
        folder = Path(tempfile.mkdtemp(prefix="gongyi-postgresql-"))
        processes.own(folder)
        # Durability is of no use to a server that lives as long as one test run.
        fast = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        options = {} if self.durable else fast
        return {"TEST_DATABASE_URL": self.serve(processes, folder, options)}

    def serve(
        self,
        processes: Processes,
        folder: Path,
        options: Mapping[str, str],
        port: int | None = None,
    ) -> str:
        """A server on the data in `folder`, made where there is none; returns its address."""
        programs = self._programs()
        if programs is None:
            raise LookupError("PostgreSQL is not on this machine.")
        owner = unprivileged("postgres")
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data, port = folder / "data", port or free_port()
        if not data.exists():
            self._make(programs, data, owner)
        options = {**options, "listen_addresses": "127.0.0.1", "port": str(port)}
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
        return f"postgres://gongyi@127.0.0.1:{port}/postgres"

    def _make(self, programs: Path, data: Path, owner: pwd.struct_passwd | None) -> None:
        made = subprocess.run(
            [
                *(str(programs / "initdb"), "-D", str(data), "-U", "gongyi"),
                *("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            cwd=data.parent,
            capture_output=True,
            text=True,
            check=False,
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
        )
        if made.returncode != 0:
            sys.exit(f"initdb failed:\n{made.stdout}{made.stderr}")

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


PARTS: Sequence[Part] = (PostgreSQL(), Elasticsearch(), RabbitMQ(), Chromium())


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
    if missing and install([name for part in missing for name in part.packages]):
        for part in missing:
            if isinstance(part, Fetched):
                part.bring()
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
