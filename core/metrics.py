"""Figures of the running site for Prometheus: `/metrics`, for whoever shows `METRICS_TOKEN`.

Requests are counted in every process of the site and added up (the client library keeps a file
per process below GONGYI_VAR/metrics). What waits, what is dead and which part works is read from
the database when asked. Labels are names of pages and states: nobody's data.
"""

import logging
import os
import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core import health
from core.models import Delivery, WorkerBeat

log = logging.getLogger("core.access")

UNKNOWN_ROUTE = "none"
QUIET = frozenset({"core:healthz", "core:readyz", "core:metrics"})

REQUESTS = Counter(
    "gongyi_requests", "Answered requests, by page and status", ["method", "route", "status"]
)
SECONDS = Histogram(
    "gongyi_request_seconds",
    "Time until the answer, by page",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


class MetricsMiddleware:
    """Counts and times each request, and writes one line about it: the page's name, not the
    address, because addresses hold what people search for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = self.get_response(request)
        took = time.perf_counter() - begun
        match = request.resolver_match
        route = (match.view_name if match else "") or UNKNOWN_ROUTE
        method = request.method if request.method in _METHODS else "OTHER"
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        SECONDS.labels(route).observe(took)
        if route not in QUIET:
            log.info("%s %s %d %d ms", method, route, response.status_code, round(took * 1000))
        return response


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class StateCollector(Collector):
    """What the database says at this moment."""

    def collect(self) -> Iterator[Metric]:
        at = timezone.now()
        yield self._news()
        oldest = GaugeMetricFamily("gongyi_news_oldest_seconds", "Age of the oldest news due now")
        waiting = Delivery.objects.filter(status=Delivery.State.WAITING, available_at__lte=at)
        first = waiting.aggregate(first=Min("available_at"))["first"]
        oldest.add_metric([], (at - first).total_seconds() if first else 0)
        yield oldest
        workers = GaugeMetricFamily("gongyi_workers", "Processes that reported lately")
        lately = WorkerBeat.objects.filter(seen_at__gte=at - health.WORKER_SILENT)
        workers.add_metric([], lately.count())
        yield workers
        parts = GaugeMetricFamily(
            "gongyi_part_ok", "1 where a part of /readyz works", labels=["part"]
        )
        for name, part in health.look(at).items():
            parts.add_metric([name], int(part.ok))
        yield parts

    def _news(self) -> Metric:
        gauge = GaugeMetricFamily("gongyi_news", "Deliveries not done, by state", labels=["state"])
        open_ones = Delivery.objects.exclude(status=Delivery.State.DONE)
        found = dict(open_ones.values_list("status").annotate(Count("id")))
        for state in (Delivery.State.WAITING, Delivery.State.DEAD):
            gauge.add_metric([state.value.lower()], found.get(state.value, 0))
        return gauge


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """404 without a token in the settings, 401 with another one."""
    if not settings.METRICS_TOKEN:
        raise Http404
    shown = request.headers.get("Authorization", "")
    if not constant_time_compare(shown, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        for collector in (REQUESTS, SECONDS):
            registry.register(collector)
    registry.register(StateCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
