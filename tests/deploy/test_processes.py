"""Programs and folders end with the one that started them, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARENT = """
import signal, sys, time
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in jobs of a shell
from deploy.dev.processes import Processes
folder = Path(sys.argv[1])
folder.mkdir()
with Processes() as processes:
    processes.own(folder)
    child = processes.start([sys.executable, "-c", sys.argv[2]])
    print(child.pid, flush=True)
    time.sleep(60)
"""
POLITE = "import time; time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"


def is_running(pid: int) -> bool:
    """Whether the process exists and is no zombie that only waits to be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("program", [POLITE, STUBBORN], ids=["polite", "stubborn"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_a_dead_parent_leaves_nothing(tmp_path: Path, program: str, number: signal.Signals) -> None:
    folder = tmp_path / "owned"
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder), program],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    time.sleep(0.3)  # the stubborn one needs a moment to become stubborn
    assert is_running(child)
    assert folder.is_dir()
    os.kill(parent.pid, number)
    assert wait_for(lambda: not is_running(child), 15)
    assert wait_for(lambda: not folder.exists(), 15)
    parent.wait(15)
    parent.stdout.close()
