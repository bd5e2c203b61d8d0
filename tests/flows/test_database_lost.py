"""PostgreSQL is killed while people post: they are told, nothing is lost, nothing comes twice."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy.dev.parts import PostgreSQL
from deploy.dev.ports import free_port
from deploy.dev.processes import Processes
from tests.database import ROOT

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        "TEST_POSTGRESQL_URL" not in os.environ, reason="no PostgreSQL was started for this run"
    ),
]
NEEDS = 40
MAKE = """
from django.utils import timezone
from accounts.models import ApiScope
from accounts import operations
from accounts.models import Organization
from tests.factories import accounts as people
people.make_region_tree()
by = people.member()
secret = operations.create_token(organization=Organization.objects.get(pk=by.organization_id),
    name="drill", scopes=list(ApiScope.values), by=by, at=timezone.now())[1]
print("TOKEN", secret)
"""
OPEN = "select count(*) from core_delivery where status <> 'DONE'"
BODY = {
    "kind": "SERVICE",
    "category": "elderly",
    "text_public": "午餐送到家，低盐。",
    "region": "999901001",
    "quantity": "30",
    "unit": "portion",
    "period": "DAY",
}


class Site:
    """The product as it runs for real, on a server of PostgreSQL that is this test's own."""

    def __init__(self, folder: Path, database: str, port: int) -> None:
        self.port = port
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DJANGO_SECRET_KEY": secrets.token_urlsafe(40),
            "DATABASE_URL": database,
            "GONGYI_VAR": str(folder / "var"),
            "DJANGO_ALLOWED_HOSTS": "127.0.0.1",
        }

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, processes: Processes, log: Path) -> None:
        site = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn_settings.py"]
        site += ["config.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", "1"]
        for command in (site, [sys.executable, "manage.py", "work", "--poll", "0.1"]):
            processes.start(command, cwd=ROOT, env=self.environment, log=log)

    def ask(self, path: str, **given: object) -> tuple[int, bytes]:
        """Status and body; 0 where nobody listens."""
        address = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(address, **given)  # type: ignore[arg-type]
        try:
            with urllib.request.urlopen(request, timeout=40) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()
        except OSError:
            return 0, b""

    def until(self, path: str, status: int) -> bytes:
        end = time.monotonic() + 120
        while time.monotonic() < end:
            found, body = self.ask(path)
            if found == status:
                return body
            time.sleep(0.2)
        raise AssertionError(f"{path} never answered {status}")


class Poster(threading.Thread):
    """Posts needs one after the other, each again under its own key until it is taken."""

    def __init__(self, site: Site, token: str, numbers: range) -> None:
        super().__init__()
        self.site, self.token, self.numbers = site, token, numbers
        self.seen: Counter[int] = Counter()

    def run(self) -> None:
        for number in self.numbers:
            while self.post(number) not in (200, 201):
                time.sleep(0.2)

    def post(self, number: int) -> int:
        body = json.dumps({**BODY, "title": f"第 {number} 份午餐"}).encode()
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"drill-{number}",
        }
        status, said = self.site.ask("/api/v1/needs/", data=body, headers=headers, method="POST")
        self.seen[status] += 1
        assert status in (0, 200, 201, 409, 429, 503), said.decode()
        return status


def crash(folder: Path) -> None:
    """kill -9 of the server and everything that it started."""
    head = (folder / "data" / "postmaster.pid").read_text(encoding="ascii").split("\n")[0]
    os.killpg(os.getpgid(int(head)), signal.SIGKILL)
    os.waitpid(int(head), 0)  # a new server looks whether the old one's number is still somebody's


def test_killed_under_load_and_started_again() -> None:
    folder = Path(tempfile.mkdtemp(prefix="gongyi-lost-"))
    folder.chmod(0o755)
    (folder / "postgresql").mkdir()
    try:
        with Processes() as programs:
            drill(programs, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def drill(programs: Processes, folder: Path) -> None:
    place, log, port = folder / "postgresql", folder / "site.log", free_port()
    database = PostgreSQL().serve(programs, place, {}, port)
    site = Site(folder, database, free_port())
    site.manage("migrate", "--verbosity=0")
    site.manage("collectstatic", "--noinput", "--verbosity=0")
    token = site.manage("shell", "-c", MAKE).rpartition("TOKEN ")[2].strip()
    site.start(programs, log)
    site.until("/readyz", 200)
    half = NEEDS // 2
    posters = [Poster(site, token, range(half)), Poster(site, token, range(half, NEEDS))]
    for poster in posters:
        poster.start()
    written = "select count(*) from marketplace_need"
    end = time.monotonic() + 60
    while ask(database, written) < [(NEEDS // 8,)]:
        assert time.monotonic() < end, "nobody could post"
        time.sleep(0.02)
    crash(place)
    assert "网站正在维护" in site.until("/market/", 503).decode()
    assert json.loads(site.until("/readyz", 503))["status"] == "not ready"
    time.sleep(3)  # what the dead server had started sees that it is gone
    PostgreSQL().serve(programs, place, {}, port)
    for poster in posters:
        poster.join(150)
    assert not any(poster.is_alive() for poster in posters)
    assert sum((poster.seen for poster in posters), Counter())[503] > 0
    assert "the database did not answer" in log.read_text(encoding="utf-8", errors="replace")
    prove(site, database)


def prove(site: Site, database: str) -> None:
    """Everything is there once, done, sealed and found."""
    site.until("/market/", 200)
    end = time.monotonic() + 90
    while time.monotonic() < end and ask(database, OPEN) != [(0,)]:
        time.sleep(0.5)
    assert ask(database, OPEN) == [(0,)]
    titles = [title for (title,) in ask(database, "select title from marketplace_need")]
    assert sorted(titles) == sorted(f"第 {number} 份午餐" for number in range(NEEDS))
    site.manage("audit_verify")
    site.manage("search_check")


def ask(database: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database) as line:
        return line.execute(query).fetchall()
