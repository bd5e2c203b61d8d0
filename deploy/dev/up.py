"""`make up`: the same site on PostgreSQL, Elasticsearch and RabbitMQ, with a fleet of workers.

The first start moves the demo's data over (or loads the sample city, where there was no demo);
the SQLite file stays as it is. Everything listens on loopback only and ends with Ctrl-C; the data
stays. A trial of the real parts on one machine: docs/running.md tells how to run it for others.
"""

from __future__ import annotations

import os
import secrets
import signal
import sys
from collections.abc import Mapping

from deploy.dev import kept, serving
from deploy.dev.environment import ROOT, ensure
from deploy.dev.parts import start_parts
from deploy.dev.processes import Processes

FLEET = 2
ENVIRONMENT = serving.VAR / "up.env"


def main() -> None:
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        _run()
    except KeyboardInterrupt:
        print(f"\nStopped. The data stays in {serving.VAR} and {kept.folder()}", flush=True)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _run() -> None:
    python = str(ensure("up"))
    held = serving.hold_patiently()
    port = serving.wanted_port("up")
    serving.write_secret(serving.VAR / "secret_key")
    with held, Processes() as processes:
        variables, missing = start_parts(processes, strict=False, parts=kept.KEPT)
        if missing:
            sys.exit("\n".join(missing))
        variables["METRICS_TOKEN"] = secrets.token_urlsafe(24)
        environment = {**serving.settings_for(port), **variables}
        _write_environment({**variables, "GONGYI_VAR": str(serving.VAR)})
        _fill(python, environment)
        serving.collect_static(python, environment)
        work = [python, "manage.py", "work"]
        site = serving.site_command(python, port, "--workers", "2")
        programs = {
            "the site": processes.start(site, cwd=ROOT, env=environment),
            "the feeder": processes.start(work, cwd=ROOT, env=environment),
        }
        for number in range(1, FLEET + 1):
            fleet = [python, "manage.py", "fleet"]
            programs[f"worker {number}"] = processes.start(fleet, cwd=ROOT, env=environment)
        serving.watch(programs, port, lambda: _announce(port))


def _write_environment(variables: Mapping[str, str]) -> None:
    """For whoever wants to run `manage.py` beside the site; it holds passwords."""
    lines = [f"{name}={value}\n" for name, value in sorted(variables.items())]
    descriptor = os.open(ENVIRONMENT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(lines)


def _fill(python: str, environment: Mapping[str, str]) -> None:
    """The demo's data, once; later starts only bring the tables up to date."""
    filled = kept.folder() / "filled"
    demo = serving.VAR / "gongyi.sqlite3"
    if not filled.exists() and demo.exists():
        # What an unfinished first start left behind stands in nobody's way: the copy is one
        # transaction.
        on_sqlite = {**environment, "DATABASE_URL": f"sqlite:///{demo}"}
        serving.manage(python, on_sqlite, "migrate", "--verbosity=0")
        print("Moving the demo's data to PostgreSQL", flush=True)
        serving.manage(python, environment, "copy_to_postgres", str(demo))
    else:
        serving.manage(python, environment, "migrate", "--verbosity=0")
        if not filled.exists():
            serving.manage(python, environment, "load_demo")
            serving.manage(python, environment, "search_rebuild", "--server")
    filled.touch()


def _announce(port: int) -> None:
    serving.say_addresses(port)
    print(f"  each part's state:    http://127.0.0.1:{port}/readyz")
    print(f"  for manage.py:        set -a; . {ENVIRONMENT}; set +a")
    print("  Ctrl-C stops everything; the data stays; `make reset` deletes it.\n", flush=True)


if __name__ == "__main__":
    main()
