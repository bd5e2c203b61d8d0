"""Databases in tests: threads really meet, and started programs work on the test's own rows."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls at the same moment, a thread and a connection each.

    Returns their results in order; an exception is returned in its place.
    """
    barrier = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        barrier.wait(timeout=20)
        try:
            results[index] = call()
        except Exception as error:  # noqa: BLE001 - handed to the test, which compares it
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


def database_url() -> str:
    """The database of this test run, for programs that a test starts."""
    values: Any = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    password = f":{values['PASSWORD']}" if values["PASSWORD"] else ""
    place = f"{values['HOST']}:{values['PORT'] or 5432}"
    return f"postgresql://{values['USER']}{password}@{place}/{values['NAME']}"


def environment(module: str = "config.settings", **more: str) -> dict[str, str]:
    """The environment of a started `manage.py` that works on this test's database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": module,
        "DJANGO_SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": database_url(),
        "TEST_DATABASE_URL": database_url(),
        "GONGYI_VAR": str(settings.VAR_DIR),
        **more,
    }


def manage(words: Sequence[str], env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """Run `manage.py` to its end; a non-zero status is the caller's to judge."""
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=110, check=False
    )


needs_postgresql = pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"),
    reason="SQLite runs one writer at a time: this race exists on PostgreSQL only",
)
