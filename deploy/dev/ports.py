"""Free ports, users that may run a server, and waiting until it answers."""

from __future__ import annotations

import os
import pwd
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path


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
