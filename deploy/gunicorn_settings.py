"""Gunicorn's settings for the site: `gunicorn -c deploy/gunicorn_settings.py config.wsgi`.

Words on the command line go before these. There is no access log here: the site writes a line for
each request itself, with the request's id and without addresses (`core.metrics`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

bind = "127.0.0.1:8000"
workers = 3
threads = 4
timeout = 60
# A search address with a long Chinese query and a cursor is longer than the default line.
limit_request_line = 8190


def on_starting(_server: Any) -> None:
    """Before the first process starts: counts of an earlier start are no part of this one's."""
    folder = Path(os.environ.get("GONGYI_VAR", "var")) / "metrics"
    for path in folder.glob("*.db"):
        path.unlink(missing_ok=True)


def child_exit(_server: Any, worker: Any) -> None:
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        # Not before the application has said where the counts lie.
        from prometheus_client import multiprocess  # noqa: PLC0415

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
