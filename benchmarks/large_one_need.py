"""One need against a large market: `python -m benchmarks.large_one_need --size 1000000`.

The matcher is fitted on the first part of the offers and given the others afterwards, in large
parts, as a shelf that grows; word frequencies stay those of the fit, as they do between two
nights. Each need is then asked alone: the ten largest cosines by the engine, by scikit-learn's
NearestNeighbors over the same rows, and SQLite's FTS5 with all words of the need OR-ed.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from itertools import islice
from pathlib import Path

from scipy import sparse

from benchmarks.generated_texts import Generated
from benchmarks.large_corpus import SEED
from benchmarks.measures import quantile
from benchmarks.peers import FTS5
from benchmarks.tables import at_least, machine, ratio, table
from matching.engine import Item, Matcher
from matching.engine.segment import Scale, Segment, best_places
from matching.engine.text import count
from matching.engine.weights import MEANING_BASELINE, WEIGHTS
from search.analysis import tokens

TOP = 10
NEEDS, PEERS_NEEDS = 200, 15
_PART = 100_000
_SCALE = Scale({**WEIGHTS, "need_covered": 0.0, "meaning": 0.0}, MEANING_BASELINE)
"""Cosine alone, as the peers have it."""


def report(size: int, folder: Path, *, part: int = _PART) -> Iterator[str]:
    """The lines of one size."""
    yield machine()
    made = Generated(SEED)
    offers = [Item(f"r{i:07}", *entry) for i, entry in enumerate(made.entries(size))]
    needs = [Item(f"n{i:07}", *entry) for i, entry in enumerate(made.entries(NEEDS))]
    begun = time.process_time()
    matcher = _filled(offers, part)
    segments = matcher.offers_.segments
    yield f"{size:,} offers, seed {SEED}, held in {time.process_time() - begun:.0f} CPU s"
    begun = time.process_time()
    texts = ((one.key, f"{one.title}\n{one.text}") for one in offers)
    peer = FTS5(texts, tokens.words, path=folder / "words.sqlite3")
    yield f"FTS5 on words filled in {time.process_time() - begun:.0f} CPU s"
    asking = matcher._segment(needs, "needs")
    width = max(segment.rows.similar.shape[1] for segment in segments)
    ways = {
        "matching.engine, cosine alone": _timed(lambda i: _best(segments, asking, i), NEEDS),
        "matching.engine, proposals with reasons": _timed(
            lambda i: matcher.propose([needs[i]]), NEEDS
        ),
        "scikit-learn NearestNeighbors, brute": _timed(
            _neighbors(segments, asking, width), PEERS_NEEDS
        ),
        "FTS5, words, full OR": _timed(
            lambda i: peer.find(f"{needs[i].title}\n{needs[i].text}", TOP), PEERS_NEEDS
        ),
    }
    rows = [
        [label, str(len(times)), f"{quantile(times, 0.5):.1f}", f"{quantile(times, 0.95):.1f}"]
        for label, times in ways.items()
    ]
    yield from table(["", "needs", "p50 ms", "p95 ms"], rows)
    mine, _whole, nearest, words = (quantile(times, 0.5) for times in ways.values())
    yield at_least("M6", "p50, NearestNeighbors : engine", ratio(nearest, mine), 25)
    yield at_least("M6", "p50, FTS5 full OR : engine", ratio(words, mine), 150)
    yield f"at the end: {machine()}"


def _filled(offers: Sequence[Item], part: int) -> Matcher:
    matcher = Matcher().fit(offers[:part])
    rest = iter(offers[part:])
    while some := list(islice(rest, part)):
        matcher.offers_.add_many(some, [count(one) for one in some])
    return matcher


def _best(segments: Sequence[Segment], asking: Segment, place: int) -> list[str]:
    """Keys of the ten best of all segments, best first."""
    prepared = asking.prepared(place)
    found: list[tuple[float, str]] = []
    for segment in segments:
        scores = segment.scores(prepared, _SCALE)
        places = best_places(scores, segment.allowed(prepared.item), TOP)
        found += [(-float(scores[p]), segment.items[p].key) for p in places]
    return [key for _score, key in sorted(found)[:TOP]]


def _neighbors(segments: Sequence[Segment], asking: Segment, width: int) -> Callable[[int], object]:
    held = sparse.vstack([_widened(segment.rows.similar, width) for segment in segments]).tocsr()
    asked = asking.rows.similar[:, :width]
    nearest = import_module("sklearn.neighbors").NearestNeighbors
    top = min(TOP, held.shape[0])
    model = nearest(n_neighbors=top, algorithm="brute", metric="cosine").fit(held)
    wide = _widened(asked, width)
    return lambda place: model.kneighbors(wide[place], return_distance=False)


def _widened(rows: sparse.csr_matrix, width: int) -> sparse.csr_matrix:
    shape = (rows.shape[0], width)
    return sparse.csr_matrix((rows.data, rows.indices, rows.indptr), shape=shape, copy=False)


def _timed(ask: Callable[[int], object], amount: int) -> list[float]:
    """Milliseconds of each question; the first one is asked once before."""
    ask(0)
    times = []
    for place in range(amount):
        begun = time.perf_counter()
        ask(place)
        times.append(1000 * (time.perf_counter() - begun))
    return times


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table of one size."""
    parser = argparse.ArgumentParser(
        description=__doc__, prog="python -m benchmarks.large_one_need"
    )
    parser.add_argument("--size", type=int, required=True)
    options = parser.parse_args(arguments)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory(prefix="gongyi-bench-") as folder:
        for line in report(options.size, Path(folder)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
