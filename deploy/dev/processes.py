"""Programs started beside this one, which end with it however it ends.

A watchdog process reads a pipe whose other end only this program holds. When the pipe closes,
by `stop()`, by a crash or by kill -9, it ends every program and removes every folder it was
told of. The ordinary stop takes the same way, so the way out of a crash is used every day.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

PATIENCE = 10.0  # seconds a program has to end before it is killed


class Processes:
    """Start programs with `start`, own folders with `own`; both end with the `with` block."""

    def __init__(self) -> None:
        self._children: list[subprocess.Popen[bytes]] = []
        self._reader: subprocess.Popen[bytes] | None = None
        self._pipe = -1

    def __enter__(self) -> Processes:
        read_end, self._pipe = os.pipe()
        self._reader = subprocess.Popen(
            [sys.executable, "-m", "deploy.dev.processes", str(read_end)],
            cwd=Path(__file__).resolve().parents[2],
            stdin=subprocess.DEVNULL,
            pass_fds=[read_end],
            start_new_session=True,
        )
        os.close(read_end)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def own(self, folder: Path) -> None:
        """Removes the folder at the end."""
        self._tell(f"folder {folder}")

    def start(
        self,
        command: list[str],
        *,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
        owner: pwd.struct_passwd | None = None,
        log: Path | None = None,
        end_signal: signal.Signals = signal.SIGTERM,
    ) -> subprocess.Popen[bytes]:
        """Starts a program in a session of its own, so that Ctrl-C reaches only this one."""
        output = log.open("ab") if log else None
        try:
            child = subprocess.Popen(
                command,
                env=env,
                cwd=cwd,
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=True,
            )
        finally:
            if output:
                output.close()
        self._children.append(child)
        self._tell(f"group {child.pid} {int(end_signal)}")
        return child

    def stop(self) -> None:
        """Ends everything and waits until it is gone; a second call does nothing."""
        if self._reader is None:
            return
        os.close(self._pipe)
        while self._reader.poll() is None:
            for child in self._children:
                child.poll()  # a dead child must be reaped before the watchdog sees it gone
            time.sleep(0.05)
        for child in self._children:
            child.wait()
        self._reader = None

    def _tell(self, line: str) -> None:
        os.write(self._pipe, f"{line}\n".encode())


def watch(read_end: int) -> None:
    """The watchdog: collects orders until the pipe closes, then carries them out."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: dict[int, int] = {}
    folders: list[str] = []
    with os.fdopen(read_end, encoding="utf-8") as orders:
        for line in orders:
            word, _, rest = line.rstrip("\n").partition(" ")
            if word == "group":
                group, end_signal = rest.split()
                groups[int(group)] = int(end_signal)
            else:
                folders.append(rest)
    _end(groups)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _end(groups: dict[int, int]) -> None:
    for group, number in groups.items():
        _signal(group, number)
    deadline = time.monotonic() + PATIENCE
    left = set(groups)
    while left and time.monotonic() < deadline:
        left = {group for group in left if _signal(group, 0)}
        time.sleep(0.05)
    for group in left:
        _signal(group, signal.SIGKILL)


def _signal(group: int, number: int) -> bool:
    """Whether the group was still there."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    watch(int(sys.argv[1]))
