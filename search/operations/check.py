"""What differs between the rows and the index, and mending it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from core.ports import DocumentSource, SearchDocument, search_documents
from search.embedded.write import mend as mend_terms
from search.gateways import Held, by_thing
from search.gateways.checksums import checksum
from search.gateways.shapes import Key
from search.gateways.terms import analyzer_version
from search.models import SearchEntry
from search.operations.index import BATCH, analyze_again, index_things, refresh_frequencies
from search.queries.market import gateway
from search.queries.synonyms import synonyms_in_force

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


def index_faults() -> list[str]:
    """What the engine itself finds wrong with its index."""
    return gateway().faults()


def mend(differences: Sequence[Difference]) -> None:
    """Write again what differs, cut again what is of another version, repair the token index."""
    by_kind: dict[str, list[int]] = {}
    for one in differences:
        if one.fault in ("missing", "extra", "different"):
            by_kind.setdefault(one.key[0], []).append(one.key[1])
    for kind, ids in by_kind.items():
        wanted = sorted(set(ids))
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            # A row of a higher version than the thing's own can only be replaced when it is gone.
            gateway().remove(kind, some)
            index_things(kind=kind, ids=some)
    while analyze_again():
        pass
    mend_terms(synonyms_in_force())
    refresh_frequencies()
