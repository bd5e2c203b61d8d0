"""The token index on PostgreSQL: a table of `tsvector` with a GIN index.

Vectors and queries are made of our terms as they are (`array_to_tsvector`, a cast to `tsquery`):
no parser, dictionary or locale of the server has a say, and no extension is needed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import connection

from search.embedded.token_index import Held

CREATE = (
    "CREATE TABLE search_tokens (entry_id bigint PRIMARY KEY, terms tsvector NOT NULL)",
    # Without fastupdate a search never meets a pending list that somebody else must merge first.
    "CREATE INDEX search_tokens_terms ON search_tokens USING gin (terms) WITH (fastupdate = off)",
)
DROP = ("DROP TABLE search_tokens",)


def _query(term: str) -> str:
    """One index term as a `tsquery`; terms hold letters and digits only."""
    return f"'{term}'"


class PostgresTokens:
    """See `TokenIndex`."""

    def write(self, rows: Iterable[tuple[int, Sequence[str]]]) -> None:
        """See `TokenIndex.write`."""
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_tokens VALUES (%s, array_to_tsvector(%s::text[]))",
                [(entry, list(terms)) for entry, terms in rows],
            )

    def delete(self, ids: Sequence[int]) -> None:
        """See `TokenIndex.delete`."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_tokens WHERE entry_id = ANY(%s)", [list(ids)])

    def clear(self) -> None:
        """See `TokenIndex.clear`."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_tokens")

    def matches(self, weights: Mapping[str, int], floor: int, limit: int) -> list[Held]:
        """See `TokenIndex.matches`."""
        if not weights:
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT entry_id, sum(weight)::bigint AS held"
                " FROM unnest(%s::text[], %s::bigint[]) AS asked(query, weight)"
                " JOIN search_tokens ON terms @@ query::tsquery"
                " GROUP BY entry_id HAVING sum(weight) >= %s"
                " ORDER BY held DESC, entry_id DESC LIMIT %s",
                [[_query(term) for term in weights], list(weights.values()), floor, limit],
            )
            found: list[Held] = cursor.fetchall()
        return found

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """See `TokenIndex.frequencies`."""
        if not terms:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT term, (SELECT count(*) FROM search_tokens WHERE terms @@ query::tsquery)"
                " FROM unnest(%s::text[], %s::text[]) AS asked(term, query)",
                [list(terms), [_query(term) for term in terms]],
            )
            return {term: df for term, df in cursor.fetchall() if df}

    def frequent(self, minimum: int) -> Iterator[tuple[str, int]]:
        """See `TokenIndex.frequent`."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT word, ndoc FROM ts_stat('SELECT terms FROM search_tokens')"
                " WHERE ndoc >= %s",
                [minimum],
            )
            yield from cursor

    def ids(self) -> Iterator[int]:
        """See `TokenIndex.ids`."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT entry_id FROM search_tokens ORDER BY entry_id")
            for (entry,) in cursor:
                yield entry

    def faults(self) -> list[str]:
        """See `TokenIndex.faults`: a table and its index cannot differ here."""
        return []
