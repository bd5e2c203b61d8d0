"""The search server at the same sizes, asked through the product's own gateway.

It is filled as `manage.py search_rebuild --server` fills it: new indexes beside those that serve,
in bulk, every document with the deletes at the levels that may not hold it; then they serve.
Asked twice: as the writes left the segments, and merged into one.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from benchmarks.large_corpus import NOW, Corpus
from benchmarks.measures import quantile
from benchmarks.retrieval import SIZE, Measured, measure
from benchmarks.tables import at_most, table

if TYPE_CHECKING:
    from search.gateways.elasticsearch import ElasticsearchGateway

_GOALS = {"short": 10.0, "whole need": 20.0, "short, with facets": 15.0}
"""p95 at the gateway in milliseconds, on merged segments, without vectors."""
_MERGE_SECONDS = 1_800.0


def server_report(made: Corpus, *, beside: Measured | None) -> Iterator[str]:
    """The tables; `beside` is what the embedded index answered to the same short queries."""
    from search.queries import engines  # noqa: PLC0415 - Django is set up by now

    server = engines.elasticsearch()
    if server is None:
        yield "Elasticsearch: NOT MEASURED, no ELASTICSEARCH_URL is set."
        return
    try:
        yield from _filled(server, made)
        unmerged = _all_kinds(server, made)
        yield from _stored(server, "as written")
        seconds = _merge(server)
        yield f"merged into one segment in {seconds:.0f} s"
        yield from _stored(server, "merged")
        merged = _all_kinds(server, made)
    finally:
        server.indexes.drop(server.indexes.standing().schemas)
    yield from _table(unmerged, merged)
    for kind, bound in _GOALS.items():
        yield at_most(
            "Elasticsearch", f"p95, {kind}, merged", merged[kind].answers.p95, bound, " ms"
        )
    if ServerFind.unanswered:
        yield f"- {ServerFind.unanswered} questions were NOT answered within two seconds"
    if beside is None:
        yield "- overlap with the embedded index: not measured in this run"
    else:
        shared = overlap(merged["short"].answers, beside)
        yield f"- mean overlap of the top {SIZE} with the embedded index: {shared:.3f}"


def _filled(server: "ElasticsearchGateway", made: Corpus) -> Iterator[str]:
    from search.queries.synonyms import synonyms_in_force  # noqa: PLC0415

    server.indexes.drop(server.indexes.standing().schemas)
    server.indexes.begin()
    begun, worked, server_worked = time.perf_counter(), time.process_time(), _cpu(server)
    for documents in made.documents():
        server.index(documents, synonyms=synonyms_in_force(), only_next=True)
    server.indexes.finish()
    server.refresh()
    seconds = time.perf_counter() - begun
    yield (
        f"Elasticsearch: {len(made.entries):,} entries written in {seconds:.0f} s, "
        f"{len(made.entries) / seconds:,.0f} a second; CPU s of this process "
        f"{time.process_time() - worked:.0f}, of the server {_cpu(server) - server_worked:.0f}"
    )


@dataclass(frozen=True)
class _Asked:
    """Answers to one kind of question, and the server's CPU milliseconds for one."""

    answers: Measured
    server: float

    def clock(self) -> str:
        return f"{quantile(self.answers.times, 0.5):.1f} / {self.answers.p95:.1f}"


def _all_kinds(server: "ElasticsearchGateway", made: Corpus) -> dict[str, _Asked]:
    kinds = {
        "short": (ServerFind(facets=False), made.short),
        "whole need": (ServerFind(facets=False), made.needs),
        "short, with facets": (ServerFind(facets=True), made.short),
    }
    for find, queries in kinds.values():  # the first answers of new segments come from the disk
        for query in queries[:20]:
            find(query.text)
    found = {}
    for kind, (find, queries) in kinds.items():
        before = _cpu(server)
        answers = measure(kind, find, queries)
        # A moment without questions costs the server next to nothing.
        found[kind] = _Asked(answers, 1000 * (_cpu(server) - before) / len(queries))
    return found


class ServerFind:
    """The product's search on the server, by words alone."""

    unanswered: ClassVar[int] = 0
    """Questions that the server did not answer within the gateway's two seconds."""

    def __init__(self, *, facets: bool) -> None:
        from search.queries import engines  # noqa: PLC0415 - Django is set up by now

        server = engines.elasticsearch()
        assert server is not None
        self._server, self._facets = server, facets

    def __call__(self, q: str) -> list[str]:
        from search.gateways import GatewayError  # noqa: PLC0415
        from search.gateways.shapes import LEVELS, SearchRequest  # noqa: PLC0415
        from search.queries.synonyms import synonyms_in_force  # noqa: PLC0415

        request = SearchRequest(level=LEVELS[0], at=NOW, q=q, size=SIZE, with_facets=self._facets)
        try:
            page = self._server.search(request, synonyms=synonyms_in_force())
        except GatewayError:
            # Its time counts; the next question is asked all the same.
            ServerFind.unanswered += 1
            self._server.connection.breaker.answered()
            return []
        return [hit.number for hit in page.hits]


def _merge(server: "ElasticsearchGateway") -> float:
    from search.gateways.shapes import LEVELS  # noqa: PLC0415

    begun = time.perf_counter()
    client = server.connection.client().options(request_timeout=_MERGE_SECONDS)
    client.indices.forcemerge(index=server.indexes.alias(LEVELS[0]), max_num_segments=1)
    server.refresh()
    return time.perf_counter() - begun


def _stored(server: "ElasticsearchGateway", how: str) -> Iterator[str]:
    from search.gateways.shapes import LEVELS  # noqa: PLC0415

    index = server.indexes.alias(LEVELS[0])
    facts = _asked(server, lambda es: es.indices.stats(index=index, metric="store,segments"))
    whole = facts["_all"]["total"]
    memory = _asked(server, lambda es: es.nodes.stats(metric="jvm"))["nodes"]
    heap = max(node["jvm"]["mem"]["heap_max_in_bytes"] for node in memory.values())
    yield (
        f"{how}: {whole['segments']['count']} segments, "
        f"{whole['store']['size_in_bytes'] / 1e6:.0f} MB on disk, heap {heap / 1e6:.0f} MB"
    )


def _cpu(server: "ElasticsearchGateway") -> float:
    """CPU seconds of all nodes since they were started."""
    nodes = _asked(server, lambda es: es.nodes.stats(metric="process"))["nodes"]
    spent = sum(node["process"]["cpu"]["total_in_millis"] for node in nodes.values())
    return float(spent) / 1000


def _asked(server: "ElasticsearchGateway", call: Callable[[Any], Any]) -> Any:
    return server.connection.order(call)


def _table(unmerged: dict[str, _Asked], merged: dict[str, _Asked]) -> Iterator[str]:
    rows = [
        [
            kind,
            before.clock(),
            after.clock(),
            f"{quantile(after.answers.cpu, 0.5):.1f} + {after.server:.1f}",
        ]
        for (kind, before), after in zip(unmerged.items(), merged.values(), strict=True)
    ]
    heading = [
        "Elasticsearch, at the gateway",
        "as written, p50 / p95 ms",
        "merged, p50 / p95 ms",
        "merged, CPU ms a query: here (p50) + server (mean)",
    ]
    yield from table(heading, rows)


def overlap(one: Measured, other: Measured) -> float:
    """Mean share of the top that two engines have in common, over queries with an answer."""
    shares = [
        len(set(found) & set(other.runs[name])) / max(len(found), len(other.runs[name]))
        for name, found in one.runs.items()
        if found or other.runs[name]
    ]
    return sum(shares) / max(len(shares), 1)
