"""Uploads and files for tests."""

import io
import zipfile
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from archive import operations
from archive.models import File
from core.permissions import Actor
from tests.factories.accounts import member

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 20
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xda\x00\x04ab\xff\xd9"


def make_office(top: str, content: bytes = b"<x/>") -> bytes:
    """The least that passes for a Word ("word"), Excel ("xl") or PowerPoint ("ppt") file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{top}/document.xml", content)
    return out.getvalue()


def make_upload(content: bytes = PDF, name: str = "证明.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def make_file(
    by: Actor | None = None, content: bytes = PDF, name: str = "证明.pdf", **fields: Any
) -> File:
    """A stored upload, by a new member of a new organization unless given."""
    return operations.store(
        upload=make_upload(content, name), by=by or member(), at=timezone.now(), **fields
    )
