"""What goes into a search engine and what comes out, the same for every engine.

`SearchRequest` holds the whole question, `SearchPage` the whole answer; neither knows a database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

LEVELS = ("PUBLIC", "PARTNERS", "INTERNAL")
"""Reader levels, the most public first. A reader searches exactly one of them."""

NEVER_POSTED = datetime(1970, 1, 1, tzinfo=UTC)
NEVER_CLOSES = datetime(9999, 1, 1, tzinfo=UTC)

WINDOW = 100
"""How many of the words' best entries are ranked again; the rest follows newest first."""
BUDGET = 5_000
"""Entries that the rarest tokens of a query may bring together; the rarest always counts."""
COUNT_LIMIT = 10_000
"""Counts are exact up to here; beyond, pages say "10,000+"."""
LONGEST_QUERY = 500
"""Characters of a query that are looked at: a whole need as a query fits."""
LARGEST_PAGE = 100

OWN = "f."
"""Stands before the name of a facet that the documents brought, so that none hides a common one."""

RELEVANCE, NEWEST, CLOSING = "relevance", "newest", "closing"
SORTS = (RELEVANCE, NEWEST, CLOSING)

CLOSING_DAYS = (7, 30)
"""Within how many days entries close that the facet of deadlines counts."""
NEVER = "never"
"""The value of that facet for entries without a closing day."""

Key = tuple[str, int]
"""A thing: its kind and row id."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What an entry must be; values of one name are alternatives, names add up.

    `regions` are region paths that include everything below them. `closes_from` and
    `closes_until` bound the closing day, both included; with either, entries that never close
    are out, unless `never_closes` asks for them (alone, or as an alternative to the bounds).
    `facets` holds further names, as the documents bring them.
    """

    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    organizations: tuple[int, ...] = ()
    closes_from: datetime | None = None
    closes_until: datetime | None = None
    never_closes: bool = False
    posted_since: datetime | None = None
    facets: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def names(self) -> tuple[str, ...]:
        """The names of the filters in force, as facets are named."""
        plain = {
            "kind": self.kinds,
            "category": self.categories,
            "region": self.regions,
            "state": self.states,
            "organization": self.organizations,
            "closing": self.closes_from or self.closes_until or self.never_closes,
            "posted": self.posted_since,
        }
        return (
            *(n for n, v in plain.items() if v),
            *(OWN + n for n, values in self.facets if values),
        )


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One question of one reader. `at` is the reader's now, read at the edge.

    Without words the market is browsed, and relevance means newest. `exact` looks for the words
    as written, without synonyms. `cursor` comes from the page before.
    """

    level: str
    at: datetime
    q: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: str = RELEVANCE
    cursor: str = ""
    size: int = 20
    exact: bool = False
    with_facets: bool = False


def bounded(request: SearchRequest) -> SearchRequest:
    """The request within the limits that every engine keeps."""
    size = max(1, min(request.size, LARGEST_PAGE))
    return replace(request, q=request.q[:LONGEST_QUERY].strip(), size=size)


@dataclass(frozen=True, slots=True)
class Share:
    """Points that one term brought to a hit; fields are named in `search.ranking`, M is meaning."""

    field: str
    term: str
    points: float


Marked = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it is a hit."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry found: its document at the reader's level, marked, with what put it there."""

    kind: str
    id: int
    number: str
    version: int
    level: str
    title: str
    text: str
    url: str
    state: str
    category: str
    organization: str
    organization_id: int
    verified: bool
    region: str
    place: str
    posted_at: datetime | None
    closes_at: datetime | None
    facets: Mapping[str, tuple[str, ...]]
    shown: Mapping[str, str]
    marked_title: Marked
    snippet: Marked
    score: float = 0.0
    shares: tuple[Share, ...] = ()

    @property
    def key(self) -> Key:
        return self.kind, self.id


Counts = Mapping[str, int]
"""Value to number of entries."""


@dataclass(frozen=True, slots=True)
class AlsoSearched:
    """Other words that were looked for because `word` was typed."""

    word: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Widening:
    """How many entries there would be without one filter ("" for without the words)."""

    name: str
    total: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The answer. `total` is exact unless `more` says that there are at least that many.

    `facets` maps a facet's name to its counts, each counted without its own filter; a region's
    count includes everything below it. `closing` counts, in the same way, what closes within each
    of `CLOSING_DAYS` and what never does (`NEVER`). `cursor` is empty on the last page. `widen` is
    filled when nothing was found.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    more: bool = False
    facets: Mapping[str, Counts] = field(default_factory=dict)
    closing: Counts = field(default_factory=dict)
    also_searched: tuple[AlsoSearched, ...] = ()
    cursor: str = ""
    did_you_mean: str = ""
    widen: tuple[Widening, ...] = ()
    meaning: bool = False


@dataclass(frozen=True, slots=True)
class Neighborhood:
    """Where to look for neighbors of a query: its vector, and how near they must be.

    None may lie more than `near` below the best cosine, or below `least`.
    """

    vector: tuple[float, ...]
    near: float
    least: float


class Meaning(Protocol):
    """The meaning of one query against the entries that have a vector."""

    def cosines(self, keys: Sequence[Key]) -> Mapping[Key, float]:
        """Cosine of the query and each of these things; those without a vector are left out."""
        ...

    def nearest(self, level: str, limit: int) -> Sequence[Key]:
        """The things nearest in meaning that this level may read; empty where too many to scan."""
        ...

    def unscanned(self) -> Neighborhood | None:
        """What to ask an engine for that keeps a graph of vectors, where they are too many to scan."""
        ...
