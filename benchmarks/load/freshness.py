"""How soon the search server finds what was just posted: `python -m benchmarks.load.freshness`.

People of a seeded installation post through the product's own operation, RATE a second for SECONDS,
while `manage.py work` runs beside. Of each need the time counts from its commit to when a search
on the server returns it (asked ten times a second). What the embedded index or the author's own
view would show earlier does not count.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from threading import Lock
from typing import Any

from benchmarks.measures import quantile
from benchmarks.tables import at_most

GOAL_SECONDS = 2.0
_PATIENCE = 30.0
_LOOK_EVERY = 0.1
_WRITERS = 4


class Watch:
    """Needs that were committed and are not yet found, and how long the found ones took."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: dict[str, float] = {}
        self.seconds: list[float] = []

    def committed(self, name: str) -> None:
        with self._lock:
            self._open[name] = time.perf_counter()

    def open_names(self) -> list[str]:
        with self._lock:
            return list(self._open)

    def found(self, names: list[str]) -> None:
        now = time.perf_counter()
        with self._lock:
            self.seconds += [now - self._open.pop(name) for name in names if name in self._open]


def shown(server: Any, names: list[str]) -> list[str]:
    """Those of these that a search on the public index returns."""
    from search.gateways.shapes import LEVELS  # noqa: PLC0415 - Django is set up by now

    index = server.indexes.alias(LEVELS[0])
    some = names[:1000]
    answer = server.connection.order(
        lambda es: es.search(
            index=index, query={"ids": {"values": some}}, size=len(some), source=False
        )
    )
    return [hit["_id"] for hit in answer["hits"]["hits"]]


class Writers:
    """Threads that post needs, each as another of the installation's people."""

    def __init__(self, watch: Watch, texts: list[tuple[str, str]]) -> None:
        from accounts.models import Membership  # noqa: PLC0415 - Django is set up by now
        from benchmarks.load.entries import read_lists  # noqa: PLC0415
        from benchmarks.load.people import Party  # noqa: PLC0415

        rows = Membership.objects.select_related("user", "organization")[:50]
        self.parties = [Party(row.user, row.organization) for row in rows]
        self.lists, self.texts, self.watch = read_lists([]), texts, watch

    def post(self, n: int) -> None:
        from django.db import close_old_connections  # noqa: PLC0415
        from django.utils import timezone  # noqa: PLC0415

        from marketplace.models import NeedKind  # noqa: PLC0415
        from marketplace.operations import post_need  # noqa: PLC0415

        title, text = self.texts[n % len(self.texts)]
        content = {
            "title": title[:60],
            "text_public": text,
            "kind": NeedKind.SERVICE,
            "category": self.lists.categories[n % len(self.lists.categories)],
            "region": self.lists.streets[n % len(self.lists.streets)],
            "quantity": 1 + n % 50,
            "unit": self.lists.units[n % len(self.lists.units)],
        }
        party = self.parties[n % len(self.parties)]
        need = post_need(content, by=party.actor, at=timezone.now())
        self.watch.committed(f"need:{need.pk}")
        close_old_connections()


def run(server: Any, rate: float, seconds: float, texts: list[tuple[str, str]]) -> Iterator[str]:
    """Posts, watches, and tells; one line says what could not be kept up with."""
    watch = Watch()
    writers = Writers(watch, texts)
    begun = time.perf_counter()
    looked, written = 0.0, 0
    with ThreadPoolExecutor(_WRITERS) as pool:
        waiting: list[Future[None]] = []
        for n in count():
            due = begun + n / rate
            if due - begun >= seconds:
                break
            while time.perf_counter() < due:
                looked = _look(server, watch, looked)
                time.sleep(0.002)
            waiting = [one for one in waiting if not one.done()]
            if len(waiting) < 2 * _WRITERS:  # what cannot be written in time is not piled up
                waiting.append(pool.submit(writers.post, n))
                written += 1
            looked = _look(server, watch, looked)
        for one in waiting:
            one.result()
    took = time.perf_counter() - begun
    end = time.perf_counter() + _PATIENCE
    while watch.open_names() and time.perf_counter() < end:
        looked = _look(server, watch, looked)
        time.sleep(0.02)
    yield f"{written} needs posted in {took:.0f} s: {written / took:.1f} a second of {rate:g} asked"
    if lost := len(watch.open_names()):
        yield f"NOT FOUND within {_PATIENCE:.0f} s: {lost}"
    if watch.seconds:
        p50, p95 = quantile(watch.seconds, 0.5), quantile(watch.seconds, 0.95)
        yield f"found on the server after {p50:.2f} s (p50), {p95:.2f} s (p95)"
        yield at_most("freshness", "p95 from commit to found", p95, GOAL_SECONDS, " s")


def _look(server: Any, watch: Watch, last: float) -> float:
    now = time.perf_counter()
    names = watch.open_names()
    if now - last < _LOOK_EVERY or not names:
        return last
    watch.found(shown(server, names))
    return now


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=float, default=50.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415 - after the environment is set

    django.setup()
    from benchmarks.generated_texts import Generated  # noqa: PLC0415
    from search.queries.engines import elasticsearch  # noqa: PLC0415

    server = elasticsearch()
    if server is None:
        sys.exit("NOT MEASURED: no ELASTICSEARCH_URL is set.")
    texts = list(Generated(7).entries(500))
    lines = list(run(server, options.rate, options.seconds, texts))
    print("\n".join(lines), flush=True)
    sys.exit(any(line.startswith("NOT FOUND") for line in lines))


if __name__ == "__main__":
    main()
