"""One step of the large matching benchmark, in a process of its own; see `large_matching`.

`python -m benchmarks.large_matching_steps STEP FOLDER AMOUNT` prints figures as JSON. Rows lie in
the folder as plain arrays, so that reading them takes no more memory than they have.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from benchmarks.generated_texts import Generated
from benchmarks.large_corpus import SEED
from benchmarks.large_matching import ENGINE, NEIGHBORS, SCORE, TOP, TOPN
from matching.engine import Item, Matcher
from matching.engine.constraints import Rules
from matching.engine.segment import Scale, Segment
from matching.engine.text import Rows
from matching.engine.weights import MEANING_BASELINE, WEIGHTS

_WARM = 20
_EQUAL = 1e-6
"""Cosines in single precision that are so near are the same."""


def prepare(folder: Path, size: int) -> dict[str, Any]:
    """Generate, fit, and keep the rows of both sides."""
    made = Generated(SEED)
    offers = [Item(f"r{i:07}", *entry) for i, entry in enumerate(made.entries(size))]
    needs = [Item(f"n{i:07}", *entry) for i, entry in enumerate(made.entries(size))]
    begun = time.process_time()
    matcher = Matcher().fit(offers, needs)
    cpu = time.process_time() - begun
    held, asking = matcher.offers_.segments[0].rows, matcher.needs_.segments[0].rows
    width = held.covered.shape[1]  # what no offer says adds nothing to a product
    for side, rows in (("offers", held), ("needs", asking)):
        for name in ("covered", "similar"):
            _save(folder / f"{side}-{name}", getattr(rows, name)[:, :width])
    frequencies = np.bincount(held.similar.indices, minlength=width)
    words = list(matcher.text_.vocabulary)
    common = [f"{words[n]} {frequencies[n]}" for n in np.argsort(-frequencies)[:10].tolist()]
    return {
        "cpu": cpu,
        "peak": _peak(),
        "length": sum(len(one.title) + len(one.text) for one in offers) / size,
        "vocabulary": int(np.count_nonzero(frequencies)),
        "tokens": held.similar.nnz / size,
        "common": ", ".join(common),
    }


def engine(folder: Path, amount: int, *, whole_score: bool = False) -> dict[str, Any]:
    """The matcher's own way for many needs at once."""
    held, asking = _rows(folder, "offers"), _rows(folder, "needs", amount)
    offers = [Item(f"r{i:07}") for i in range(held.similar.shape[0])]
    needs = [Item(f"n{i:07}") for i in range(amount)]
    weights = {**WEIGHTS, "meaning": 0.0} | ({} if whole_score else {"need_covered": 0.0})
    scale = Scale(weights, MEANING_BASELINE)
    before, begun = _now(), time.process_time()
    segment = Segment(offers, held, side="offers", rules=Rules())
    asked = Segment(needs, asking, side="needs", rules=Rules())
    first = Segment(needs[:_WARM], _first(asking, _WARM), side="needs", rules=Rules())
    segment.best_of_many(first, scale, TOP)  # makes the posting lists
    once, begun = time.process_time() - begun, time.process_time()
    best = segment.best_of_many(asked, scale, TOP)
    each = (time.process_time() - begun) / amount
    found = {"once": once, "each": each, "memory": _peak() - before}
    if not whole_score:
        _keep(folder, ENGINE, [places for places, _ in best])
    return found


def neighbors(folder: Path, amount: int) -> dict[str, Any]:
    """scikit-learn's brute force."""
    nearest = import_module("sklearn.neighbors").NearestNeighbors
    held, asking = _load(folder / "offers-similar"), _load(folder / "needs-similar")[:amount]
    before, begun = _now(), time.process_time()
    top = min(TOP, held.shape[0])
    model = nearest(n_neighbors=top, algorithm="brute", metric="cosine").fit(held)
    once, begun = time.process_time() - begun, time.process_time()
    places = model.kneighbors(asking, return_distance=False)
    each = (time.process_time() - begun) / amount
    found = {"once": once, "each": each, "memory": _peak() - before}
    _keep(folder, NEIGHBORS, places)
    return found


def topn(folder: Path, amount: int) -> dict[str, Any]:
    """sparse_dot_topn on one thread."""
    product = import_module("sparse_dot_topn").sp_matmul_topn
    held, asking = _load(folder / "offers-similar"), _load(folder / "needs-similar")[:amount]
    before, begun = _now(), time.process_time()
    turned = held.T.tocsr()
    once, begun = time.process_time() - begun, time.process_time()
    best = product(asking, turned, TOP, sort=True, n_threads=1)
    each = (time.process_time() - begun) / amount
    found = {"once": once, "each": each, "memory": _peak() - before}
    ends = best.indptr
    _keep(folder, TOPN, [best.indices[a:b] for a, b in pairwise(ends)])
    return found


def recall(folder: Path, amount: int) -> dict[str, Any]:
    """Of the ten largest cosines in double precision, how many each way found."""
    held = _load(folder / "offers-similar").astype(np.float64)
    asking = _load(folder / "needs-similar")[:amount].astype(np.float64)
    exact = (asking @ held.T).toarray()
    top = min(TOP, exact.shape[1])
    least = -np.partition(-exact, top - 1, axis=1)[:, top - 1]
    found: dict[str, Any] = {}
    for way in (ENGINE, NEIGHBORS, TOPN):
        rows = np.load(folder / f"{way}.npy")[:amount]
        right = 0
        for scores, bound, places in zip(exact, least, rows, strict=True):
            given = np.unique(places[places >= 0])
            # Where fewer share a word at all, a way that leaves out zeros has left out nothing.
            missing = top - len(given) if bound <= _EQUAL else 0
            right += min(top, int(np.count_nonzero(scores[given] >= bound - _EQUAL)) + missing)
        found[way] = right / (top * amount)
    return found


def _keep(folder: Path, way: str, best: Sequence[Any]) -> None:
    places = np.full((len(best), TOP), -1, dtype=np.int64)
    for row, some in zip(places, best, strict=True):
        row[: len(some)] = some
    np.save(folder / f"{way}.npy", places)


def _save(path: Path, rows: sparse.csr_matrix) -> None:
    for part in ("data", "indices", "indptr"):
        np.save(f"{path}-{part}.npy", getattr(rows, part))
    np.save(f"{path}-shape.npy", np.array(rows.shape))


def _load(path: Path) -> sparse.csr_matrix:
    parts = tuple(np.load(f"{path}-{part}.npy") for part in ("data", "indices", "indptr"))
    return sparse.csr_matrix(parts, shape=tuple(np.load(f"{path}-shape.npy")), copy=False)


def _rows(folder: Path, side: str, amount: int | None = None) -> Rows:
    whole = Rows(_load(folder / f"{side}-covered"), _load(folder / f"{side}-similar"))
    return whole if amount in (None, whole.similar.shape[0]) else _first(whole, amount or 0)


def _first(rows: Rows, amount: int) -> Rows:
    return Rows(rows.covered[:amount], rows.similar[:amount])


def _now() -> float:
    """Memory of this process now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def _peak() -> float:
    """The most that it ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


STEPS: dict[str, Callable[[Path, int], dict[str, Any]]] = {
    "prepare": prepare,
    ENGINE: engine,
    SCORE: lambda folder, amount: engine(folder, amount, whole_score=True),
    NEIGHBORS: neighbors,
    TOPN: topn,
    "recall": recall,
}


def main() -> None:
    name, folder, amount = sys.argv[1:]
    print(json.dumps(STEPS[name](Path(folder), int(amount))))


if __name__ == "__main__":
    main()
