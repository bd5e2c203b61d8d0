"""Pictures of pages with a palette: what is drawn often stays exact, and the file is well formed."""

import struct
import zlib

import pytest

from deploy.dev.pictures import palette_png


def _read(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and the colors of a palette PNG, row by row."""
    chunks: dict[bytes, bytes] = {}
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(
            kind + data
        )
        chunks[kind] = data
        at += 12 + length
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    palette = [chunks[b"PLTE"][i : i + 3] for i in range(0, len(chunks[b"PLTE"]), 3)]
    rows = zlib.decompress(chunks[b"IDAT"])
    picture = [
        palette[index]
        for row in range(height)
        for index in rows[row * (width + 1) + 1 : (row + 1) * (width + 1)]
    ]
    return width, height, picture


def test_few_colors_stay_as_they_are() -> None:
    colors = [(250, 250, 247), (15, 118, 110), (0, 0, 0), (255, 255, 255), (1, 2, 3), (9, 9, 9)]
    pixels = b"".join(bytes((*color, 255)) for color in colors)
    assert _read(palette_png(pixels, 3, 2)) == (3, 2, [bytes(color) for color in colors])


def test_rare_colors_become_the_nearest_common_one() -> None:
    common = [bytes((level, level, level, 255)) for level in range(256)]
    pixels = b"".join([*common, *common, bytes((200, 200, 203, 255)), bytes((0, 0, 0, 255)) * 3])
    width, height, picture = _read(palette_png(pixels, 4, 129))
    assert (width, height) == (4, 129)
    assert picture[512] == bytes((200, 200, 200))


def test_a_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="7 bytes are not 1 × 2 pixels"):
        palette_png(b"1234567", 1, 2)
