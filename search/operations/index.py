"""Keeping the index equal to the rows of the apps that own them.

All of it is derived and safe to repeat, so nothing here takes an actor or leaves an audit row.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from django.db import connection, transaction

from core.ports import DocumentSource, search_documents
from search.embedded.token_index import token_index
from search.embedded.write import analyze_again as cut_again
from search.gateways import by_thing
from search.gateways.terms import analyzer_version
from search.models import Counter, SearchEntry, TermFrequency
from search.operations import engine
from search.operations.vectors import mark_stale
from search.queries.market import gateway
from search.queries.synonyms import synonyms_in_force

BATCH = 200
FREQUENT = 500
"""From how many entries on a term counts as frequent and is kept in the table."""

Progress = Callable[[str, int], None]
"""Told a kind and how many of its things were gone through just now."""


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
        engine.note(kind, ids, documents)
    return written


def index_organization(organization_id: int) -> int:
    """Write again everything that an organization's name or mark stands in."""
    rows = SearchEntry.objects.filter(organization_id=organization_id).order_by("kind", "object_id")
    by_kind: dict[str, list[int]] = {}
    for kind, object_id in rows.values_list("kind", "object_id").distinct():
        by_kind.setdefault(kind, []).append(object_id)
    written = 0
    for kind, ids in by_kind.items():
        for start in range(0, len(ids), BATCH):
            written += index_things(kind=kind, ids=ids[start : start + BATCH])
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
    *, kinds: Sequence[str] = (), fresh: bool = False, progress: Progress | None = None
) -> int:
    """Write every thing again, kind by kind and ascending, and remove what has no thing.

    A run that was stopped or killed goes on where it was, unless `fresh`; searches and writes go
    on meanwhile. Returns how many documents were written.
    """
    chosen = {k: s for k, s in sorted(search_documents().items()) if not kinds or k in kinds}
    if fresh:
        _forget_progress(chosen)
    written = sum(_rebuild_kind(kind, source, progress) for kind, source in chosen.items())
    _forget_progress(chosen)
    refresh_frequencies()
    return written


def _rebuild_kind(kind: str, source: DocumentSource, progress: Progress | None) -> int:
    written = 0
    row, _new = Counter.objects.get_or_create(name=_progress_name(kind))
    for ids in id_batches(source, row.value):
        with transaction.atomic():
            written += index_things(kind=kind, ids=ids)
            Counter.objects.filter(pk=row.pk).update(value=ids[-1])
        if progress:
            progress(kind, len(ids))
    _remove_orphans(kind, source)
    return written


def _progress_name(kind: str) -> str:
    return f"rebuild {kind}"[:32]


def _forget_progress(kinds: Iterable[str]) -> None:
    Counter.objects.filter(name__in=[_progress_name(kind) for kind in kinds]).delete()


def things_left(kinds: Sequence[str] = ()) -> int:
    """How many things a rebuild would go through now, for its progress bar."""
    left = 0
    for kind, source in search_documents().items():
        if not kinds or kind in kinds:
            begin = Counter.objects.filter(name=_progress_name(kind)).values_list(
                "value", flat=True
            )
            after = begin.first() or 0
            left += sum(1 for one in source.ids() if one > after)
    return left


def id_batches(source: DocumentSource, after: int) -> Iterator[list[int]]:
    ids = iter(one for one in source.ids() if one > after)
    while batch := list(islice(ids, BATCH)):
        yield batch


def _remove_orphans(kind: str, source: DocumentSource) -> None:
    present = set(source.ids())
    for held in gateway().held(kind):
        gone = [key[1] for key, _documents in by_thing(held) if key[1] not in present]
        if gone:
            index_things(kind=kind, ids=gone)


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
            for kind in {entry.kind for entry in some}:
                engine.note(kind, sorted({e.object_id for e in some if e.kind == kind}), [])
    return len(some)


def refresh_frequencies() -> int:
    """Count the frequent terms again; returns how many there are."""
    counted = [TermFrequency(term=term, df=df) for term, df in token_index().frequent(FREQUENT)]
    with transaction.atomic():
        TermFrequency.objects.all().delete()
        TermFrequency.objects.bulk_create(counted, batch_size=400)
    return len(counted)
