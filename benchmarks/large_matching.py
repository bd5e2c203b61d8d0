"""Exact top 10 of every need: `python -m benchmarks.large_matching --size 100000`.

So many needs and offers are generated, and the matcher is fitted on them; then the engine's way
(`Segment.best_of_many`) and the peers get the same TF-IDF rows and look for the same: the ten
largest cosines of every need. The engine counts constraints and categories besides, as it always
does; its whole score by text (two cosine-like sums instead of one) is timed on a sample and has no
goal. Each way runs in a process of its own, on one thread, so that memory can be told apart.
Peers run a sample of the needs where all of them would take minutes; figures are then scaled to
all needs, what they do once is not.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.large_corpus import SEED
from benchmarks.tables import MISSED, at_least, machine, ratio, table

TOP = 10
SAMPLE = 2_000
WHOLE = 10_000
"""Up to so many needs the peers run all of them."""
CHECKED = 200
"""Needs whose ten largest cosines are computed again in double precision, for the recall."""

ENGINE, SCORE, NEIGHBORS, TOPN = "engine", "engine_score", "neighbors", "sparse_dot_topn"
LABELS = {
    ENGINE: "matching.engine, cosine alone",
    NEIGHBORS: "scikit-learn NearestNeighbors, brute",
    TOPN: "sparse_dot_topn, one thread",
    SCORE: "matching.engine, whole score by text",
}
_ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")

Found = dict[str, Any]


def report(size: int, folder: Path) -> Iterator[str]:
    """The lines of one size."""
    yield machine()
    made = step("prepare", folder, size)
    yield (
        f"{size:,} needs and {size:,} offers, seed {SEED}, {made['length']:.0f} characters; "
        f"{made['vocabulary']:,} different tokens, {made['tokens']:.0f} an entry; offers that hold "
        f"the ten commonest: {made['common']}"
    )
    yield (
        f"fit of both sides: {made['cpu']:.0f} CPU s, {made['peak']:,.0f} MB at most "
        "(this process holds all texts too)"
    )
    peers = size if size <= WHOLE else SAMPLE
    rows = {ENGINE: size, NEIGHBORS: peers, TOPN: peers, SCORE: peers}
    ways = {}
    for way, amount in rows.items():
        ways[way] = found = step(way, folder, amount)
        found["all"] = found["once"] + found["each"] * size
        yield f"{LABELS[way]}: {found['all']:.1f} CPU s"
    recall = step("recall", folder, min(CHECKED, size))
    heading = [
        "",
        "needs run",
        "CPU s, all needs",
        "recall@10",
        "memory at most, above the rows, MB",
    ]
    yield from table(
        heading,
        (
            [
                LABELS[way],
                f"{rows[way]:,}" + ("" if rows[way] == size else ", scaled"),
                f"{found['all']:.1f}",
                f"{recall[way]:.4f}" if way in recall else "",
                f"{found['memory']:,.0f}",
            ]
            for way, found in ways.items()
        ),
    )
    yield from _goals(ways, recall)
    yield f"at the end: {machine()}"


def _goals(ways: dict[str, Found], recall: Found) -> Iterator[str]:
    mine = ways[ENGINE]
    for goal, peer, bound in (("M1", NEIGHBORS, 3.0), ("M2", TOPN, 1.0)):
        gain = ratio(ways[peer]["all"], mine["all"])
        yield at_least(goal, f"CPU, {LABELS[peer]} : engine", gain, bound)
    exact = "met" if recall[ENGINE] == 1.0 else MISSED
    yield f"- M1 and M2, recall of the engine: {recall[ENGINE]:.4f} (goal 1.0): {exact}"
    less = ratio(ways[NEIGHBORS]["memory"], mine["memory"])
    yield at_least("M4", f"memory, {LABELS[NEIGHBORS]} : engine", less, 6)


def step(name: str, folder: Path, amount: int) -> Found:
    """Run one step in a process of its own; it prints its figures as JSON."""
    command = [sys.executable, "-m", "benchmarks.large_matching_steps", name, str(folder)]
    done = subprocess.run(  # noqa: S603 - our own module
        [*command, str(amount)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **_ONE_THREAD},
    )
    found: Found = json.loads(done.stdout)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table of one size."""
    parser = argparse.ArgumentParser(
        description=__doc__, prog="python -m benchmarks.large_matching"
    )
    parser.add_argument("--size", type=int, required=True)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="gongyi-bench-") as folder:
        for line in report(options.size, Path(folder)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
