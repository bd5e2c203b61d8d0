"""Searching a large generated market: `python -m benchmarks.large_search --size 1000000`.

The embedded index stands beside SQLite's FTS5 (all tokens OR-ed, ordered by its rank: the usual
set-up), once on pairs of characters and once on words as jieba cuts them, and beside tantivy on
the product's own tokens; all on disk, filled and asked one after the other in one process. With
`--server` the search server follows, asked the same. The product is asked through its gateway:
hits with marks and reasons, and counts, where a peer gives names alone.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.database import own_database
from benchmarks.large_corpus import NOW, Corpus, corpus, described
from benchmarks.large_elastic import server_report
from benchmarks.measures import quantile
from benchmarks.peers import FTS5, JiebaFTS5, Peer, Tantivy
from benchmarks.retrieval import SIZE, Find, Measured, measure
from benchmarks.tables import at_least, at_most, machine, ratio, table
from search.analysis import tokens

PRODUCT = "product, embedded"
PAIRS, WORDS = "FTS5, pairs, full OR", "FTS5, jieba words, full OR"
TANTIVY_BL, TANTIVY_UBL = "tantivy, pairs", "tantivy, pairs and characters"
QUERIES, NEEDS = 200, 100
_PEERS_NEEDS = 20
"""A whole need takes a full OR seconds where there are many entries."""


@dataclass(frozen=True)
class Way:
    """One way of searching: what filling it took, and how it answered."""

    label: str
    wall: float
    cpu: float
    short: Measured
    whole: Measured

    def row(self) -> list[str]:
        """Its row of the table."""
        return [
            self.label,
            f"{self.wall:.1f} / {self.cpu:.1f}",
            milliseconds(self.short),
            f"{quantile(self.short.cpu, 0.5):.1f} / {quantile(self.short.cpu, 0.95):.1f}",
            f"{milliseconds(self.whole)} ({len(self.whole.times)})",
        ]


def milliseconds(measured: Measured) -> str:
    """p50 and p95 by the clock."""
    return f"{quantile(measured.times, 0.5):.1f} / {measured.p95:.1f}"


def embedded_report(made: Corpus, folder: Path) -> Iterator[str | Way]:
    """Lines as they become known; each way once, for whoever compares."""
    started = _Stopwatch()
    fill(made)
    product = _asked(PRODUCT, started, made, embedded_find(), len(made.needs))
    yield product
    ways = {PRODUCT: product}
    makers: dict[str, Callable[[], Peer]] = {
        PAIRS: lambda: FTS5(made.texts(), tokens.bl_tokens, path=folder / "pairs.sqlite3"),
        WORDS: lambda: JiebaFTS5(made.texts(), path=folder / "words.sqlite3"),
        TANTIVY_BL: lambda: Tantivy(made.texts(), tokens.bl_tokens, path=_new(folder / "bl")),
        TANTIVY_UBL: lambda: Tantivy(made.texts(), tokens.index_tokens, path=_new(folder / "ubl")),
    }
    JiebaFTS5([])  # the dictionary is loaded before anybody's time is taken
    for label, make in makers.items():
        started = _Stopwatch()
        peer = make()
        way = _asked(label, started, made, _finding(peer), _PEERS_NEEDS)
        ways[label] = way
        yield way
        if isinstance(peer, JiebaFTS5):
            yield described(len(made.entries), *peer.vocabulary())
    heading = [
        "",
        "build s, clock / CPU, tokens included",
        "short query p50 / p95 ms",
        "its CPU ms p50 / p95",
        "whole need p50 / p95 ms (queries)",
    ]
    yield from table(heading, (way.row() for way in ways.values()))
    yield from _goals(ways)


def _goals(ways: dict[str, Way]) -> Iterator[str]:
    mine, build = ways[PRODUCT].short.p95, ways[PRODUCT].cpu
    pairs, words = (ratio(ways[label].short.p95, mine) for label in (PAIRS, WORDS))
    yield at_least("S3", "p95 of short queries, FTS5 pairs : product", pairs, 15)
    yield at_least("S3", "p95 of short queries, FTS5 words : product", words, 40)
    yield at_most("S3", "p95 of short queries, product, when idle", mine, 20, " ms")
    for label in (TANTIVY_BL, TANTIVY_UBL):
        slower = ratio(mine, ways[label].short.p95)
        yield at_most("S4", f"p95 of short queries, product : {label}", slower, 8)
    faster = ratio(ways[WORDS].cpu, build)
    yield at_least("S5", "CPU of the build, FTS5 words : product", faster, 5)


def fill(made: Corpus) -> None:
    """Write everything through the gateway, and count the frequent terms as the hourly job does."""
    from search.operations import refresh_frequencies  # noqa: PLC0415 - Django is set up by now
    from search.queries import engines  # noqa: PLC0415
    from search.queries.synonyms import synonyms_in_force  # noqa: PLC0415

    for documents in made.documents():
        engines.embedded().index(documents, synonyms=synonyms_in_force())
    refresh_frequencies()


def embedded_find() -> Find:
    """The product's embedded search, by words alone."""
    from search.gateways.shapes import LEVELS, SearchRequest  # noqa: PLC0415
    from search.queries import engines  # noqa: PLC0415
    from search.queries.synonyms import synonyms_in_force  # noqa: PLC0415

    def find(q: str) -> list[str]:
        request = SearchRequest(level=LEVELS[0], at=NOW, q=q, size=SIZE)
        page = engines.embedded().search(request, synonyms=synonyms_in_force())
        return [hit.number for hit in page.hits]

    return find


class _Stopwatch:
    """Seconds since it was made, by the clock and of this process's CPU."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self._wall, time.process_time() - self._cpu


def _asked(label: str, started: _Stopwatch, made: Corpus, find: Find, needs: int) -> Way:
    wall, cpu = started.read()
    short = measure(label, find, made.short)
    return Way(label, wall, cpu, short, measure(label, find, made.needs[:needs]))


def _finding(peer: Peer) -> Find:
    def find(q: str) -> list[str]:
        return peer.find(q, SIZE)

    return find


def _new(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def report(
    size: int,
    *,
    embedded: bool,
    server: bool,
    folder: Path,
    queries: int = QUERIES,
    needs: int = NEEDS,
) -> Iterator[str]:
    """Everything that is asked for at one size, in a database that is there and empty."""
    started = time.perf_counter()
    made = corpus(size, queries=queries, needs=needs)
    yield f"{machine()}; corpus made in {time.perf_counter() - started:.0f} s"
    found: Measured | None = None
    if embedded:
        for part in embedded_report(made, folder):
            if isinstance(part, str):
                yield part
            else:
                yield " | ".join(part.row())  # a run that is stopped has said what it knew
                found = part.short if part.label == PRODUCT else found
    if server:
        yield from server_report(made, beside=found)
    yield f"at the end: {machine()}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables of one size."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.large_search")
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--server", action="store_true", help="ask the search server too")
    parser.add_argument("--without-embedded", action="store_true")
    options = parser.parse_args(arguments)
    with own_database(), tempfile.TemporaryDirectory(prefix="gongyi-bench-") as folder:
        lines = report(
            options.size,
            embedded=not options.without_embedded,
            server=options.server,
            folder=Path(folder),
        )
        for line in lines:
            print(line, flush=True)


if __name__ == "__main__":
    main()
