"""How well and how fast the product's own search finds: `python -m benchmarks.retrieval`.

    --corpus C.jsonl --queries Q.jsonl --qrels R.tsv    quality and time on judged texts, BEIR form
    --generated 10000                                    build and time on generated entries
    --engine embedded                                    the index in the database (the default)
    --engine postgres                                    the same, and DATABASE_URL must be PostgreSQL
    --engine elasticsearch                               the server of ELASTICSEARCH_URL beside it
    --peer fts5-jieba                                    whom to measure beside it; may be repeated

Each runs through the gateway on a database of its own (SQLite, or the server of DATABASE_URL),
beside the peers, in the same process. Ratios are to FTS5 on words as jieba cuts them, where it is
among the peers.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.database import own_database
from benchmarks.generated_texts import Generated
from benchmarks.measures import Quality, quality, quantile
from benchmarks.peers import JiebaFTS5, Peer, Texts, TrigramFTS5, product_tantivy
from benchmarks.peers_postgres import Trgm, TsRank

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KIND = "measured"
SIZE = 10
EMBEDDED, POSTGRES, SERVER = "embedded", "postgres", "elasticsearch"
JIEBA = "fts5-jieba"
PEERS: dict[str, tuple[str, Callable[[Texts], Peer]]] = {
    JIEBA: ("FTS5, jieba words", JiebaFTS5),
    "fts5-trigram": ("FTS5, trigrams", TrigramFTS5),
    "pg-tsrank": ("ts_rank, jieba words", TsRank),
    "pg-trgm": ("pg_trgm, word similarity", Trgm),
    "tantivy": ("tantivy, the same tokens", product_tantivy),
}
"""Name on the command line to its label and how it is filled."""

Find = Callable[[str], list[str]]


@dataclass(frozen=True)
class Text:
    """One item of a corpus, or one query without title."""

    name: str
    title: str
    text: str


@dataclass(frozen=True)
class Measured:
    """One way of searching: its results by query, and of each the milliseconds on the clock and
    of this process's CPU (all threads), which a busy machine does not stretch.
    """

    label: str
    runs: dict[str, list[str]]
    times: list[float]
    cpu: list[float]

    @property
    def p95(self) -> float:
        return quantile(self.times, 0.95)


def read_texts(path: Path) -> list[Text]:
    """Items of a BEIR file: one JSON object a line with `_id`, `text` and perhaps `title`."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [Text(str(row["_id"]), row.get("title", ""), row["text"]) for row in rows]


def read_grades(path: Path) -> dict[str, dict[str, int]]:
    """Grades by query: `query-id corpus-id score`, with a heading; grades of 0 are dropped."""
    judged: dict[str, dict[str, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        if line.strip():
            query, item, grade = line.split("\t")
            if int(float(grade)) > 0:
                judged.setdefault(query, {})[item] = int(float(grade))
    return judged


def fill(texts: Sequence[Text]) -> float:
    """Index the texts through the gateway; returns CPU seconds."""
    from core.ports import SearchDocument  # noqa: PLC0415 - Django is set up by now
    from search.gateways.shapes import LEVELS  # noqa: PLC0415
    from search.operations import refresh_frequencies  # noqa: PLC0415
    from search.queries.market import gateway  # noqa: PLC0415
    from search.queries.synonyms import synonyms_in_force  # noqa: PLC0415

    started = time.process_time()
    for start in range(0, len(texts), 1000):
        documents = [
            SearchDocument(
                kind=KIND,
                id=place,
                number=text.name,
                version=1,
                level=LEVELS[0],
                title=text.title,
                text=text.text,
                url="",
                state="OPEN",
                posted_at=NOW,
            )
            for place, text in enumerate(texts[start : start + 1000], start + 1)
        ]
        gateway().index(documents, synonyms=synonyms_in_force())
    refresh_frequencies()
    return time.process_time() - started


def embed() -> tuple[bool, float]:
    """Make every vector; whether there is a model, and seconds on the clock."""
    from search.operations import adopt_model, fill_vectors  # noqa: PLC0415

    started = time.perf_counter()
    model = adopt_model(at=NOW)
    if model:
        fill_vectors(model=model)
    return bool(model), time.perf_counter() - started


def finder(*, meaning: bool, exact: bool = False, engine: str = EMBEDDED) -> Find:
    """The product's search as a function from query to item names."""
    from search.gateways.shapes import LEVELS, SearchRequest  # noqa: PLC0415
    from search.queries.meaning import meaning_of  # noqa: PLC0415
    from search.queries.synonyms import synonyms_in_force  # noqa: PLC0415

    answering = _engine(engine)

    def find(q: str) -> list[str]:
        page = answering.search(
            SearchRequest(level=LEVELS[0], at=NOW, q=q, size=SIZE, exact=exact),
            synonyms=synonyms_in_force(),
            meaning=meaning_of(q) if meaning else None,
        )
        return [hit.number for hit in page.hits]

    return find


def _engine(name: str) -> Any:
    from search.queries import engines  # noqa: PLC0415

    return engines.elasticsearch() if name == SERVER else engines.embedded()


def _batches(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while some := list(islice(rows, size)):
        yield some


def _document(row: Any) -> Any:
    from core.ports import SearchDocument  # noqa: PLC0415 - Django is set up by now

    return SearchDocument(
        kind=row.kind,
        id=row.object_id,
        number=row.number,
        version=row.version,
        level=row.level,
        title=row.title,
        text=row.text,
        url=row.url,
        state=row.state,
        posted_at=row.posted_at,
    )


def fill_server() -> float:
    """Give the search server everything that the embedded index holds; returns CPU seconds of this
    process, which is not the server's."""
    from search.models import SearchEntry  # noqa: PLC0415
    from search.queries.synonyms import synonyms_in_force  # noqa: PLC0415

    server, started = _engine(SERVER), time.process_time()
    server.clear()
    rows = SearchEntry.objects.order_by("pk")
    for batch in _batches(rows.iterator(chunk_size=1000), 1000):
        server.index([_document(row) for row in batch], synonyms=synonyms_in_force())
    server.refresh()
    return time.process_time() - started


def measure(label: str, find: Find, queries: Iterable[Text], *, cold: bool = False) -> Measured:
    """Ask each query; with `cold` what a process remembers of a query is forgotten before."""
    from search.queries.meaning import forget_queries  # noqa: PLC0415

    runs: dict[str, list[str]] = {}
    times, cpu = [], []
    asked = list(queries)
    find(asked[0].text)
    for query in asked:
        if cold:
            forget_queries()
        started, worked = time.perf_counter(), time.process_time()
        runs[query.name] = find(query.text)
        times.append(1000 * (time.perf_counter() - started))
        cpu.append(1000 * (time.process_time() - worked))
    return Measured(label, runs, times, cpu)


def judged_table(
    corpus: Path,
    queries: Path,
    qrels: Path,
    engine: str = EMBEDDED,
    peers: Sequence[str] = (JIEBA,),
) -> Iterator[str]:
    """The lines of the table for judged texts, and the goals."""
    texts, asked, judged = read_texts(corpus), read_texts(queries), read_grades(qrels)
    answer = max(grade for grades in judged.values() for grade in grades.values())
    cpu = fill(texts)
    has_model, seconds = embed()
    ways = [
        measure("product, words as typed", finder(meaning=False, exact=True), asked),
        measure("product, words", finder(meaning=False), asked),
    ]
    if has_model:
        ways.append(measure("product, words + meaning", finder(meaning=True), asked, cold=True))
    beside = [measure_peer(name, texts, asked) for name in peers]
    server: list[Measured] = []
    if engine == SERVER:
        spent = fill_server()
        yield f"search server filled in {spent:.2f} CPU s of this process"
        server = [
            measure("server, words", finder(meaning=False, engine=engine), asked),
            *(
                [measure("server, words + meaning", finder(meaning=True, engine=engine), asked)]
                if has_model
                else []
            ),
        ]
    yield f"{len(texts)} items indexed in {cpu:.2f} CPU s; vectors in {seconds:.1f} s"
    yield f"{'':26}  queries  MRR@10  nDCG@10  recall@10    P@5   p50 ms   p95 ms  CPU ms"
    figures = {}
    for way in [*beside, *ways, *server]:
        figures[way.label] = found = quality(way.runs, judged, answer)
        yield (
            f"{way.label:26}  {found.queries:7}  {found.mrr:6.3f}  {found.ndcg:7.3f}"
            f"  {found.recall:9.3f}  {found.precision:5.3f}"
            f"  {quantile(way.times, 0.5):7.1f}  {way.p95:7.1f}  {quantile(way.cpu, 0.5):6.1f}"
        )
    for way, other in zip(server, ways[1:], strict=False):
        yield _compared(way, other, figures)
    if has_model:
        yield from _goals(ways, figures)
    else:
        yield "no model here (extra `semantic`): meaning was not measured"


def measure_peer(name: str, texts: Sequence[Text], asked: Sequence[Text]) -> Measured:
    """Fill a peer with the texts and ask it."""
    label, make = PEERS[name]
    peer = make((text.name, f"{text.title}\n{text.text}") for text in texts)
    return measure(label, lambda q: peer.find(q, SIZE), asked)


def _compared(way: Measured, beside: Measured, figures: dict[str, Quality]) -> str:
    """How far two engines agree: their quality, and how much of the top ten they share."""
    apart = figures[way.label].ndcg - figures[beside.label].ndcg
    shared = [
        len(set(found) & set(beside.runs[name])) / max(len(found), len(beside.runs[name]), 1)
        for name, found in way.runs.items()
        if found or beside.runs[name]
    ]
    overlap = sum(shared) / max(len(shared), 1)
    return (
        f"{way.label} beside {beside.label}: nDCG@10 {apart:+.4f} (goal within 0.005), "
        f"overlap of the top {SIZE} {overlap:.3f}"
    )


def _goals(ways: Sequence[Measured], figures: dict[str, Quality]) -> Iterator[str]:
    typed, words, meaning = (figures[way.label].ndcg for way in ways)
    more = ways[2].p95 - ways[1].p95
    if peer := figures.get(PEERS[JIEBA][0]):
        gain = meaning / peer.ndcg
        yield f"nDCG@10, words + meaning : FTS5 jieba words      {gain:.3f}  (goal 1.35)"
    # The goal was set against words without synonyms, which this product has besides.
    yield f"nDCG@10, words + meaning : words as typed        {meaning / typed:.3f}  (goal 1.07)"
    yield f"nDCG@10, words + meaning : words with synonyms   {meaning / words:.3f}"
    yield f"p95, words + meaning - words                     {more:.1f} ms  (goal 18)"


def generated_table(count: int, seed: int, peers: Sequence[str] = (JIEBA,)) -> Iterator[str]:
    """The lines of the table for generated entries."""
    made = Generated(seed)
    texts = [Text(f"g{i}", title, text) for i, (title, text) in enumerate(made.entries(count))]
    asked = [Text(f"q{i}", "", q) for i, q in enumerate(made.queries(300))]
    vocabulary, commonest = made.figures(texts_of(texts))
    yield f"{count} entries, seed {seed}; vocabulary {vocabulary} words; the commonest in:"
    yield "  " + ", ".join(f"{word} {df}" for word, df in commonest)
    beside, spent = [], []
    for name in peers:
        started = time.process_time()
        label, make = PEERS[name]
        peer = make((text.name, f"{text.title}\n{text.text}") for text in texts)
        spent.append(f"{label} {time.process_time() - started:.1f}")
        beside.append(measure(label, partial(peer.find, size=SIZE), asked))
    cpu = fill(texts)
    yield ", ".join([f"build, CPU s: product {cpu:.1f}", *spent])
    ways = [
        *beside,
        measure("product, words", finder(meaning=False), asked),
        measure("product, one whole need", finder(meaning=False), texts[:100]),
    ]
    for way in ways:
        p50 = quantile(way.times, 0.5)
        yield f"{way.label:26}  p50 {p50:6.1f} ms   p95 {way.p95:6.1f} ms   CPU {quantile(way.cpu, 0.5):6.1f} ms"


def texts_of(texts: Sequence[Text]) -> list[str]:
    """Title and text of each."""
    return [f"{text.title}\n{text.text}" for text in texts]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.retrieval")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--qrels", type=Path)
    parser.add_argument("--engine", choices=[EMBEDDED, POSTGRES, SERVER], default=EMBEDDED)
    parser.add_argument("--peer", choices=sorted(PEERS), action="append", dest="peers")
    parser.add_argument("--generated", type=int, metavar="ENTRIES")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    judged = (options.corpus, options.queries, options.qrels)
    if not options.generated and not all(judged):
        parser.error("give --corpus, --queries and --qrels, or --generated")
    peers = list(dict.fromkeys(options.peers or [JIEBA]))
    with own_database() as vendor:
        if refusal := _impossible(options.engine, peers, vendor):
            parser.error(refusal)
        print(f"engine {options.engine} on {vendor}")
        lines = (
            generated_table(options.generated, options.seed, peers)
            if options.generated
            else judged_table(*judged, options.engine, peers)
        )
        for line in lines:
            print(line, flush=True)


def _impossible(engine: str, peers: Sequence[str], vendor: str) -> str:
    """What of the wish needs a server that was not named; empty when all can be had."""
    needs_postgres = engine == POSTGRES or any(peer.startswith("pg-") for peer in peers)
    if needs_postgres and vendor != "postgresql":
        return "--engine postgres and the peers pg-… need DATABASE_URL=postgres://…"
    if engine == SERVER and _engine(SERVER) is None:
        return "--engine elasticsearch needs ELASTICSEARCH_URL"
    return ""


if __name__ == "__main__":
    main()
