"""Keeping the search server equal to the embedded index: what is noted is sent, in bulk, until it
is held; a server that is away is left alone and caught up with when it is back.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F

from core import outbox
from core.permissions import SYSTEM
from core.ports import SearchDocument, Subject, search_documents
from search.gateways import DocumentsRefused, GatewayError, Held, by_thing
from search.gateways.shapes import Key
from search.models import Counter, EngineBacklog, EngineState, SearchEntry
from search.queries import engines
from search.queries.meaning import vectors
from search.queries.synonyms import synonyms_in_force

log = logging.getLogger(__name__)

BATCH = 500
SHOWN_AFTER = timedelta(seconds=3)
"""How long a sent row stays: the server shows within a second what it holds."""
_LOCK = 7


def note(kind: str, ids: Sequence[int], documents: Sequence[SearchDocument]) -> None:
    """Remember that these things changed; call in the transaction that changes their rows."""
    if engines.elasticsearch() is None or not ids:
        return
    owners = {document.id: document.organization_id for document in documents}
    EngineBacklog.objects.bulk_create(
        [
            EngineBacklog(kind=kind, object_id=one, organization_id=owners.get(one, 0), mark=0)
            for one in ids
        ],
        ignore_conflicts=True,
    )
    rows = EngineBacklog.objects.filter(kind=kind, object_id__in=ids)
    rows.update(mark=F("mark") + 1, sent_at=None)


def send(at: datetime, *, limit: int = BATCH) -> int:
    """Send what waits, at most `limit` things; returns how many are held now.

    Never raises for a server that is away: its state is noted and the rows wait.
    """
    server = engines.elasticsearch()
    if server is None:
        return 0
    EngineBacklog.objects.filter(sent_at__lt=at - SHOWN_AFTER).delete()
    waiting = list(EngineBacklog.objects.filter(sent_at=None).order_by("id")[:limit])
    sent = 0
    try:
        for kind in sorted({row.kind for row in waiting}):
            sent += _send_kind(kind, [row for row in waiting if row.kind == kind], at)
    except DocumentsRefused:
        raise
    except GatewayError as error:
        _away(at, str(error))
    return sent


def _send_kind(kind: str, rows: Sequence[EngineBacklog], at: datetime) -> int:
    ids = [row.object_id for row in rows]
    refused: set[int] = set()
    try:
        _write(kind, ids)
    except DocumentsRefused as error:
        refused = {one.key[1] for one in error.refused}
        for one in error.refused:
            log.warning("the search server refuses %s %s: %s", *one.key, one.reason)
    with transaction.atomic():
        for row in rows:
            if row.object_id in refused:
                # Tried again by the outbox, then among the dead letters, where staff see it.
                outbox.publish("search.refused", Subject(kind, "", row.object_id), by=SYSTEM, at=at)
                EngineBacklog.objects.filter(pk=row.pk, mark=row.mark).delete()
            else:
                EngineBacklog.objects.filter(pk=row.pk, mark=row.mark).update(sent_at=at)
    return len(rows) - len(refused)


def send_one(kind: str, object_id: int) -> None:
    """Send one thing now. Raises GatewayError."""
    _write(kind, [object_id])


def _write(kind: str, ids: Sequence[int]) -> None:
    """Make the server hold what these things are now; on PostgreSQL under a lock per thing, so the
    later of two writers loads the later row."""
    server = engines.elasticsearch()
    assert server is not None
    source = search_documents().get(kind)
    with _locked(kind, ids):
        documents = list(source.documents(ids)) if source else []
        server.index(documents, synonyms=synonyms_in_force(), vectors=_vectors(kind, ids))
        gone = sorted(set(ids) - {document.id for document in documents})
        if gone:
            server.remove(kind, gone)


def _vectors(kind: str, ids: Sequence[int]) -> dict[Key, list[float]]:
    from search.gateways.elasticsearch import DIMENSIONS  # noqa: PLC0415 - an extra

    found = vectors(kind, ids)
    return {(kind, pk): v.tolist() for pk, v in found.items() if len(v) == DIMENSIONS}


@contextmanager
def _locked(kind: str, ids: Sequence[int]) -> Iterator[None]:
    """SQLite would block every other writer for as long as the server takes; there the row's
    version alone keeps late writes out."""
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s || ':' || id, %s))"
            " FROM unnest(%s::bigint[]) AS id ORDER BY id",
            [f"engine {kind}", _LOCK, sorted(set(ids))],
        )
        yield


# -- how it stands ----------------------------------------------------------------------------
def look(at: datetime) -> EngineState | None:
    """Look at the server and note how it stands: away, with the reason, or answering."""
    server = engines.elasticsearch()
    if server is None:
        return None
    try:
        trouble = server.indexes.trouble()
    except GatewayError as error:
        trouble = str(error)
    return _away(at, trouble) if trouble else _here(at)


def _away(at: datetime, reason: str) -> EngineState:
    state, new = EngineState.objects.get_or_create(
        name=engines.NAME, defaults={"away_since": at, "reason": reason[:300], "seen_at": at}
    )
    if new or state.away_since is None:
        log.error("search answers from the embedded index: %s", reason)
    state.away_since, state.reason, state.seen_at = state.away_since or at, reason[:300], at
    state.save()
    engines.forget()
    return state


def _here(at: datetime) -> EngineState:
    """It answers only once it has been caught up with: until then the embedded index serves."""
    state, _new = EngineState.objects.get_or_create(
        name=engines.NAME, defaults={"away_since": at, "reason": "starting", "seen_at": at}
    )
    state.seen_at = at
    waiting = EngineBacklog.objects.filter(sent_at=None).count()
    if state.away_since is not None and waiting:
        state.reason = f"it answers again; {waiting} things are being sent"
    elif state.away_since is not None:
        log.info("the search server answers again")
        state.away_since, state.reason = None, ""
    state.save()
    engines.forget()
    return state


# -- building anew ------------------------------------------------------------------------------
Progress = Callable[[str, int], None]


def rebuild_engine(
    *, at: datetime, fresh: bool = False, progress: Progress | None = None
) -> list[str]:
    """Fill new indexes beside those that serve, check them and switch; returns the old ones, which
    are kept. A run that was stopped or killed goes on where it was, unless `fresh`.

    Raises GatewayError where the server does not answer or the new indexes are not whole.
    """
    server = engines.elasticsearch()
    assert server is not None
    kinds = sorted(search_documents().items())
    if fresh:
        server.indexes.drop(server.indexes.standing().building.values())
    covered: dict[int, int] = {}
    if server.indexes.begin():
        Counter.objects.filter(name__in=[_progress_name(kind) for kind, _source in kinds]).delete()
        covered = dict(EngineBacklog.objects.values_list("pk", "mark"))
    for kind, source in kinds:
        row, _new = Counter.objects.get_or_create(name=_progress_name(kind))
        for ids in _batches(source.ids(), row.value):
            with _locked(kind, ids):
                server.index(
                    list(source.documents(ids)),
                    synonyms=synonyms_in_force(),
                    vectors=_vectors(kind, ids),
                    only_next=True,
                )
            Counter.objects.filter(pk=row.pk).update(value=ids[-1])
            if progress:
                progress(kind, len(ids))
    send(at)
    server.refresh()
    _check_whole(server.count(building=True))
    old: list[str] = server.indexes.finish()
    _strike_off(covered)
    Counter.objects.filter(name__in=[_progress_name(kind) for kind, _source in kinds]).delete()
    look(at)
    return old


def _strike_off(covered: dict[int, int]) -> None:
    """Forget what waited before a rebuild that went through from the start: it wrote each of these
    things later than that. What changed since has a higher mark and stays."""
    marks: dict[int, list[int]] = {}
    for pk, mark in covered.items():
        marks.setdefault(mark, []).append(pk)
    for mark, pks in marks.items():
        for start in range(0, len(pks), BATCH):
            EngineBacklog.objects.filter(pk__in=pks[start : start + BATCH], mark=mark).delete()


def _progress_name(kind: str) -> str:
    return f"engine {kind}"[:32]


def _batches(ids: Iterator[int], after: int) -> Iterator[list[int]]:
    some: list[int] = []
    for one in ids:
        if one > after:
            some.append(one)
        if len(some) == BATCH:
            yield some
            some = []
    if some:
        yield some


def _check_whole(counts: dict[str, int]) -> None:
    rows = SearchEntry.objects.order_by().values_list("level").annotate(n=Count("pk"))
    wanted = {level: n for level, n in rows if n}
    if {level: n for level, n in counts.items() if n} != wanted:
        raise GatewayError(
            f"the new indexes hold {counts}, the rows say {wanted}: run manage.py search_check, "
            "then search_rebuild again"
        )


def idle_indexes() -> list[str]:
    server = engines.elasticsearch()
    return server.indexes.idle() if server is not None else []


def drop_idle_indexes() -> list[str]:
    """Delete the indexes that neither serve nor are being filled; returns their names."""
    names = idle_indexes()
    server = engines.elasticsearch()
    if server is not None and names:
        server.indexes.drop(names)
    return names


# -- check -----------------------------------------------------------------------------------
def find_engine_differences() -> Iterator[Key]:
    """Things that the server does not hold as the embedded index does. Raises GatewayError."""
    server = engines.elasticsearch()
    if server is None:
        return
    kinds = set(SearchEntry.objects.order_by().values_list("kind", flat=True).distinct())
    for kind in sorted({*kinds, *search_documents()}):
        ours, theirs = _facts(engines.embedded(), kind), _facts(server, kind)
        for key in sorted(ours.keys() | theirs.keys()):
            if ours.get(key) != theirs.get(key):
                yield key


def _facts(engine: Any, kind: str) -> dict[Key, list[Held]]:
    return {key: rows for batch in engine.held(kind) for key, rows in by_thing(batch)}


def mend_engine(keys: Sequence[Key]) -> None:
    """Write these things again, also where the server holds a higher version."""
    server = engines.elasticsearch()
    assert server is not None
    for kind in sorted({kind for kind, _id in keys}):
        ids = [pk for one, pk in keys if one == kind]
        for start in range(0, len(ids), BATCH):
            some = ids[start : start + BATCH]
            server.remove(kind, some)
            _write(kind, some)
    server.refresh()
