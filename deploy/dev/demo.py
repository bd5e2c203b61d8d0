"""`make demo`: the site with its sample city, and the worker beside it, until Ctrl-C.

A first start makes everything; a later one keeps the data and only starts the programs.
"""

from __future__ import annotations

import signal

from deploy.dev import serving
from deploy.dev.environment import ROOT, ensure
from deploy.dev.processes import Processes

THREADS = "8"


def main() -> None:
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        _run()
    except KeyboardInterrupt:
        print(f"\nStopped. The data stays in {serving.VAR}", flush=True)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _run() -> None:
    python = str(ensure("demo"))
    held = serving.hold_patiently()
    port = serving.wanted_port("demo")
    serving.write_secret(serving.VAR / "secret_key")
    environment = serving.settings_for(port)
    serving.manage(python, environment, "migrate", "--verbosity=0")
    serving.collect_static(python, environment)
    serving.manage(python, environment, "load_demo")
    with held, Processes() as processes:
        # One process: SQLite has one writer, and the index in memory is held once.
        site = serving.site_command(python, port, "--workers", "1", "--threads", THREADS)
        work = [python, "manage.py", "work"]
        programs = {
            "the site": processes.start(site, cwd=ROOT, env=environment),
            "the worker": processes.start(work, cwd=ROOT, env=environment),
        }
        serving.watch(programs, port, lambda: _announce(port))


def _announce(port: int) -> None:
    serving.say_addresses(port)
    print("  Ctrl-C stops it; the data stays; `make reset` deletes it.\n", flush=True)


if __name__ == "__main__":
    main()
