"""`python -m benchmarks.large` (`make bench-large`): large markets, beside named peers.

    SIZES=100000,1000000    how many entries, both where it is not set
    ONLY=search             or elasticsearch, or matching; several with commas

Each size runs in a process of its own, so that none warms another up. Whatever could not be
measured is said. `docs/benchmarks.md` keeps figures with machine and date.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.tables import machine

SIZES = (100_000, 1_000_000)
PARTS = ("search", "elasticsearch", "matching")
SQUARES = (10_000, 100_000)
"""Both sides of the matching that is measured whole; larger ones are asked one need."""


@dataclass(frozen=True)
class Run:
    """One benchmark in a process of its own."""

    title: str
    module: str
    words: tuple[str, ...]


def wanted(environment: Mapping[str, str]) -> tuple[list[int], list[str]]:
    """Sizes and parts. Raises ValueError with a sentence for what cannot be read."""
    sizes = [int(word) for word in environment.get("SIZES", "").replace(" ", "").split(",") if word]
    parts = [word.strip() for word in environment.get("ONLY", "").split(",") if word.strip()]
    if unknown := set(parts) - set(PARTS):
        raise ValueError(f"ONLY is one of {', '.join(PARTS)}; not {', '.join(sorted(unknown))}")
    return sizes or list(SIZES), parts or list(PARTS)


def plan(sizes: Sequence[int], parts: Sequence[str]) -> Iterator[Run]:
    """What is run, in order."""
    for size in sizes:
        words = ["--size", str(size)]
        if "elasticsearch" in parts:
            words.append("--server")
        if "search" not in parts:
            words.append("--without-embedded")
        if {"search", "elasticsearch"} & set(parts):
            yield Run(f"Search in {size:,} generated entries", "large_search", tuple(words))
    if "matching" not in parts:
        return
    for size in sorted(
        {min(size, SQUARES[0]) for size in sizes} | {s for s in sizes if s <= SQUARES[1]}
    ):
        title = f"Matching {size:,} × {size:,}, exact top 10"
        yield Run(title, "large_matching", ("--size", str(size)))
    for size in sizes:
        if size > SQUARES[1]:
            title = f"Matching one need against {size:,}"
            yield Run(title, "large_one_need", ("--size", str(size)))


def main() -> None:
    try:
        sizes, parts = wanted(os.environ)
    except ValueError as error:
        sys.exit(str(error))
    print(machine(), flush=True)
    good = True
    for run in plan(sizes, parts):
        print(f"\n## {run.title}\n", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{run.module}", *run.words]
        done = subprocess.run(command, check=False)  # noqa: S603 - our own modules
        good = good and done.returncode == 0
        if done.returncode:
            print(f"NOT MEASURED: it ended with status {done.returncode}.", flush=True)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
