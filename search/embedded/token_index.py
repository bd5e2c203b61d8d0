"""The token index: which entries hold which index terms. One protocol, a class per database."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Protocol

from django.db import connection

Held = tuple[int, int]
"""An entry's id and the weights of the terms it holds, added up."""


class TokenIndex(Protocol):
    """Entries by index term. The rule of what matches is the same on every database:

    an entry's weight is the sum of the weights of the terms it holds (whole numbers, so that the
    order of adding cannot matter); it matches when that reaches the floor; the heaviest come
    first, among equals the one with the highest id, which was indexed last.
    """

    def write(self, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
        """Keep these terms for entries that have none."""

    def delete(self, ids: Sequence[int]) -> None:
        """Forget these entries."""

    def clear(self) -> None:
        """Forget all entries."""

    def matches(self, weights: Mapping[str, int], floor: int, limit: int) -> list[Held]:
        """The first `limit` entries that match, in the order of the rule."""

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """How many entries hold each term, exactly; terms that none holds are left out."""

    def frequent(self, minimum: int) -> Iterator[tuple[str, int]]:
        """Every term that at least so many entries hold. Walks the whole index."""

    def ids(self) -> Iterator[int]:
        """Every entry in the index, ascending."""

    def faults(self) -> list[str]:
        """What the database itself finds wrong with the index."""


@cache
def token_index() -> TokenIndex:
    """The index of the database in use."""
    if connection.vendor == "postgresql":
        from search.embedded.postgres import PostgresTokens  # noqa: PLC0415 - one a database

        return PostgresTokens()
    from search.embedded.sqlite import SQLiteTokens  # noqa: PLC0415 - one a database

    return SQLiteTokens()
