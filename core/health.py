"""`/healthz`: the process answers. `/readyz`: it can also do its work, part by part.

An app adds its own part with `register_health`. A part that is not `vital` makes the answer
"degraded" (200: pages work), a vital one "not ready" (503: send visitors elsewhere).
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import VERSION, triggers
from core.models import Delivery, WorkerBeat

WORKER_SILENT = timedelta(minutes=2)
# Names and sentences of failures stay in the log: the page is open to everybody.


@dataclass(frozen=True, slots=True)
class Health:
    """One part: whether it works, and a figure or word that says how."""

    ok: bool
    detail: str = ""
    vital: bool = True


HealthPart = Callable[[datetime], Health]
_parts: dict[str, HealthPart] = {}


def register_health(name: str, part: HealthPart) -> None:
    """Add a part to `/readyz`; it may raise DatabaseError, which counts as not working."""
    _parts[name] = part


def database(_at: datetime) -> Health:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return Health(ok=True, detail=connection.vendor)


def migrations(_at: datetime) -> Health:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return Health(ok=not waiting, detail=f"{waiting} not applied")


def append_only(_at: datetime) -> Health:
    gone = len(triggers.missing())
    return Health(ok=not gone, detail=f"{gone} triggers missing")


def worker(at: datetime) -> Health:
    seen = WorkerBeat.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    if seen is None:
        return Health(ok=False, detail="none has ever reported", vital=False)
    age = max(at - seen, timedelta())
    return Health(age < WORKER_SILENT, f"seen {int(age.total_seconds())} s ago", vital=False)


def news(_at: datetime) -> Health:
    dead = Delivery.objects.filter(status=Delivery.State.DEAD).count()
    return Health(ok=not dead, detail=f"{dead} dead deliveries", vital=False)


for _name, _part in {
    "database": database,
    "migrations": migrations,
    "triggers": append_only,
    "worker": worker,
    "news": news,
}.items():
    register_health(_name, _part)


def look(at: datetime) -> dict[str, Health]:
    """Every part as it is now."""
    found: dict[str, Health] = {}
    for name, part in _parts.items():
        try:
            found[name] = part(at)
        except DatabaseError:
            found[name] = Health(ok=False, detail="the database does not answer")
    return found


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "alive", "version": VERSION})


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    parts = look(timezone.now())
    vital = all(part.ok for part in parts.values() if part.vital)
    whole = vital and all(part.ok for part in parts.values())
    status = "ready" if whole else "degraded" if vital else "not ready"
    body = {
        "status": status,
        "version": VERSION,
        "parts": {name: asdict(part) for name, part in parts.items()},
    }
    return JsonResponse(body, status=200 if vital else 503)
