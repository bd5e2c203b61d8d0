from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from core import outbox
from core.models import Delivery, WorkerBeat
from core.ports import Subject
from tests.core.cases import COORDINATOR

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-tests"


@pytest.fixture(autouse=True)
def _token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def read() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample by name and labels."""
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_only_who_shows_the_token_reads_them(settings: Settings) -> None:
    assert Client().get("/metrics").status_code == 401
    wrong = Client().get("/metrics", headers={"Authorization": "Bearer other"})
    assert (wrong.status_code, wrong.content) == (401, b"")
    settings.METRICS_TOKEN = ""
    assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_requests_are_counted_by_the_page_not_the_address() -> None:
    ok = (
        "gongyi_requests_total",
        (("method", "GET"), ("route", "search:market"), ("status", "200")),
    )
    unknown = ("gongyi_requests_total", (("method", "GET"), ("route", "none"), ("status", "404")))
    before = read()
    Client().get("/market/?q=轮椅")
    Client().get("/market/?q=助餐")
    Client().get("/no-such-page-13800138000/")
    after = read()
    assert after[ok] - before.get(ok, 0) == 2
    assert after[unknown] - before.get(unknown, 0) == 1
    times = ("gongyi_request_seconds_count", (("route", "search:market"),))
    assert after[times] - before.get(times, 0) == 2
    assert not any("1380013" in str(name) or "轮椅" in str(name) for name in after)


@pytest.mark.usefixtures("handlers")
def test_the_queue_the_workers_and_the_parts_are_told() -> None:
    def handler(_event: outbox.Event) -> None:
        return None

    now = timezone.now()
    outbox.handles("probe.counted")(handler)
    for n in range(3):
        at = now - timedelta(seconds=100)
        outbox.publish("probe.counted", Subject("need", f"P-{n}", n), by=COORDINATOR, at=at)
    first = Delivery.objects.order_by("id")[0]
    Delivery.objects.filter(pk=first.pk).update(status="DEAD")
    WorkerBeat.objects.create(name="work a:1", started_at=now, seen_at=now)
    WorkerBeat.objects.create(name="work b:1", started_at=now, seen_at=now - timedelta(hours=1))
    told = read()
    assert told["gongyi_news", (("state", "waiting"),)] == 2
    assert told["gongyi_news", (("state", "dead"),)] == 1
    assert 100 <= told["gongyi_news_oldest_seconds", ()] < 200
    assert told["gongyi_workers", ()] == 1
    assert told["gongyi_part_ok", (("part", "database"),)] == 1
    assert told["gongyi_part_ok", (("part", "news"),)] == 0
