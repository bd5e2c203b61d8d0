"""`make test`: starts what the tests need, runs everything on SQLite and again on PostgreSQL.

What touches no database (marker `once`, set by `tests/conftest.py`) runs on SQLite's turn only.
PYTEST_ARGS= passes words on to pytest, for example PYTEST_ARGS='-k money'.
"""

from __future__ import annotations

import os
import shlex
import signal
import sys
import tempfile
import time
from pathlib import Path

from deploy.dev.environment import ROOT, ensure
from deploy.dev.parts import start_parts
from deploy.dev.processes import Processes

WORKERS = "2"
NOTHING_COLLECTED = 5  # pytest's exit status


def main() -> None:
    python = str(ensure("test"))
    signal.signal(signal.SIGTERM, _interrupt)
    begun = time.monotonic()
    try:
        with Processes() as processes:
            results, sentences = run_all(processes, python)
    except KeyboardInterrupt:
        sys.exit("Interrupted; what had been started is stopped.")
    for sentence in sentences:
        print(f"NOT TESTED: {sentence}")
    for database, status, seconds in results:
        print(f"{database}: {'passed' if status == 0 else 'FAILED'} in {seconds:.0f} s")
    print(f"make test took {time.monotonic() - begun:.0f} s")
    sys.exit(any(status != 0 for _, status, _ in results))


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def run_all(processes: Processes, python: str) -> tuple[list[tuple[str, int, float]], list[str]]:
    """(database, exit status, seconds) of each run, and what could not be tested."""
    variables, sentences = start_parts(processes, strict=os.environ.get("CI") == "true")
    folder = Path(tempfile.mkdtemp(prefix="gongyi-test-"))
    processes.own(folder)
    environment = {**os.environ, **variables, "GONGYI_TEST_VAR": str(folder)}
    address = environment.pop("TEST_DATABASE_URL", None)
    if address:
        # On SQLite's turn too: what moves from one database to the other needs both.
        environment["TEST_POSTGRESQL_URL"] = address
    results = [("SQLite", *_pytest(processes, python, environment, []))]
    if address:
        environment["TEST_DATABASE_URL"] = address
        words = ["-m", "not once"]
        results.append(("PostgreSQL", *_pytest(processes, python, environment, words)))
    return results, sentences


def _pytest(
    processes: Processes, python: str, environment: dict[str, str], words: list[str]
) -> tuple[int, float]:
    begun = time.monotonic()
    extra = shlex.split(os.environ.get("PYTEST_ARGS", ""))
    command = [python, "-m", "pytest", "-n", WORKERS, *words, *extra]
    print(f"\n$ {shlex.join(command[1:])}", flush=True)
    run = processes.start(command, cwd=ROOT, env=environment)
    status = run.wait()
    if status == NOTHING_COLLECTED and words and not extra:
        status = 0  # a project without a test on a database has nothing to repeat
    return status, time.monotonic() - begun


if __name__ == "__main__":
    main()
