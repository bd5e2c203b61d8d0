"""`make load`: 200 simulated people on a site of its own, then the checks of its rows.

First on PostgreSQL with the search server, then on SQLite with the embedded index; ON=postgres or
ON=sqlite chooses one. ENTRIES=, PEOPLE= and SECONDS= make it smaller.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.dev.environment import ROOT, ensure
from deploy.dev.parts import PostgreSQL, start_parts
from deploy.dev.ports import free_port, wait_until
from deploy.dev.processes import Processes
from deploy.dev.search_server import Elasticsearch

WORKERS, THREADS = "2", "4"
DEFAULTS = {"ENTRIES": 100_000, "PEOPLE": 200, "SECONDS": 180}
PLACES = {"postgres": "PostgreSQL and Elasticsearch", "sqlite": "SQLite and the embedded index"}


@dataclass(frozen=True)
class Site:
    """One installation under load: its folder, its environment, the Python that runs it."""

    python: str
    folder: Path
    environment: dict[str, str]

    def run(self, *words: str, quiet: bool = False) -> int:
        """A command of the repository, to its end; returns its status."""
        command = [self.python, *words]
        told = subprocess.DEVNULL if quiet else None
        done = subprocess.run(command, cwd=ROOT, env=self.environment, stdout=told, check=False)
        return done.returncode

    def need(self, *words: str) -> None:
        if self.run(*words) != 0:
            sys.exit(f"{' '.join(words)} failed; see the message above.")


def main() -> None:
    sizes = {name: _size(name, usual) for name, usual in DEFAULTS.items()}
    wanted = os.environ.get("ON") or ""
    if wanted not in ("", *PLACES):
        sys.exit(f"ON={wanted}: write postgres or sqlite, or leave it out for both.")
    # Another Python, for whoever works on this without the lock's own environment.
    python = os.environ.get("LOAD_PYTHON") or str(ensure("load"))
    signal.signal(signal.SIGTERM, _interrupt)
    failed = []
    try:
        for place in [wanted] if wanted else PLACES:
            with Processes() as processes:
                if not _load(processes, python, place, sizes):
                    failed.append(PLACES[place])
    except KeyboardInterrupt:
        sys.exit("Interrupted; what had been started is stopped.")
    if failed:
        sys.exit(f"make load FAILED on {' and on '.join(failed)}")
    print("make load: 0 errors, every check passed")


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _size(name: str, usual: int) -> int:
    raw = os.environ.get(name) or str(usual)
    if not raw.isdecimal() or int(raw) < 4:
        sys.exit(f"{name}={raw}: write a number from 4 on.")
    return int(raw)


def _load(processes: Processes, python: str, place: str, sizes: dict[str, int]) -> bool:
    """Fill, serve, load, check; whether everything held."""
    print(f"\n## {PLACES[place]}\n", flush=True)
    site = _site(processes, python, place)
    site.need("manage.py", "migrate", "--verbosity=0")
    site.need("manage.py", "collectstatic", "--noinput", "--verbosity=0")
    counts = ["--entries", str(sizes["ENTRIES"]), "--people", str(sizes["PEOPLE"])]
    site.need("-m", "benchmarks.load.seed", *counts, "--to", str(site.folder / "plan.json"))
    return try_out(processes, site, sizes)


def try_out(processes: Processes, site: Site, sizes: dict[str, int]) -> bool:
    """Serve a filled site, load it, check it; whether everything held."""
    plan, results = site.folder / "plan.json", site.folder / "results.json"
    port = _serve(processes, site)
    site.environment["LOAD_PLAN"], site.environment["LOAD_RESULTS"] = str(plan), str(results)
    site.environment["LOAD_SECONDS"] = str(sizes["SECONDS"])
    locust = ["--headless", "--only-summary", "--users", str(sizes["PEOPLE"]), "--spawn-rate", "10"]
    locust += ["--host", f"http://127.0.0.1:{port}", "--loglevel", "WARNING"]
    site.run("-m", "locust", "-f", "benchmarks/load/locustfile.py", *locust, quiet=True)
    if not results.exists():
        sys.exit("locust wrote no results; see the message above.")
    good = site.run("-m", "benchmarks.load.report", str(results)) == 0
    if "ELASTICSEARCH_URL" in site.environment:
        good = site.run("-m", "benchmarks.load.freshness") == 0 and good
    return site.run("-m", "benchmarks.load.checks") == 0 and good


def _site(processes: Processes, python: str, place: str) -> Site:
    folder = Path(tempfile.mkdtemp(prefix="gongyi-load-"))
    processes.own(folder)
    # What the caller has set for another installation must not lead here.
    foreign = ("DATABASE_", "ELASTICSEARCH_", "DJANGO_", "GONGYI_", "EMAIL_")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    environment = inherited | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
        "GONGYI_VAR": str(folder),
        "BEHIND_PROXY": "true",
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
    }
    if place == "postgres":
        parts = (PostgreSQL(durable=True), Elasticsearch())
        told, _sentences = start_parts(processes, strict=True, parts=parts)
        environment |= {
            "DATABASE_URL": told["TEST_DATABASE_URL"],
            "ELASTICSEARCH_URL": told["TEST_ELASTICSEARCH_URL"],
            "ELASTICSEARCH_USER": "writer",
            "ELASTICSEARCH_PASSWORD": told["TEST_ELASTICSEARCH_PASSWORD"],
            "ELASTICSEARCH_CA": told["TEST_ELASTICSEARCH_CA"],
        }
    return Site(python, folder, environment)


def _serve(processes: Processes, site: Site) -> int:
    """The site and one worker beside it; returns the port. Their lines are in the folder."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    gunicorn = [site.python, "-m", "gunicorn", "-c", "deploy/gunicorn_settings.py", "config.wsgi"]
    gunicorn += ["--bind", address, "--workers", WORKERS, "--threads", THREADS]
    gunicorn += ["--log-level", "warning"]
    processes.start(gunicorn, cwd=ROOT, env=site.environment)
    processes.start([site.python, "manage.py", "work"], cwd=ROOT, env=site.environment)
    ready = [site.python, "-c", _KNOCK.format(address=address)]
    log = site.folder / "knock.log"
    log.touch()
    wait_until(
        lambda: subprocess.run(ready, capture_output=True, check=False).returncode == 0,
        name="the site",
        log=log,
    )
    time.sleep(1)
    return port


_KNOCK = "import urllib.request as u; u.urlopen('http://{address}/healthz', timeout=5).read()"

if __name__ == "__main__":
    main()
