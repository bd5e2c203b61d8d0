"""Photos lose the place where they were taken and stay upright."""

import struct
from typing import Any

import pytest

from archive.engine.jpeg import without_place
from tests.factories.archive import JPEG, PDF


def segment(kind: int, body: bytes) -> bytes:
    return bytes([0xFF, kind]) + struct.pack(">H", len(body) + 2) + body


def exif(order: str, turn: int | None) -> bytes:
    """An Exif segment with a GPS text, and an orientation unless None."""
    mark = b"II" if order == "<" else b"MM"
    entries = [struct.pack(f"{order}HHII", 0x8825, 4, 1, 26)]
    if turn is not None:
        entries.insert(0, struct.pack(f"{order}HHIHH", 0x0112, 3, 1, turn, 0))
    head = struct.pack(f"{order}2sHI", mark, 42, 8) + struct.pack(f"{order}H", len(entries))
    return segment(0xE1, b"Exif\0\0" + head + b"".join(entries) + b"GPS 23.12N 113.26E")


PICTURE = segment(0xDB, b"\x01" * 65) + b"\xff\xda\x00\x04ab picture \xff\xd9"
XMP = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x>GPS</x>")


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_place_goes_and_the_orientation_stays(order: str) -> None:
    photo = b"\xff\xd8" + exif(order, 6) + XMP + PICTURE
    cleaned = without_place(photo)
    assert b"GPS" not in cleaned
    assert cleaned.endswith(PICTURE)
    assert cleaned == without_place(cleaned)
    assert struct.unpack_from(">H", cleaned, cleaned.index(b"\x01\x12") + 8)[0] == 6


@pytest.mark.parametrize("turn", [None, 1])
def test_an_upright_photo_needs_no_exif_at_all(turn: Any) -> None:
    assert without_place(b"\xff\xd8" + exif(">", turn) + PICTURE) == b"\xff\xd8" + PICTURE


@pytest.mark.parametrize(
    "content",
    [
        JPEG,
        PDF,
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xe1\xff\xff",
        b"\xff\xd8\xff\xe1\x00\x00abcd",
        b"\xff\xd8" + b"\xff" * 50,
    ],
)
def test_what_has_no_place_or_no_form_is_left_alone(content: bytes) -> None:
    assert without_place(content) == content
