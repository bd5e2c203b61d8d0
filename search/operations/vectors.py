"""Making sentence vectors, after commit and by the worker; changing the model that serves."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict, NotFound
from core.permissions import Actor
from core.ports import SearchDocument, Subject
from search.embedding import Embedder, Vectors, embed_text, to_bytes
from search.gateways.shapes import LEVELS
from search.models import Counter, SearchEntry, SearchVector, VectorModel
from search.operations import engine
from search.queries import counters
from search.queries.meaning import PASSAGE, QUERY, embedders, serving_model

TWO_SIDED = frozenset({"need"})
"""Kinds that also look for something themselves: they have a vector of the query side too."""
BATCH = 32
GONE = ""


@dataclass(frozen=True, slots=True)
class _Text:
    """What is embedded of one thing: its most public text."""

    object_id: int
    level: str
    text: str

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:32]


def _most_public(entries: Iterable[SearchEntry | SearchDocument]) -> dict[int, _Text]:
    found: dict[int, _Text] = {}
    for one in entries:
        object_id = one.object_id if isinstance(one, SearchEntry) else one.id
        old = found.get(object_id)
        if old is None or LEVELS.index(one.level) < LEVELS.index(old.level):
            title, text = one.title.replace("\x00", " "), one.text.replace("\x00", " ")
            found[object_id] = _Text(object_id, one.level, embed_text(title, text))
    return found


def sides(kind: str) -> tuple[str, ...]:
    """The sides on which a kind has a vector."""
    return (PASSAGE, QUERY) if kind in TWO_SIDED else (PASSAGE,)


def mark_stale(kind: str, ids: Sequence[int], documents: Sequence[SearchDocument]) -> None:
    """Take vectors of another text, or of what is gone, out of use; call in the transaction."""
    texts = _most_public(documents)
    stale, moved = [], []
    for row in SearchVector.objects.filter(kind=kind, object_id__in=ids).only(
        "object_id", "level", "text_hash"
    ):
        text = texts.get(row.object_id)
        if text is None or text.hash != row.text_hash:
            stale += [row.pk] if row.level != GONE else []
        elif text.level != row.level:
            row.level = text.level
            moved.append(row)
    if stale or moved:
        change = _next_change()
        SearchVector.objects.filter(pk__in=stale).update(level=GONE, change=change)
        for row in moved:
            row.change = change
        SearchVector.objects.bulk_update(moved, ["level", "change"])


def _next_change() -> int:
    """Raise the counter; the row stays locked until commit, so changes become visible in order."""
    Counter.objects.get_or_create(name=counters.VECTORS)
    Counter.objects.filter(name=counters.VECTORS).update(value=F("value") + 1)
    return counters.value(counters.VECTORS)


def adopt_model(*, at: datetime) -> str:
    """The model to fill first: the serving one, or, where none serves yet, the preferred one here.

    Returns "" where no model can run.
    """
    if serving := serving_model():
        return serving
    name = next(iter(embedders()), "")
    if name:
        with transaction.atomic():
            VectorModel.objects.get_or_create(name=name, defaults={"added_at": at})
            VectorModel.objects.filter(name=name).update(serving=True)
    return name


def add_model(*, at: datetime, model: str) -> str:
    """Keep vectors of a further model beside the serving one. Raises NotFound when it cannot run."""
    if model not in embedders():
        raise NotFound(_("这台机器上没有模型 %(model)s。") % {"model": model})
    VectorModel.objects.get_or_create(name=model, defaults={"added_at": at})
    return model


def fill_vectors(
    *,
    model: str,
    kind: str = "",
    ids: Sequence[int] | None = None,
    limit: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Make missing and stale vectors, latest things first; returns how many were made.

    A killed run loses at most one batch. Raises EmbeddingError from the model.
    """
    embedder = embedders()[model]
    made = 0
    kinds = (
        [kind]
        if kind
        else sorted(SearchEntry.objects.order_by().values_list("kind", flat=True).distinct())
    )
    for one in kinds:
        for batch in _wanting(model, one, ids):
            made += _make(embedder, one, batch)
            if progress:
                progress(made)
            if limit is not None and made >= limit:
                return made
    return made


def _wanting(model: str, kind: str, ids: Sequence[int] | None) -> Iterable[list[_Text]]:
    """Batches of texts of which a vector is missing on some side."""
    rows = SearchEntry.objects.filter(kind=kind)
    if ids is not None:
        rows = rows.filter(object_id__in=ids)
    everything = sorted(
        rows.order_by().values_list("object_id", flat=True).distinct(), reverse=True
    )
    for start in range(0, len(everything), BATCH):
        some = everything[start : start + BATCH]
        texts = _most_public(SearchEntry.objects.filter(kind=kind, object_id__in=some))
        present = set(
            SearchVector.objects.filter(
                kind=kind, object_id__in=some, model=model, level__in=LEVELS
            ).values_list("object_id", "side", "text_hash")
        )
        wanting = [
            text
            for text in texts.values()
            if any((text.object_id, side, text.hash) not in present for side in sides(kind))
        ]
        if wanting:
            yield wanting


def _make(embedder: Embedder, kind: str, batch: Sequence[_Text]) -> int:
    """Embed outside the transaction, then write what is still the thing's text."""
    texts = [one.text for one in batch]
    by_side: dict[str, Vectors] = {PASSAGE: embedder.passage(texts)}
    if QUERY in sides(kind):
        by_side[QUERY] = embedder.query(texts)
    with transaction.atomic():
        now = _most_public(
            SearchEntry.objects.filter(kind=kind, object_id__in=[one.object_id for one in batch])
        )
        change = _next_change()
        rows = [
            SearchVector(
                kind=kind,
                object_id=one.object_id,
                model=embedder.model,
                side=side,
                level=now[one.object_id].level,
                text_hash=one.hash,
                vector=to_bytes(found[place]),
                change=change,
            )
            for side, found in by_side.items()
            for place, one in enumerate(batch)
            if one.object_id in now and now[one.object_id].hash == one.hash
        ]
        SearchVector.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["kind", "object_id", "model", "side"],
            update_fields=["level", "text_hash", "vector", "change"],
        )
        if embedder.model == serving_model():
            engine.note(kind, [row.object_id for row in rows if row.side == PASSAGE], [])
    return len(rows)


@dataclass(frozen=True, slots=True)
class VectorCount:
    """How far a model is: vectors that count, of so many wanted."""

    model: str
    serving: bool
    present: int
    wanted: int


def vector_counts() -> list[VectorCount]:
    """Each model kept, the serving one first."""
    wanted = 0
    for kind in SearchEntry.objects.order_by().values_list("kind", flat=True).distinct():
        things = SearchEntry.objects.filter(kind=kind).order_by().values("object_id").distinct()
        wanted += things.count() * len(sides(kind))
    return [
        VectorCount(
            row.name,
            row.serving,
            SearchVector.objects.filter(model=row.name, level__in=LEVELS).count(),
            wanted,
        )
        for row in VectorModel.objects.order_by("-serving", "name")
    ]


def take_over(*, by: Actor, at: datetime, model: str) -> None:
    """Let a model serve, audited. Raises Conflict while it lacks vectors that the entries want."""
    count = next((c for c in vector_counts() if c.model == model), None)
    if count is None or count.present < count.wanted:
        raise Conflict(
            _("模型 %(model)s 的向量还不齐（%(present)s/%(wanted)s），请先补齐再切换。")
            % {
                "model": model,
                "present": count.present if count else 0,
                "wanted": count.wanted if count else 0,
            }
        )
    with transaction.atomic():
        VectorModel.objects.filter(serving=True).exclude(name=model).update(serving=False)
        VectorModel.objects.filter(name=model).update(serving=True)
        audit.record(Subject("vector_model", model), "vector_model.took_over", by=by, at=at)


def forget_stale_vectors() -> int:
    """Delete vectors of things that are gone; the matrix in memory has let go of them already."""
    rows = SearchVector.objects.filter(level=GONE)
    alive = SearchEntry.objects.order_by().values_list("kind", "object_id").distinct()
    keys = set(alive)
    gone = [
        pk for pk, *key in rows.values_list("pk", "kind", "object_id") if tuple(key) not in keys
    ]
    SearchVector.objects.filter(pk__in=gone).delete()
    return len(gone)
