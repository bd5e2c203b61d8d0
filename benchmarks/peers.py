"""What others would have, each in the form in which it is usually set up.

Every class takes (name, text) pairs and answers `find(q, size)` with the names of the best.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from search.analysis import tokens

Texts = Iterable[tuple[str, str]]
Cut = Callable[[str], list[str]]

# The page cache that the product's own connection has.
_CACHE = "PRAGMA cache_size=-64000"
_HEAP = 256_000_000


class Peer(Protocol):
    """One other way of searching."""

    def find(self, q: str, size: int) -> list[str]:
        """Names of the best items."""


def jieba_words() -> Cut:
    """jieba's search mode with its HMM: words as everybody else cuts them."""
    jieba = import_module("jieba")  # of the extra `bench` alone
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()

    def cut(text: str) -> list[str]:
        return [word for word in jieba.lcut_for_search(text) if any(c.isalnum() for c in word)]

    return cut


class FTS5:
    """SQLite's FTS5 on tokens joined by spaces, all of them OR-ed, ordered by FTS5's own rank."""

    def __init__(self, texts: Texts, cut: Cut, *, path: str | Path = ":memory:") -> None:
        self._cut = cut
        self.database = sqlite3.connect(path)
        self.database.execute(_CACHE)
        self.database.execute("CREATE VIRTUAL TABLE peer USING fts5(name UNINDEXED, words)")
        self.database.executemany(
            "INSERT INTO peer VALUES (?, ?)", ((name, " ".join(cut(text))) for name, text in texts)
        )
        self.database.commit()

    def find(self, q: str, size: int) -> list[str]:
        """See `Peer.find`."""
        words = dict.fromkeys(word.replace('"', "") for word in self._cut(q))
        return _matching(self.database, [word for word in words if word], size)

    def vocabulary(self) -> tuple[int, list[tuple[str, int]]]:
        """How many different tokens, and in how many texts each of the ten commonest stands."""
        self.database.execute("CREATE VIRTUAL TABLE IF NOT EXISTS v USING fts5vocab('peer', 'row')")
        (size,) = self.database.execute("SELECT count(*) FROM v").fetchone()
        return size, self.database.execute(
            "SELECT term, doc FROM v ORDER BY doc DESC, term LIMIT 10"
        ).fetchall()


class JiebaFTS5(FTS5):
    """FTS5 on words as jieba cuts them."""

    def __init__(self, texts: Texts, *, path: str | Path = ":memory:") -> None:
        super().__init__(texts, jieba_words(), path=path)


class TrigramFTS5:
    """FTS5's own trigram tokenizer on the raw text; what is shorter than three finds nothing."""

    def __init__(self, texts: Texts) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE peer USING fts5(name UNINDEXED, words, tokenize='trigram')"
        )
        self._database.executemany("INSERT INTO peer VALUES (?, ?)", texts)
        self._database.commit()

    def find(self, q: str, size: int) -> list[str]:
        """See `Peer.find`."""
        runs = "".join(c if c.isalnum() else " " for c in q.lower()).split()
        grams = [run[i : i + 3] for run in runs for i in range(len(run) - 2)]
        return _matching(self._database, list(dict.fromkeys(grams)), size)


def _matching(database: sqlite3.Connection, terms: list[str], size: int) -> list[str]:
    match = " OR ".join(f'"{term}"' for term in terms)
    if not match:
        return []
    rows = database.execute(
        "SELECT name FROM peer WHERE peer MATCH ? ORDER BY rank LIMIT ?", (match, size)
    )
    return [name for (name,) in rows]


class Tantivy:
    """tantivy's BM25 over tokens of the product's own cutting, all of them OR-ed."""

    def __init__(self, texts: Texts, cut: Cut, *, path: str | Path | None = None) -> None:
        tantivy = import_module("tantivy")  # of the extra `bench` alone
        self._query, self._should = tantivy.Query, tantivy.Occur.Should
        self._cut = cut
        build = tantivy.SchemaBuilder()
        build.add_text_field("name", stored=True, tokenizer_name="raw", index_option="basic")
        build.add_text_field("x", tokenizer_name="whitespace", index_option="freq")
        self._schema = build.build()
        index = tantivy.Index(self._schema, path=str(path) if path else None)
        writer = index.writer(_HEAP, 1)
        for name, text in texts:
            writer.add_document(tantivy.Document(name=[name], x=[" ".join(cut(text))]))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher: Any = index.searcher()

    def find(self, q: str, size: int) -> list[str]:
        """See `Peer.find`."""
        terms = [
            (self._should, self._query.term_query(self._schema, "x", term, "freq"))
            for term in dict.fromkeys(self._cut(q))
        ]
        if not terms:
            return []
        query = self._query.boolean_query(terms)
        hits = self._searcher.search(query, size, count=False).hits
        return [self._searcher.doc(place)["name"][0] for _score, place in hits]


def product_tantivy(texts: Texts) -> Tantivy:
    """tantivy on characters, pairs and Latin tokens in one field."""
    return Tantivy(texts, tokens.index_tokens)
