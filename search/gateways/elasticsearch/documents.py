"""What stands in the index: one index per reader level, a document per entry.

Names for whoever opens an index in Kibana: `title`, `text` and the following are what a reader of
the level may see; `terms`, `w`, `u`, `b`, `l`, `s` are the entry's tokens, made by the product
(`search.analysis`), joined by spaces, searched and never shown:

* `terms` finds candidates: pairs and Latin tokens (b…), characters (u…), synonym groups (s…);
* `w` words, `u` characters, `l` Latin tokens and `s` synonym groups rank them (`b` pairs instead
  of `w` where words cannot be cut). A title's tokens stand there three times and a text's twice,
  with k1 doubled: BM25 then gives exactly the weight of 1.5 that `search.ranking` gives a title.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from elasticsearch.dsl import (
    Boolean,
    DenseVector,
    Document,
    Keyword,
    Long,
    MetaField,
    Object,
    Text,
)

from core.ports import SearchDocument
from search import ranking
from search.analysis import tokens
from search.analysis.synonyms import SynonymTable, concepts
from search.gateways.checksums import checksum
from search.gateways.shapes import NEVER_CLOSES, NEVER_POSTED, Key
from search.gateways.terms import analyzer_version, candidate_terms

TITLE_TIMES, TEXT_TIMES = 3, 2
DIMENSIONS = 384
"""Width of the vectors that the index takes; those of a model with another width stay out of it."""
FACET = "\x1f"
"""Between name and value of a further filter value."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TOKENS = ["terms", "w", "u", "b", "l", "s", "vector"]


class EntryDocument(Document):
    """One entry at one level. Days are whole microseconds since 1970, as they are compared."""

    kind = Keyword()
    id = Long()
    level = Keyword()
    number = Keyword(index=False, doc_values=False)
    version = Long()
    title = Text(index=False)
    text = Text(index=False)
    url = Keyword(index=False, doc_values=False)
    state = Keyword()
    category = Keyword()
    organization = Keyword(index=False, doc_values=False)
    organization_id = Long()
    verified = Boolean(index=False, doc_values=False)
    region = Keyword()
    regions = Keyword()
    place = Keyword(index=False, doc_values=False)
    posted = Long()
    closes = Long()
    facet = Keyword()
    facets = Object(enabled=False)
    shown = Object(enabled=False)
    analyzer = Keyword()
    synonyms = Keyword()
    checksum = Keyword(index=False, doc_values=False)
    vectored = Boolean(index=False, doc_values=False)
    terms = Text(analyzer="whitespace", index_options="docs", norms=False)
    w = Text(analyzer="whitespace", index_options="freqs")
    u = Text(analyzer="whitespace", index_options="freqs")
    b = Text(analyzer="whitespace", index_options="freqs")
    l = Text(analyzer="whitespace", index_options="freqs")  # noqa: E741 - as everywhere in search
    s = Text(analyzer="whitespace", index_options="freqs")
    vector = DenseVector(
        dims=DIMENSIONS, index=True, similarity="cosine", index_options={"type": "int8_hnsw"}
    )

    class Meta:
        dynamic = MetaField("strict")
        source = MetaField({"excludes": _TOKENS})


def settings(*, shards: int, replicas: int) -> dict[str, Any]:
    """Settings of a new index: `search.ranking`'s BM25, with k1 doubled (see above)."""
    return {
        "number_of_shards": shards,
        "number_of_replicas": replicas,
        "refresh_interval": "1s",
        "max_result_window": 10_000,
        "similarity": {"default": {"type": "BM25", "k1": ranking.K1 * TEXT_TIMES, "b": ranking.B}},
    }


def mapping() -> dict[str, Any]:
    return dict(EntryDocument._doc_type.mapping.to_dict())


def schema() -> str:
    """Names mapping, similarity and analyzer: an index with another name was made by another
    version of the product and is not read.
    """
    plain = json.dumps([mapping(), settings(shards=1, replicas=0)["similarity"]], sort_keys=True)
    return f"{analyzer_version()}-{hashlib.sha256(plain.encode()).hexdigest()[:12]}"


def name_of(kind: str, object_id: int) -> str:
    """The document's id in the index."""
    return f"{kind}:{object_id}"


def key_of(name: str) -> Key:
    kind, _colon, object_id = name.rpartition(":")
    return kind, int(object_id)


def whole(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(microseconds: int) -> datetime | None:
    """None for what stands for no day."""
    found = _EPOCH + timedelta(microseconds=microseconds)
    return None if found in (NEVER_POSTED, NEVER_CLOSES) else found


def source(
    document: SearchDocument, synonyms: SynonymTable, vector: Iterable[float] | None
) -> dict[str, Any]:
    """The document as it is written."""
    entry = EntryDocument(
        kind=document.kind,
        id=document.id,
        level=document.level,
        number=document.number,
        version=document.version,
        title=document.title.replace("\x00", " "),
        text=document.text.replace("\x00", " "),
        url=document.url,
        state=document.state,
        organization=document.organization.replace("\x00", " "),
        organization_id=document.organization_id,
        verified=document.verified,
        place=document.place.replace("\x00", " "),
        posted=whole(document.posted_at or NEVER_POSTED),
        closes=whole(document.closes_at or NEVER_CLOSES),
        facets={name: list(values) for name, values in document.facets.items()},
        shown=dict(document.shown),
        analyzer=analyzer_version(),
        synonyms=synonyms.version,
        checksum=checksum(document),
        vectored=vector is not None,
        **_filter_values(document),
        **_tokens(document, synonyms),
    )
    plain: dict[str, Any] = entry.to_dict(skip_empty=False)
    if vector is not None:
        plain["vector"] = list(vector)
    return plain


def _filter_values(document: SearchDocument) -> dict[str, Any]:
    """Empty ones are left out: they are nothing that one can filter by."""
    plain: dict[str, Any] = {}
    if document.category:
        plain["category"] = document.category
    if document.region:
        plain["region"] = document.region
        plain["regions"] = ancestors(document.region)
    plain["facet"] = [
        f"{name}{FACET}{value}"
        for name, values in document.facets.items()
        for value in dict.fromkeys(values)
    ]
    return plain


def ancestors(path: str) -> list[str]:
    """A region's path and those of everything that it lies in."""
    places = [i + 1 for i, letter in enumerate(path) if letter == "/"]
    return list(dict.fromkeys([*(path[:i] for i in places), path]))


def _tokens(document: SearchDocument, synonyms: SynonymTable) -> dict[str, Any]:
    title, text = tokens.cut(document.title), tokens.cut(document.text)
    found: dict[str, Any] = {}
    for field in ranking.scoring_fields():
        cut = ranking.FIELD_TOKENS[field]
        found[field.lower()] = " ".join(cut(title) * TITLE_TIMES + cut(text) * TEXT_TIMES)
    groups = [
        [key.replace(" ", "") for key in concepts(one.plain, synonyms.groups)]
        for one in (title, text)
    ]
    found["s"] = " ".join(groups[0] * TITLE_TIMES + groups[1] * TEXT_TIMES)
    found["terms"] = " ".join(candidate_terms((title, text), groups[0] + groups[1]))
    return found
