"""Keeping the index equal to the rows of the apps that own them.

All of it is derived and safe to repeat, so nothing here takes an actor or leaves an audit row.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from django.db import connection, transaction

from core.ports import DocumentSource, SearchDocument, search_documents
from search.gateways import Held
from search.embedded.gateway import by_thing, checksum
from search.embedded.write import analyze_again as cut_again
from search.gateways.shapes import Key
from search.gateways.terms import analyzer_version
from search.embedded.token_index import token_index
from search.models import SearchEntry, TermFrequency
from search.operations.vectors import mark_stale
from search.queries.market import gateway
from search.queries.synonyms import synonyms_in_force

BATCH = 200
FREQUENT = 500
"""From how many entries on a term counts as frequent and is kept in the table."""

Progress = Callable[[str, int], None]
"""Told a kind and how many of its things have been gone through in all."""


def index_things(*, kind: str, ids: Sequence[int]) -> int:
    """Make the index hold what these things are now; returns how many documents were written.

    Documents are loaded inside the transaction that writes them, and on PostgreSQL under a lock
    per thing, so of two messages about one thing the later one loads the later row.
    """
    source = search_documents().get(kind)
    with transaction.atomic():
        _lock(kind, ids)
        documents = list(source.documents(ids)) if source else []
        present = {document.id for document in documents}
        written = gateway().index(documents, synonyms=synonyms_in_force())
        gone = [one for one in ids if one not in present]
        if gone:
            gateway().remove(kind, gone)
        mark_stale(kind, ids, documents)
    return written


def _lock(kind: str, ids: Sequence[int]) -> None:
    """SQLite has one writer at a time already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s || ':' || id, 7))"
                " FROM unnest(%s::bigint[]) AS id ORDER BY id",
                [kind, sorted(set(ids))],
            )


def rebuild(
    *, kinds: Sequence[str] = (), after: Key | None = None, progress: Progress | None = None
) -> int:
    """Write every thing again, kind by kind and ascending, and remove what has no thing.

    `after` resumes behind a thing that an interrupted run reached. Searches go on meanwhile.
    """
    written = 0
    for kind, source in sorted(search_documents().items()):
        if (kinds and kind not in kinds) or (after and kind < after[0]):
            continue
        begin = after[1] if after and after[0] == kind else 0
        done = 0
        for ids in _id_batches(source, begin):
            written += index_things(kind=kind, ids=ids)
            done += len(ids)
            if progress:
                progress(kind, ids[-1])
        _remove_orphans(kind, source)
    refresh_frequencies()
    return written


def _id_batches(source: DocumentSource, after: int) -> Iterator[list[int]]:
    ids = iter(one for one in source.ids() if one > after)
    while batch := list(islice(ids, BATCH)):
        yield batch


def _remove_orphans(kind: str, source: DocumentSource) -> None:
    present = set(source.ids())
    for held in gateway().held(kind):
        gone = [key[1] for key, _documents in by_thing(held) if key[1] not in present]
        if gone:
            index_things(kind=kind, ids=gone)


Fault = Literal["missing", "extra", "different", "analyzer", "synonyms"]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the index is not what it should be: of which thing, at which level, and how."""

    key: Key
    level: str
    fault: Fault


def find_differences(kinds: Sequence[str] = ()) -> Iterator[Difference]:
    """Compare rows and index, thing by thing; also names rows cut by another analyzer or table."""
    sources = search_documents()
    held_kinds = SearchEntry.objects.order_by().values_list("kind", flat=True).distinct()
    for kind in sorted({*sources, *held_kinds}):
        if not kinds or kind in kinds:
            yield from _differences(kind, sources.get(kind))


def _differences(kind: str, source: DocumentSource | None) -> Iterator[Difference]:
    version = synonyms_in_force().version
    seen: set[int] = set()
    for batch in gateway().held(kind):
        ids = [key[1] for key, _held in by_thing(batch)]
        seen.update(ids)
        wanted = {(d.id, d.level): d for d in (source.documents(ids) if source else ())}
        for one in batch:
            yield from _faults(one, wanted.pop((one.key[1], one.level), None), version)
        for object_id, level in wanted:
            yield Difference((kind, object_id), level, "missing")
    if source:
        yield from _missing(kind, source, seen)


def _faults(held: Held, document: SearchDocument | None, synonyms: str) -> Iterator[Difference]:
    if document is None:
        yield Difference(held.key, held.level, "extra")
        return
    if document.version != held.version or checksum(document) != held.checksum:
        yield Difference(held.key, held.level, "different")
    if held.analyzer != analyzer_version():
        yield Difference(held.key, held.level, "analyzer")
    if held.synonyms != synonyms:
        yield Difference(held.key, held.level, "synonyms")


def _missing(kind: str, source: DocumentSource, seen: set[int]) -> Iterator[Difference]:
    unseen = iter(one for one in source.ids() if one not in seen)
    while batch := list(islice(unseen, BATCH)):
        for document in source.documents(batch):
            yield Difference((kind, document.id), document.level, "missing")


def analyze_again(*, limit: int = BATCH) -> int:
    """Cut up to `limit` entries of another analyzer or synonym table anew, from their own text.

    Returns how many were cut; 0 when all are of the present ones.
    """
    synonyms = synonyms_in_force()
    rows = SearchEntry.objects.exclude(analyzer=analyzer_version(), synonyms=synonyms.version)
    with transaction.atomic():
        some = list(rows.order_by("pk").select_for_update()[:limit])
        if some:
            cut_again(some, synonyms)
    return len(some)


def refresh_frequencies() -> int:
    """Count the frequent terms again; returns how many there are."""
    counted = [TermFrequency(term=term, df=df) for term, df in token_index().frequent(FREQUENT)]
    with transaction.atomic():
        TermFrequency.objects.all().delete()
        TermFrequency.objects.bulk_create(counted, batch_size=400)
    return len(counted)
