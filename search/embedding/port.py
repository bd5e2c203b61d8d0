"""The port: what the product asks of any model that turns texts into vectors."""

import re
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""One row per text, unit length, float32; a text that has no meaning may be a row of zeros."""

LONGEST_TEXT = 150
"""Characters of the text that are embedded: cost grows faster than length, meaning does not."""

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


class Embedder(Protocol):
    """Turns texts into unit-length vectors.

    Sides matter: what is looked for is a query, what is looked through a passage. Both raise
    `EmbeddingError` and return an array of shape (len(texts), dim).
    """

    @property
    def model(self) -> str:
        """Name under which vectors are kept; vectors of two names are never compared."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def query(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the query side."""

    def passage(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the passage side."""


class EmbeddingError(Exception):
    """No vectors. Permanent: the same call will fail again. Otherwise it is worth a later try."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        """Keep the sentence for the log and whether trying again is pointless."""
        super().__init__(message)
        self.permanent = permanent


def embed_text(title: str, text: str) -> str:
    """Return what is embedded of an entry: its title and the first 150 characters of its text.

    The full stop between them measured better than a space or a line break.
    """
    head, body = clean(title)[:LONGEST_TEXT], clean(text)[:LONGEST_TEXT]
    return f"{head}。{body}" if head and body else head or body


def clean(text: str) -> str:
    """Replace control characters and lone surrogates, which models and JSON refuse, by a space."""
    return _UNSAFE.sub(" ", text).strip()


def unit_length(rows: NDArray[np.floating]) -> Vectors:
    """Return each row divided by its length, as float32; rows of zeros stay zeros."""
    exact = np.asarray(rows, dtype=np.float64)
    lengths = np.linalg.norm(exact, axis=-1, keepdims=True)
    return np.asarray(exact / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)
