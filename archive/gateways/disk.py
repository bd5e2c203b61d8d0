"""Contents on disk, named by their own SHA-256: written once, never overwritten."""

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BufferedReader
from pathlib import Path

from django.conf import settings

CHUNK = 1024 * 1024


def _root() -> Path:
    return Path(settings.ARCHIVE_DIR)


def path_of(digest: str) -> Path:
    return _root() / digest[:2] / digest[2:4] / digest


def put(chunks: Iterable[bytes]) -> str:
    """Write a content and return its digest; the same content again changes nothing.

    Written to a temporary file, synced, then linked under its name, so that a name never shows
    half a content. Raises OSError when the disk refuses (full, read-only).
    """
    waiting = _root() / "incoming"
    waiting.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    handle, name = tempfile.mkstemp(dir=waiting)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        _link(Path(name), path_of(digest.hexdigest()))
    finally:
        Path(name).unlink(missing_ok=True)
    return digest.hexdigest()


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileExistsError:
        # Young again: the check must not take it for a leftover before the new row is there.
        os.utime(target)
        return
    target.chmod(0o440)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def open_content(digest: str) -> BufferedReader:
    """The content for reading; raises FileNotFoundError when it has gone."""
    return path_of(digest).open("rb")


def is_whole(digest: str) -> bool | None:
    """Whether the content still has its digest; None when it is missing."""
    try:
        with open_content(digest) as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except FileNotFoundError:
        return None


def digests(*, untouched_since: datetime | None = None) -> Iterator[str]:
    """Every content on disk, in order; with `untouched_since` only those written before it."""
    for path in sorted(_root().glob("??/??/*")):
        if untouched_since is None or path.stat().st_mtime < untouched_since.timestamp():
            yield path.name


def remove(digest: str) -> None:
    path_of(digest).unlink(missing_ok=True)
