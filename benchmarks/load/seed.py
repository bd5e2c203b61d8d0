"""Fill an installation for the load: `python -m benchmarks.load.seed --to plan.json`.

The database that DATABASE_URL names must be migrated and empty. `plan.json` tells the simulated
people what there is: accounts, numbers to read, queries, texts to post, proposals to answer.
"""

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

SEED = 20_261_125
OTHERS = 300
"""Organizations beside those of the people: a market has more owners than people online."""
_READABLE = 3_000
_QUERIES = 2_000
_TEXTS = 1_000

Made = TypeVar("Made")


class DrawnVectors:
    """Stands in for the sentence model while 100,000 texts are seeded: as many numbers of the same
    kind, drawn from the text's hash. Looking at them costs what it costs; they mean nothing."""

    def __init__(self, model: str, dimensions: int) -> None:
        self.model, self.dim = model, dimensions

    def passage(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self._drawn(text) for text in texts])

    query = passage

    def _drawn(self, text: str) -> np.ndarray:
        digest = hashlib.sha256(text.encode()).digest()
        random = np.random.default_rng(int.from_bytes(digest[:8], "big"))
        vector = random.standard_normal(self.dim, dtype=np.float32)
        return vector / np.linalg.norm(vector)


class Texts(Protocol):
    """Where words come from; `benchmarks.generated_texts.Generated` is one."""

    def entries(self, count: int) -> Iterator[tuple[str, str]]:
        """Titles and texts."""

    def queries(self, count: int) -> Iterator[str]:
        """What people search for."""


def fill_market(entries: int, people: int, at: datetime, texts: Texts) -> dict[str, Any]:
    """Regions, organizations, people, entries, proposals; returns the plan of the people."""
    from django.db import transaction  # noqa: PLC0415 - Django is set up by now

    from benchmarks.load.entries import fill, read_lists  # noqa: PLC0415
    from benchmarks.load.people import (  # noqa: PLC0415
        PASSWORD,
        ask_around,
        open_accounts,
        open_organizations,
    )
    from core import outbox  # noqa: PLC0415
    from core.options import set_option  # noqa: PLC0415
    from core.permissions import SYSTEM  # noqa: PLC0415
    from marketplace.models import Need, ResourceOffer  # noqa: PLC0415
    from portal.demo.city import City  # noqa: PLC0415

    with transaction.atomic(), outbox.holding_inline():
        City(at).load_places(at)
        set_option("market.trust_verified", True, by=SYSTEM, at=at)
        organizations = open_organizations(people + min(OTHERS, entries), at)
        parties = open_accounts(organizations[:people], at)
        asked = ask_around(parties, at, seed=SEED)
    lists = read_lists(organizations)
    for model, count in ((Need, entries // 2), (ResourceOffer, entries - entries // 2)):
        fill(model, count, lists=lists, texts=texts, at=at, seed=SEED + count)
    return {
        "password": PASSWORD,
        "people": [
            {"account": party.user.username, "asked": asked[place]}
            for place, party in enumerate(parties)
        ],
        "readable": _readable(),
        "queries": list(texts.queries(_QUERIES)),
        "texts": [list(pair) for pair in texts.entries(_TEXTS)],
        "choices": {
            "category": [row.code for row in lists.categories],
            "region": [row.code for row in lists.streets],
            "unit": [row.code for row in lists.units],
        },
    }


def _readable() -> list[str]:
    """Addresses of public entries, of both sides alike."""
    from marketplace.models import Level, Need, ResourceOffer  # noqa: PLC0415

    found = []
    for model, folder in ((Need, "needs"), (ResourceOffer, "resources")):
        rows = model._default_manager.filter(visibility=Level.PUBLIC, posted_at__isnull=False)
        numbers = rows.order_by("-id").values_list("number", flat=True)[: _READABLE // 2]
        found += [f"/{folder}/{number}/" for number in numbers]
    return found


def derive(at: datetime) -> None:
    """Index, vectors and the search server, through the product's own rebuild; and the news of
    the people's own entries, which the worker would otherwise carry during the load."""
    from django.core.management import call_command  # noqa: PLC0415

    from core import outbox  # noqa: PLC0415
    from search.operations import adopt_model, fill_vectors, refresh_frequencies  # noqa: PLC0415
    from search.operations import rebuild as rebuild_index  # noqa: PLC0415
    from search.queries.engines import elasticsearch  # noqa: PLC0415
    from search.queries.meaning import embedders  # noqa: PLC0415

    made_here = ("search.handlers.", "matching.handlers.suggesting.")
    outbox.settle([n for n in outbox.registrations() if n.startswith(made_here)], at)
    timed("embedded index", rebuild_index)
    if model := adopt_model(at=at):
        own = embedders()[model]
        embedders()[model] = DrawnVectors(model, own.dim)
        timed("vectors", lambda: fill_vectors(model=model))
        embedders()[model] = own
    refresh_frequencies()
    if elasticsearch() is not None:
        timed("search server", lambda: call_command("search_rebuild", server=True, verbosity=0))
    timed("news", outbox.drain)


def timed(what: str, act: Callable[[], Made]) -> Made:
    """Do something that takes a while, and say how long it took."""
    begun = time.perf_counter()
    made = act()
    print(f"  {what}: {time.perf_counter() - begun:.0f} s", flush=True)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--to", type=Path, required=True)
    options = parser.parse_args()
    if options.people < 4:
        sys.exit("--people: at least 4, two who need and two who give.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415 - after the environment is set

    django.setup()
    from django.utils import timezone  # noqa: PLC0415

    at = timezone.now()
    from benchmarks.generated_texts import Generated  # noqa: PLC0415

    words = Generated(SEED)
    plan = timed("rows", lambda: fill_market(options.entries, options.people, at, words))
    options.to.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
    derive(at)


if __name__ == "__main__":
    main()
