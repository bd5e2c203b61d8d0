"""Vectors as stored: one signed byte per dimension, 384 bytes for 384 dimensions.

Every vector has length one, so no scale is stored: bytes hold the direction, stretched until the
largest component is 127, and reading divides by the length again. The error is at most half a step
per component; for the vectors of multilingual-e5-small the cosine of a vector with its stored form
is above 0.9998, and a cosine of two stored vectors is within 0.002 of the exact one. Between two
meanings that differ, cosines differ by ten times as much.
"""

import numpy as np

from search.embedding.port import Vectors, unit_length


def to_bytes(vector: Vectors) -> bytes:
    """Return one vector as `len(vector)` bytes. ValueError for what is not a finite 1-d vector."""
    if vector.ndim != 1 or not np.isfinite(vector).all():
        raise ValueError("A stored vector is one row of finite numbers.")
    largest = float(np.abs(vector).max(initial=0.0))
    steps = vector * (127.0 / largest) if largest > 0 else vector
    return np.rint(steps).astype(np.int8).tobytes()


def from_bytes(*stored: bytes) -> Vectors:
    """Return stored vectors as unit-length rows. ValueError when their lengths differ."""
    if len({len(one) for one in stored}) > 1:
        raise ValueError("Vectors of different models cannot be read together.")
    steps = np.frombuffer(b"".join(stored), dtype=np.int8)
    return unit_length(steps.reshape(len(stored), -1 if stored else 0).astype(np.float32))
