"""The token index on SQLite: an FTS5 table of one column, each row the terms of an entry.

* `tokenize='ascii'` cuts at spaces and nothing else in our terms, whose Chinese characters it
  leaves alone, also those newer than SQLite's own Unicode tables.
* `detail=none, columnsize=0`: neither places nor lengths are needed, `matches` weighs by itself.
* The table keeps its own copy of the terms. A contentless table would be half the size, but
  SQLite before 3.43 can delete from it only when told the old terms exactly, and a wrong word
  then damages the index for good, silently. A row here is deleted by its number alone, and
  `integrity-check` can compare index and content.

The rarest terms are walked one by one and added up: measured as fast as FTS5's own rank for the
few thousand entries of the budget, and the same rule as on PostgreSQL.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import DatabaseError, connection

from search.embedded.token_index import Held

CREATE = (
    """CREATE VIRTUAL TABLE search_tokens
       USING fts5(terms, tokenize='ascii', detail=none, columnsize=0)""",
    "CREATE VIRTUAL TABLE search_vocabulary USING fts5vocab('search_tokens', 'row')",
)
DROP = ("DROP TABLE search_vocabulary", "DROP TABLE search_tokens")

# CROSS JOIN keeps SQLite to this order: each term asked for, then its list.
_MATCHES = """
    SELECT tokens.rowid AS entry, sum(asked.value ->> 1) AS held
    FROM json_each(%s) AS asked
    CROSS JOIN search_tokens AS tokens ON tokens.search_tokens MATCH (asked.value ->> 0)
    GROUP BY entry HAVING held >= %s ORDER BY held DESC, entry DESC LIMIT %s
"""
_FREQUENCIES = """
    SELECT vocabulary.term, vocabulary.doc
    FROM json_each(%s) AS asked
    CROSS JOIN search_vocabulary AS vocabulary ON vocabulary.term = asked.value
"""


class SQLiteTokens:
    """See `TokenIndex`."""

    def write(self, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
        """See `TokenIndex.write`."""
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_tokens(rowid, terms) VALUES (%s, %s)",
                [(entry, " ".join(terms)) for entry, terms in rows],
            )

    def delete(self, ids: Sequence[int]) -> None:
        """See `TokenIndex.delete`."""
        with connection.cursor() as cursor:
            cursor.executemany(
                "DELETE FROM search_tokens WHERE rowid = %s", [(entry,) for entry in ids]
            )

    def clear(self) -> None:
        """See `TokenIndex.clear`."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_tokens")

    def matches(self, weights: Mapping[str, int], floor: int, limit: int) -> list[Held]:
        """See `TokenIndex.matches`."""
        if not weights:
            return []
        if len(weights) == 1:
            return self._newest(*next(iter(weights.items())), floor, limit)
        asked = json.dumps([[f'"{term}"', weight] for term, weight in weights.items()])
        with connection.cursor() as cursor:
            cursor.execute(_MATCHES, [asked, floor, limit])
            found: list[Held] = cursor.fetchall()
        return found

    def _newest(self, term: str, weight: int, floor: int, limit: int) -> list[Held]:
        """One term: FTS5 walks its list backwards and stops, however long it is."""
        if weight < floor:
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rowid, %s FROM search_tokens WHERE search_tokens MATCH %s"
                " ORDER BY rowid DESC LIMIT %s",
                [weight, f'"{term}"', limit],
            )
            found: list[Held] = cursor.fetchall()
        return found

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """See `TokenIndex.frequencies`."""
        with connection.cursor() as cursor:
            cursor.execute(_FREQUENCIES, [json.dumps(list(terms))])
            return dict(cursor.fetchall())

    def frequent(self, minimum: int) -> Iterator[tuple[str, int]]:
        """See `TokenIndex.frequent`."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT term, doc FROM search_vocabulary WHERE doc >= %s", [minimum])
            yield from cursor

    def ids(self) -> Iterator[int]:
        """See `TokenIndex.ids`."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM search_tokens_content ORDER BY id")
            for (entry,) in cursor:
                yield entry

    def faults(self) -> list[str]:
        """See `TokenIndex.faults`."""
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "INSERT INTO search_tokens(search_tokens) VALUES ('integrity-check')"
                )
        except DatabaseError as error:
            return [str(error)]
        return []
