"""`python -m benchmarks` (`make bench`): every benchmark, one after the other.

    --search-gold DIR    a folder with corpus.jsonl, queries.jsonl, qrels.tsv (BEIR form)
    --match-gold DIR     a folder with needs.jsonl, offers.jsonl, gold.tsv

Each runs in a process of its own, so that none warms another up. Without a folder, what could
not be measured is said. `docs/benchmarks.md` keeps figures with machine and date.
"""

import argparse
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

GENERATED = "10000"


def run(title: str, module: str, *words: str) -> bool:
    """Print a heading, run one benchmark, and whether it ended well."""
    print(f"\n## {title}\n", flush=True)
    command = [sys.executable, "-m", f"benchmarks.{module}", *words]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603 - our own modules


def not_measured(title: str, option: str) -> bool:
    print(f"\n## {title}\n\nNot measured: give the judged texts with {option}=DIR.", flush=True)
    return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--search-gold", type=Path)
    parser.add_argument("--match-gold", type=Path)
    options = parser.parse_args()
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"
    )
    search, match = options.search_gold, options.match_gold
    good = [
        run(
            "Search on judged texts",
            "retrieval",
            *("--corpus", f"{search}/corpus.jsonl", "--queries", f"{search}/queries.jsonl"),
            *("--qrels", f"{search}/qrels.tsv"),
        )
        if search
        else not_measured("Search on judged texts", "SEARCH_GOLD"),
        run(
            "Matching on judged pairs",
            "matching",
            *("--needs", f"{match}/needs.jsonl", "--offers", f"{match}/offers.jsonl"),
            *("--gold", f"{match}/gold.tsv"),
        )
        if match
        else not_measured("Matching on judged pairs", "MATCH_GOLD"),
        run("Smart paste on labelled texts", "paste"),
        run(f"Search in {GENERATED} generated entries", "retrieval", "--generated", GENERATED),
        run(f"Matching with {GENERATED} generated entries", "matching", "--generated", GENERATED),
    ]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
