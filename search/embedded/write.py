"""Writing the embedded index: rows, terms, facets and field lengths in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import F

from core.ports import SearchDocument
from search.analysis.synonyms import SynonymTable
from search.embedded.token_index import token_index
from search.gateways import terms
from search.gateways.shapes import LEVELS, NEVER_CLOSES, NEVER_POSTED, Key
from search.models import EntryFacet, EntryTerms, FieldLength, SearchEntry

EVERY_FIELD = "*"
_COPIED = [
    "kind",
    "level",
    "number",
    "version",
    "title",
    "text",
    "url",
    "state",
    "category",
    "organization",
    "organization_id",
    "verified",
    "region",
    "place",
]
_UPDATED = [
    *(name for name in _COPIED if name not in ("kind", "level")),
    *("posted_at", "closes_at", "facets", "shown", "analyzer", "synonyms"),
]

Lengths = dict[tuple[str, str], list[float]]
"""(level, field) to [entries, total]: what to add to `FieldLength`."""


def write(documents: Iterable[SearchDocument], synonyms: SynonymTable) -> int:
    """Make the index hold exactly these documents of the things they belong to.

    A thing's documents come together, one per level; a level that is missing is removed. A thing
    whose stored version is higher is left as it is. Returns how many documents were written.
    """
    by_key: defaultdict[Key, list[SearchDocument]] = defaultdict(list)
    for document in documents:
        if document.level not in LEVELS:
            raise ValueError(f"Unknown reader level: {document.level!r}")
        by_key[document.kind, document.id].append(document)
    with transaction.atomic():
        stored = _stored(list(by_key))
        fresh = [
            document
            for key, group in by_key.items()
            if not any(old.version > group[0].version for old in stored.get(key, {}).values())
            for document in group
        ]
        _write_fresh(fresh, stored, synonyms)
    return len(fresh)


def _stored(keys: Sequence[Key]) -> dict[Key, dict[str, SearchEntry]]:
    """The entries of these things, by level."""
    ids: defaultdict[str, list[int]] = defaultdict(list)
    for kind, object_id in keys:
        ids[kind].append(object_id)
    found: dict[Key, dict[str, SearchEntry]] = {}
    for kind, some in ids.items():
        for entry in SearchEntry.objects.filter(kind=kind, object_id__in=some):
            found.setdefault((kind, entry.object_id), {})[entry.level] = entry
    return found


def _write_fresh(
    documents: Sequence[SearchDocument],
    stored: dict[Key, dict[str, SearchEntry]],
    synonyms: SynonymTable,
) -> None:
    kept = {(d.kind, d.id, d.level) for d in documents}
    touched = {(d.kind, d.id) for d in documents}
    gone = [
        entry.pk
        for key in touched
        for level, entry in stored.get(key, {}).items()
        if (*key, level) not in kept
    ]
    remove_entries(gone)
    entries = [_entry(d, stored.get((d.kind, d.id), {}).get(d.level), synonyms) for d in documents]
    old = [entry for entry in entries if entry.pk]
    lengths: Lengths = {}
    forget_terms([entry.pk for entry in old], lengths)
    SearchEntry.objects.bulk_update(old, _UPDATED, batch_size=100)
    SearchEntry.objects.bulk_create([entry for entry in entries if not entry.pk], batch_size=100)
    keep_terms(entries, synonyms, lengths)
    _keep_facets(entries)
    _add_lengths(lengths)


def _entry(
    document: SearchDocument, entry: SearchEntry | None, synonyms: SynonymTable
) -> SearchEntry:
    entry = entry or SearchEntry(object_id=document.id)
    for name in _COPIED:
        setattr(entry, name, _storable(getattr(document, name)))
    entry.posted_at = document.posted_at or NEVER_POSTED
    entry.closes_at = document.closes_at or NEVER_CLOSES
    entry.facets = {name: list(values) for name, values in document.facets.items()}
    entry.shown = dict(document.shown)
    entry.analyzer = terms.analyzer_version()
    entry.synonyms = synonyms.version
    return entry


def _storable(value: object) -> object:
    """PostgreSQL refuses NUL in a text."""
    return value.replace("\x00", " ") if isinstance(value, str) else value


def keep_terms(entries: Sequence[SearchEntry], synonyms: SynonymTable, lengths: Lengths) -> None:
    """Cut the entries' texts and keep their terms; entries must have none."""
    cut = [(e, terms.analyze(e.level, e.title, e.text, synonyms.groups)) for e in entries]
    token_index().write((entry.pk, analyzed.index_terms) for entry, analyzed in cut)
    EntryTerms.objects.bulk_create(
        [EntryTerms(entry=entry, packed=analyzed.packed) for entry, analyzed in cut],
        batch_size=400,
    )
    for entry, analyzed in cut:
        _count(lengths, entry.level, analyzed.lengths, 1)


def forget_terms(ids: Sequence[int], lengths: Lengths) -> None:
    """Take the entries' terms and facets out of the index; the rows stay."""
    rows = EntryTerms.objects.filter(entry_id__in=ids)
    for level, packed in rows.values_list("entry__level", "packed"):
        _count(lengths, level, terms.lengths(packed), -1)
    rows.delete()
    EntryFacet.objects.filter(entry_id__in=ids).delete()
    token_index().delete(ids)


def _count(lengths: Lengths, level: str, of: Mapping[str, float], sign: int) -> None:
    for field, length in {EVERY_FIELD: 0.0, **of}.items():
        change = lengths.setdefault((level, field), [0.0, 0.0])
        change[0] += sign
        change[1] += sign * length


def _keep_facets(entries: Sequence[SearchEntry]) -> None:
    EntryFacet.objects.bulk_create(
        [
            EntryFacet(entry=entry, name=name, value=value)
            for entry in entries
            for name, values in entry.facets.items()
            for value in dict.fromkeys(values)
        ],
        batch_size=400,
    )


def _add_lengths(lengths: Lengths) -> None:
    """Add up in one fixed order, so that two writers wait for each other instead of locking up."""
    for (level, field), (entries, total) in sorted(lengths.items()):
        if not entries and not total:
            continue
        row, new = FieldLength.objects.get_or_create(
            level=level, field=field, defaults={"entries": entries, "total": total}
        )
        if not new:
            FieldLength.objects.filter(pk=row.pk).update(
                entries=F("entries") + entries, total=F("total") + total
            )


def remove_entries(ids: Sequence[int]) -> None:
    """Remove entries with everything the index keeps of them."""
    if not ids:
        return
    lengths: Lengths = {}
    with transaction.atomic():
        forget_terms(ids, lengths)
        SearchEntry.objects.filter(pk__in=ids).delete()
        _add_lengths(lengths)


def remove(kind: str, ids: Sequence[int]) -> int:
    """Remove things at every level; returns how many entries were there."""
    found = list(
        SearchEntry.objects.filter(kind=kind, object_id__in=ids).values_list("pk", flat=True)
    )
    remove_entries(found)
    return len(found)


def analyze_again(entries: Sequence[SearchEntry], synonyms: SynonymTable) -> None:
    """Cut stored texts anew, after the tokenizer or the synonyms changed; rows keep their ids."""
    lengths: Lengths = {}
    with transaction.atomic():
        forget_terms([entry.pk for entry in entries], lengths)
        for entry in entries:
            entry.analyzer = terms.analyzer_version()
            entry.synonyms = synonyms.version
        SearchEntry.objects.bulk_update(entries, ["analyzer", "synonyms"], batch_size=100)
        keep_terms(entries, synonyms, lengths)
        _keep_facets(entries)
        _add_lengths(lengths)


def mend(synonyms: SynonymTable) -> None:
    """Make token index and field lengths agree with the entries, whatever happened to them."""
    with transaction.atomic():
        rows = set(SearchEntry.objects.values_list("pk", flat=True))
        indexed = set(token_index().ids())
        token_index().delete(sorted(indexed - rows))
        lost = sorted(rows - indexed)
        for start in range(0, len(lost), 200):
            some = lost[start : start + 200]
            analyze_again(list(SearchEntry.objects.filter(pk__in=some)), synonyms)
        _count_lengths_again()


def _count_lengths_again() -> None:
    lengths: Lengths = {}
    rows = EntryTerms.objects.values_list("entry__level", "packed")
    for level, packed in rows.iterator(chunk_size=2000):
        _count(lengths, level, terms.lengths(packed), 1)
    FieldLength.objects.all().delete()
    _add_lengths(lengths)


def clear() -> None:
    """Empty the index."""
    with transaction.atomic():
        token_index().clear()
        for model in (EntryFacet, EntryTerms, SearchEntry, FieldLength):
            model.objects.all().delete()
