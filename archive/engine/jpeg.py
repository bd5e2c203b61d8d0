"""Takes the place and the camera out of a photo without touching its picture.

A JPEG file is a chain of segments `FF xx length data` up to the picture's own data. Exif and XMP,
where cameras write where the photo was taken, are whole segments of type APP1: they are left out.
Only the orientation goes back in, so that the photo still stands upright.
"""

import struct

_APP1 = 0xE1
_START_OF_PICTURE = 0xDA
_ORIENTATION = 0x0112
_SHORT = 3
_EXIF = b"Exif\0\0"


def without_place(content: bytes) -> bytes:
    """The same photo without Exif and XMP; unchanged when it has none or is not well-formed."""
    segments = _segments(content)
    if segments is None:
        return content
    parts, rest = segments
    kept = [part for kind, part in parts if kind != _APP1]
    if len(kept) == len(parts):
        return content
    turn = next((n for kind, part in parts if kind == _APP1 and (n := _orientation(part))), 1)
    upright = [_exif_of(turn)] if turn != 1 else []
    return b"\xff\xd8" + b"".join([*upright, *kept]) + rest


def _segments(content: bytes) -> tuple[list[tuple[int, bytes]], bytes] | None:
    """The segments before the picture's data, each (type, bytes with its head), and the rest."""
    parts: list[tuple[int, bytes]] = []
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        kind = content[at + 1]
        if kind == _START_OF_PICTURE:
            return parts, content[at:]
        if kind == 0xFF:
            at += 1
            continue
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        end = at + 2 + length
        if length < 2 or end > len(content):
            return None
        parts.append((kind, content[at:end]))
        at = end
    return None


def _orientation(segment: bytes) -> int:
    """The orientation 1–8 of an Exif segment, 0 when it says none."""
    tiff = segment[10:]
    if segment[4:10] != _EXIF or tiff[:2] not in (b"II", b"MM"):
        return 0
    order = "<" if tiff[:2] == b"II" else ">"
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, first)
        for index in range(min(entries, 200)):
            tag, kind, _count, value = struct.unpack_from(
                f"{order}HHIH", tiff, first + 2 + index * 12
            )
            if tag == _ORIENTATION and kind == _SHORT and 1 <= value <= 8:
                return int(value)
    except struct.error:
        return 0
    return 0


def _exif_of(turn: int) -> bytes:
    """An Exif segment that says nothing but the orientation."""
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, _SHORT, 1, turn, 0, 0)
    body = _EXIF + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
