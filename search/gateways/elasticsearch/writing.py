"""Bulk writes. The row's version goes along as external version, so what comes late is refused by
the server itself, and what comes twice changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from elasticsearch import Elasticsearch

from core.ports import SearchDocument
from search.analysis.synonyms import SynonymTable
from search.gateways import DocumentsRefused, Refused
from search.gateways.checksums import checksum
from search.gateways.elasticsearch.connection import Connection
from search.gateways.elasticsearch.documents import key_of, name_of, source
from search.gateways.elasticsearch.trouble import FULL, Away
from search.gateways.shapes import LEVELS, Key
from search.gateways.terms import analyzer_version

_VERSIONED = "external_gte"
_CHUNK = 500

Vectors = Mapping[Key, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Target:
    """An index to write to, and the level it holds. What is `known` to stand there is not written
    again; a fresh index is not asked.
    """

    index: str
    level: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class _Step:
    target: Target
    name: str
    version: int
    document: SearchDocument | None
    """None: the level may not hold the thing any more."""


def write(
    connection: Connection,
    targets: Sequence[Target],
    documents: Iterable[SearchDocument],
    synonyms: SynonymTable,
    vectors: Vectors,
) -> int:
    """Make the targets hold exactly these documents of the things they belong to.

    Returns how many documents were written somewhere. Raises DocumentsRefused when the server will
    never take some of them; all others are written then.
    """
    by_key: defaultdict[Key, dict[str, SearchDocument]] = defaultdict(dict)
    for document in documents:
        if document.level not in LEVELS:
            raise ValueError(f"Unknown reader level: {document.level!r}")
        by_key[document.kind, document.id][document.level] = document
    steps = [
        _Step(target, name_of(*key), next(iter(group.values())).version, group.get(target.level))
        for key, group in by_key.items()
        for target in targets
    ]
    written: set[tuple[str, str]] = set()
    refused: list[Refused] = []
    for start in range(0, len(steps), _CHUNK):
        some = _without_known(connection, steps[start : start + _CHUNK], synonyms, vectors)
        for step, outcome in _sent(connection, some, synonyms, vectors):
            if outcome:
                refused.append(Refused(key_of(step.name), outcome))
            elif step.document is not None:
                written.add((step.target.level, step.name))
    if refused:
        raise DocumentsRefused(refused)
    return len(written)


def _without_known(
    connection: Connection, steps: Sequence[_Step], synonyms: SynonymTable, vectors: Vectors
) -> list[_Step]:
    """Leave out what stands there already, word for word: each rewrite would leave a dead copy
    behind that counts in the statistics until it is merged away.
    """
    asked = [step for step in steps if step.document and not step.target.fresh]
    if not asked:
        return list(steps)
    docs = [{"_index": step.target.index, "_id": step.name} for step in asked]
    fields = ["checksum", "version", "analyzer", "synonyms", "vectored"]
    found = connection.order(lambda es: es.mget(docs=docs, source_includes=fields))
    known = {
        (one["_index"], one["_id"]): one["_source"] for one in found["docs"] if one.get("found")
    }

    def stands(step: _Step) -> bool:
        held = known.get((step.target.index, step.name))
        document = step.document
        if held is None or document is None:
            return False
        wanted = {
            "checksum": checksum(document),
            "version": document.version,
            "analyzer": analyzer_version(),
            "synonyms": synonyms.version,
            "vectored": (document.kind, document.id) in vectors,
        }
        return {name: held.get(name) for name in wanted} == wanted

    return [step for step in steps if not stands(step)]


def _sent(
    connection: Connection, steps: Sequence[_Step], synonyms: SynonymTable, vectors: Vectors
) -> Iterator[tuple[_Step, str]]:
    """Each step with "" where it was done, or the reason why it never will be.

    A lower version than the one that stands there is left out of the answer: it came too late.
    """
    operations = [line for step in steps for line in _lines(step, synonyms, vectors)]
    if not operations:
        return
    answer = connection.order(lambda es: es.bulk(operations=operations))
    for step, item in zip(steps, answer["items"], strict=True):
        (outcome,) = item.values()
        status = outcome["status"]
        if status == 409:
            continue
        if status < 300 or (status == 404 and step.document is None):
            yield step, ""
        elif "cluster_block" in str(outcome.get("error")):
            raise Away(FULL)
        elif status == 429 or status >= 500:
            raise Away(f"the search server cannot take writes now ({status})")
        else:
            yield step, _reason(outcome.get("error", {}))


def _reason(error: Mapping[str, Any]) -> str:
    """The kind of fault, without the words of the document."""
    return str(error.get("type", "unknown"))


def _lines(step: _Step, synonyms: SynonymTable, vectors: Vectors) -> list[dict[str, Any]]:
    about = {
        "_index": step.target.index,
        "_id": step.name,
        "version": step.version,
        "version_type": _VERSIONED,
    }
    if step.document is None:
        return [{"delete": about}]
    vector = vectors.get((step.document.kind, step.document.id))
    return [{"index": about}, source(step.document, synonyms, vector)]


def remove(connection: Connection, targets: Sequence[Target], names: Sequence[str]) -> int:
    """Forget things at every level; returns how many documents were there.

    Each is removed at the version it has, so that it may be written again at that version.
    """
    levels: set[tuple[str, str]] = set()
    for start in range(0, len(names), _CHUNK):
        some = names[start : start + _CHUNK]
        docs = [{"_index": target.index, "_id": name} for target in targets for name in some]
        found = connection.order(partial(_look, docs=docs))
        held = [one for one in found["docs"] if one.get("found")]
        if held:
            connection.order(partial(_delete, held=held))
        level_of = {target.index: target.level for target in targets}
        levels |= {(level_of[one["_index"]], one["_id"]) for one in held}
    return len(levels)


def _look(es: Elasticsearch, *, docs: Sequence[Mapping[str, Any]]) -> Any:
    return es.mget(docs=docs, source=False)


def _delete(es: Elasticsearch, *, held: Sequence[Mapping[str, Any]]) -> Any:
    return es.bulk(
        operations=[
            {
                "delete": {
                    "_index": one["_index"],
                    "_id": one["_id"],
                    "version": one["_version"],
                    "version_type": _VERSIONED,
                }
            }
            for one in held
        ]
    )
