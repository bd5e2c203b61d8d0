"""Jobs a second: on SQLite, on PostgreSQL, and of a fleet behind RabbitMQ, one after the other."""

from __future__ import annotations

import os
import secrets
import subprocess
import tempfile
from pathlib import Path

from deploy.dev.broker import RabbitMQ
from deploy.dev.environment import ROOT
from deploy.dev.parts import PostgreSQL, start_parts
from deploy.dev.processes import Processes

PROCESSES = "2"


def run(processes: Processes, python: str) -> int:
    """Exit status: 0 when all that could be started was measured."""
    folder = Path(tempfile.mkdtemp(prefix="gongyi-jobs-"))
    processes.own(folder)
    parts = (PostgreSQL(durable=True), RabbitMQ())
    told, missing = start_parts(processes, strict=False, parts=parts)
    for sentence in missing:
        print(f"NOT MEASURED: {sentence}", flush=True)
    sqlite = {"GONGYI_VAR": str(folder)}
    good = _rates(python, sqlite)
    if address := told.get("TEST_DATABASE_URL"):
        postgresql = {**sqlite, "DATABASE_URL": address}
        good = _rates(python, postgresql) and good
        if broker := told.get("TEST_AMQP_URL"):
            fleet = {**postgresql, "AMQP_URL": broker}
            good = _rates(python, fleet, "--fleet", PROCESSES) and good
    return 0 if good else 1


def _rates(python: str, variables: dict[str, str], *words: str) -> bool:
    foreign = ("DATABASE_", "ELASTICSEARCH_", "DJANGO_", "GONGYI_", "AMQP_")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    environment = {
        **inherited,
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
        "LOG_LEVEL": "WARNING",
        **variables,
    }
    command = [python, "-m", "benchmarks.job_rates.rates", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
