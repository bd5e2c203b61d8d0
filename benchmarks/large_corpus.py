"""The generated market of the large benchmarks: entries, short queries, whole needs as queries."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from benchmarks.generated_texts import Generated
from benchmarks.retrieval import Text

if TYPE_CHECKING:
    from core.ports import SearchDocument

SEED = 20_261_125
BATCH = 1_000
KIND = "measured"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
_CATEGORIES = 12
_DISTRICTS, _STREETS = 16, 10


@dataclass(frozen=True)
class Corpus:
    """Titles and texts of the entries, in order, and what is asked about them."""

    entries: list[tuple[str, str]]
    short: list[Text]
    needs: list[Text]

    def texts(self) -> Iterator[tuple[str, str]]:
        """Name and whole text of each entry, as peers are filled."""
        for place, (title, text) in enumerate(self.entries):
            yield name_of(place), f"{title}\n{text}"

    def documents(self) -> Iterator[list["SearchDocument"]]:
        """The entries as the product's own documents, in batches."""
        made = _documents(self.entries)
        while some := list(islice(made, BATCH)):
            yield some


def name_of(place: int) -> str:
    """Name of an entry: its number in the product's document too."""
    return f"g{place}"


def corpus(size: int, *, queries: int, needs: int) -> Corpus:
    """The same for the same numbers, on every machine."""
    made = Generated(SEED)
    entries = list(made.entries(size))
    short = [Text(f"q{i}", "", q) for i, q in enumerate(made.queries(queries))]
    whole = [Text(f"w{i}", "", f"{a}。{b}") for i, (a, b) in enumerate(made.entries(needs))]
    return Corpus(entries, short, whole)


def _documents(entries: Sequence[tuple[str, str]]) -> Iterator["SearchDocument"]:
    from core.ports import SearchDocument  # noqa: PLC0415 - Django is set up by now
    from search.gateways.shapes import LEVELS  # noqa: PLC0415

    drawn = random.Random(SEED)
    for place, (title, text) in enumerate(entries):
        district = drawn.randrange(_DISTRICTS)
        street = f"33/3301/{330100 + district}/{330100 + district}{drawn.randrange(_STREETS):03}/"
        yield SearchDocument(
            kind=KIND,
            id=place + 1,
            number=name_of(place),
            version=1,
            level=LEVELS[0],
            title=title,
            text=text,
            url="",
            state="OPEN",
            category=f"category-{drawn.randrange(_CATEGORIES)}",
            region=street,
            posted_at=NOW - timedelta(minutes=drawn.randrange(500_000)),
        )


def described(size: int, vocabulary: int, commonest: Sequence[tuple[str, int]]) -> str:
    """How hard a corpus is."""
    common = ", ".join(f"{token} {df}" for token, df in commonest)
    return (
        f"{size:,} entries, seed {SEED}; {vocabulary:,} different tokens; entries that hold the ten "
        f"commonest: {common}"
    )
