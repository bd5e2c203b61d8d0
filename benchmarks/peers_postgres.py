"""What PostgreSQL has of its own: tables beside the product's, in the benchmark's own database."""

from benchmarks.peers import Texts, jieba_words


class TsRank:
    """`tsvector` of the words that jieba cuts, all of them OR-ed, ordered by `ts_rank`."""

    def __init__(self, texts: Texts) -> None:
        from django.db import connection  # noqa: PLC0415 - Django is set up by now

        self._connection, self._cut = connection, jieba_words()
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS peer_tsrank")
            cursor.execute("CREATE TABLE peer_tsrank (name text, words tsvector)")
            cursor.executemany(
                "INSERT INTO peer_tsrank VALUES (%s, array_to_tsvector(%s::text[]))",
                [(name, list(dict.fromkeys(self._cut(text.lower())))) for name, text in texts],
            )
            cursor.execute("CREATE INDEX ON peer_tsrank USING gin (words)")
            cursor.execute("ANALYZE peer_tsrank")

    def find(self, q: str, size: int) -> list[str]:
        """See `Peer.find`."""
        words = dict.fromkeys(self._cut(q.lower()))
        asked = " | ".join("'" + word.replace("\\", " ").replace("'", "''") + "'" for word in words)
        if not asked:
            return []
        with self._connection.cursor() as cursor:
            cursor.execute(
                "SELECT name FROM peer_tsrank, CAST(%s AS tsquery) AS asked WHERE words @@ asked"
                " ORDER BY ts_rank(words, asked) DESC, name LIMIT %s",
                [asked, size],
            )
            return [name for (name,) in cursor.fetchall()]


class Trgm:
    """The extension pg_trgm: the raw text, ordered by `word_similarity`."""

    def __init__(self, texts: Texts) -> None:
        from django.db import connection  # noqa: PLC0415 - Django is set up by now

        self._connection = connection
        with connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            cursor.execute("DROP TABLE IF EXISTS peer_trgm")
            cursor.execute("CREATE TABLE peer_trgm (name text, body text)")
            cursor.executemany("INSERT INTO peer_trgm VALUES (%s, %s)", list(texts))
            cursor.execute("CREATE INDEX ON peer_trgm USING gin (body gin_trgm_ops)")
            cursor.execute("ANALYZE peer_trgm")

    def find(self, q: str, size: int) -> list[str]:
        """See `Peer.find`."""
        with self._connection.cursor() as cursor:
            # Without a threshold everything is compared, as the best of everything is wanted.
            cursor.execute(
                "SELECT name FROM peer_trgm ORDER BY word_similarity(%s, body) DESC, name LIMIT %s",
                [q, size],
            )
            return [name for (name,) in cursor.fetchall()]
