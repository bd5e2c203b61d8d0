from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from core import VERSION, health, triggers
from core.health import Health
from core.models import Delivery, OutboxEvent, WorkerBeat
from tests.core.cases import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_parts_only(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {name: part for name, part in health._parts.items() if part.__module__ == "core.health"}
    monkeypatch.setattr(health, "_parts", own)


def beat(seconds: int = 3) -> None:
    seen = timezone.now() - timedelta(seconds=seconds)
    WorkerBeat.objects.create(name="host:1", started_at=seen, seen_at=seen)


def readyz() -> tuple[int, str, dict[str, bool]]:
    response = Client().get("/readyz")
    body = response.json()
    assert "no-store" in response.headers["Cache-Control"]
    return (
        response.status_code,
        body["status"],
        {name: part["ok"] for name, part in body["parts"].items()},
    )


GOOD = {"database": True, "migrations": True, "triggers": True, "worker": True, "news": True}


def test_alive() -> None:
    response = Client().get("/healthz")
    assert response.json() == {"status": "alive", "version": VERSION}
    assert Client().post("/healthz").status_code == 405


def test_ready() -> None:
    beat()
    assert readyz() == (200, "ready", GOOD)
    assert Client().get("/readyz").json()["parts"]["database"] == {
        "ok": True,
        "detail": connection.vendor,
        "vital": True,
    }


def test_without_a_worker_the_pages_still_work() -> None:
    assert readyz() == (200, "degraded", {**GOOD, "worker": False})
    beat(seconds=500)
    assert readyz() == (200, "degraded", {**GOOD, "worker": False})


def test_dead_news_are_said() -> None:
    beat()
    event = OutboxEvent.objects.create(name="x", at=NOW, subject_kind="need", subject_id=1)
    Delivery.objects.create(event=event, handler="x", status="DEAD", available_at=NOW)
    assert readyz() == (200, "degraded", {**GOOD, "news": False})


def test_a_migration_that_waits_is_not_ready() -> None:
    beat()
    MigrationRecorder.Migration.objects.filter(app="core", name="0003_running").delete()
    assert readyz() == (503, "not ready", {**GOOD, "migrations": False})


def test_missing_triggers_are_not_ready() -> None:
    beat()
    triggers.remove(["core_auditseal"])
    assert readyz() == (503, "not ready", {**GOOD, "triggers": False})


def test_an_app_adds_its_part_and_a_failing_one_is_no_error_page() -> None:
    def broken(_at: object) -> Health:
        raise DatabaseError("secret detail")

    beat()
    health.register_health("index", lambda _at: Health(ok=False, detail="behind", vital=False))
    assert readyz() == (200, "degraded", {**GOOD, "index": False})
    health.register_health("index", broken)
    assert readyz() == (503, "not ready", {**GOOD, "index": False})
    assert "secret" not in Client().get("/readyz").content.decode()
