"""What others would have: SQLite's FTS5 on words as jieba cuts them."""

import logging
import sqlite3
from collections.abc import Iterable


class JiebaFTS5:
    """jieba's search mode with its HMM, all words OR-ed, ordered by FTS5's own rank."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        import jieba  # noqa: PLC0415 - of the extra `bench` alone

        jieba.setLogLevel(logging.WARNING)
        jieba.initialize()
        self._cut = jieba.lcut_for_search
        self._database = sqlite3.connect(":memory:")
        self._database.execute("CREATE VIRTUAL TABLE peer USING fts5(name UNINDEXED, words)")
        self._database.executemany(
            "INSERT INTO peer VALUES (?, ?)",
            ((name, " ".join(self._words(text))) for name, text in texts),
        )
        self._database.commit()

    def _words(self, text: str) -> list[str]:
        return [word for word in self._cut(text) if any(c.isalnum() for c in word)]

    def find(self, q: str, size: int) -> list[str]:
        """Names of the best items."""
        words = dict.fromkeys(word.replace('"', "") for word in self._words(q))
        match = " OR ".join(f'"{word}"' for word in words if word)
        if not match:
            return []
        rows = self._database.execute(
            "SELECT name FROM peer WHERE peer MATCH ? ORDER BY rank LIMIT ?", (match, size)
        )
        return [name for (name,) in rows]
