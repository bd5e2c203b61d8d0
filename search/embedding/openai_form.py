"""The way in over HTTP: any server with an OpenAI-compatible `/v1/embeddings`.

The address is the installer's own setting, so private addresses are allowed; redirects are not
followed, because text and key were meant for that address alone.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from time import monotonic
from typing import cast
from urllib.parse import urlsplit

import numpy as np

from search.embedding.port import EmbeddingError, Vectors, clean, unit_length

_LARGEST_ANSWER = 64 * 1024 * 1024
_TRY_LATER = frozenset({408, 409, 425, 429})


@dataclass(frozen=True)
class OpenAIForm:
    """An `Embedder` at `url`, the full address that ends in `/embeddings`.

    `dim` is what the model gives; another length is an error. The prefixes put a text on its side,
    as the model was trained (for e5: "query: " and "passage: "). `timeout` in seconds covers one
    batch from connecting to the last byte.
    """

    url: str
    model: str
    dim: int
    api_key: str = field(default="", repr=False)
    query_prefix: str = ""
    passage_prefix: str = ""
    timeout: float = 10.0
    batch: int = 32

    def __post_init__(self) -> None:
        """Refuse settings that can never work. ValueError."""
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"Not an http(s) address: {self.url!r}")
        if self.dim < 1 or self.batch < 1 or self.timeout <= 0:
            raise ValueError("dim, batch and timeout must be positive.")

    def query(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the query side."""
        return self._rows(self.query_prefix, texts)

    def passage(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the passage side."""
        return self._rows(self.passage_prefix, texts)

    def _rows(self, prefix: str, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(texts), self.batch):
            asked = [prefix + clean(text) for text in texts[start : start + self.batch]]
            rows[start : start + len(asked)] = self._batch(asked)
        return rows

    def _batch(self, asked: list[str]) -> Vectors:
        body = json.dumps({"model": self.model, "input": asked, "encoding_format": "float"})
        try:
            status, answer = self._post(body.encode())
        except (OSError, HTTPException) as error:
            raise EmbeddingError(f"{self._host} cannot be reached: {error}", permanent=False) from (
                error
            )
        if status != 200:
            temporary = status in _TRY_LATER or status >= 500
            raise EmbeddingError(f"{self._host} answered {status}.", permanent=not temporary)
        return unit_length(self._parsed(answer, len(asked)))

    @property
    def _host(self) -> str:
        return urlsplit(self.url).netloc.rpartition("@")[2]

    def _post(self, body: bytes) -> tuple[int, bytes]:
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(cast(str, parts.hostname), parts.port, timeout=self.timeout)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.api_key:
            headers["Authorization"] = f"Bearer {self.api_key}"
        deadline = monotonic() + self.timeout
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        try:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            return response.status, _read(response, deadline)
        finally:
            connection.close()

    def _parsed(self, answer: bytes, count: int) -> Vectors:
        """Rows in the order asked; a server may answer in any order and names the index."""
        try:
            data = json.loads(answer)["data"]
            rows = np.full((count, self.dim), np.nan, dtype=np.float64)
            for place, one in enumerate(data):
                rows[range(count)[one.get("index", place)]] = one["embedding"]
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise EmbeddingError(
                f"{self._host} gave no {count} vectors of {self.dim} numbers.", permanent=True
            ) from error
        if not np.isfinite(rows).all():
            raise EmbeddingError(f"{self._host} left vectors out.", permanent=True)
        return unit_length(rows)


def _read(response: HTTPResponse, deadline: float) -> bytes:
    """Read the whole answer; too long or too slow is a failure, however many bytes came."""
    pieces, size = [], 0
    while piece := response.read1(1 << 16):
        pieces.append(piece)
        size += len(piece)
        if size > _LARGEST_ANSWER:
            raise EmbeddingError("The answer is larger than any batch can be.", permanent=True)
        if monotonic() > deadline:
            raise TimeoutError("the answer took too long")
    return b"".join(pieces)
