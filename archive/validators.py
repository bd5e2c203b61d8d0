"""What may be uploaded: real type by the bytes, caps of size and unpacking, clean names."""

import io
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

import puremagic
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import sheets
from core.errors import Invalid, Sentence

MAX_BYTES = 20 * 1024 * 1024
NAME_LENGTH = 120
# Members of a Word, Excel or PowerPoint file; a real one has a few hundred.
MAX_MEMBERS = 5000
_HEAD = 4096
# How programs of Windows, Linux, macOS and scripts begin.
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})


@dataclass(frozen=True, slots=True)
class FileType:
    """One kind of file: how the web names it, how people do, which endings fit."""

    media_type: str
    label: Sentence
    endings: tuple[str, ...]


PDF = FileType("application/pdf", gettext_lazy("PDF 文件"), (".pdf",))
JPEG = FileType("image/jpeg", gettext_lazy("JPEG 图片"), (".jpg", ".jpeg"))
PNG = FileType("image/png", gettext_lazy("PNG 图片"), (".png",))
WEBP = FileType("image/webp", gettext_lazy("WebP 图片"), (".webp",))
HEIC = FileType("image/heic", gettext_lazy("HEIC 图片"), (".heic", ".heif"))
DOCX = FileType(f"{_OFFICE}wordprocessingml.document", gettext_lazy("Word 文档"), (".docx",))
XLSX = FileType(f"{_OFFICE}spreadsheetml.sheet", gettext_lazy("Excel 表格"), (".xlsx",))
PPTX = FileType(
    f"{_OFFICE}presentationml.presentation", gettext_lazy("PowerPoint 幻灯片"), (".pptx",)
)
TEXT = FileType("text/plain", gettext_lazy("文字"), (".txt", ".csv"))
ALLOWED = (PDF, JPEG, PNG, WEBP, HEIC, DOCX, XLSX, PPTX, TEXT)
_BY_MEDIA = {kind.media_type: kind for kind in ALLOWED}
_INSIDE = {"word/": DOCX, "xl/": XLSX, "ppt/": PPTX}
# Everything that an input of type file should offer.
ACCEPT = ",".join(ending for kind in ALLOWED for ending in kind.endings)


def file_type(media_type: str) -> FileType | None:
    return _BY_MEDIA.get(media_type)


def clean_name(name: str) -> str:
    """The last part of an uploaded name without control, direction and path characters."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(
        "_" if c in '<>:"|?*' else c for c in last if unicodedata.category(c) not in ("Cc", "Cf")
    )
    path = PurePosixPath(kept.strip(". ") or "file")
    stem, ending = path.stem.strip(), path.suffix
    return f"{stem[: NAME_LENGTH - len(ending)] or 'file'}{ending}"


def check_upload(file: IO[bytes], name: str, *, field: str = "file") -> FileType:
    """The real type of an upload that may be kept. Raises Invalid at `field` with a sentence.

    Checked in this order: empty, over 20 MB, a type that is not taken, an ending that does not
    fit the bytes, a zipped kind that unpacks out of proportion.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size == 0:
        raise Invalid({field: _("这个文件是空的，请换一个。")})
    if size > MAX_BYTES:
        raise Invalid({field: _("文件超过 20 MB。照片可以先压缩，文档可以分成几份再上传。")})
    found = real_type(file)
    if found is None:
        raise Invalid({field: _refused(file)})
    ending = PurePosixPath(clean_name(name)).suffix.lower()
    if ending not in found.endings:
        raise Invalid({field: _misnamed(ending, found)})
    if found in _INSIDE.values():
        sheets.check_zip(file, field=field)
    file.seek(0)
    return found


def real_type(file: IO[bytes]) -> FileType | None:
    """What the bytes are, if it is a kind that is taken."""
    file.seek(0)
    head = file.read(_HEAD)
    if head.startswith(b"PK"):
        return _inside_zip(file)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return HEIC
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    for kind, start in ((PDF, b"%PDF-"), (JPEG, b"\xff\xd8\xff"), (PNG, b"\x89PNG\r\n\x1a\n")):
        if head.startswith(start):
            return kind if kind.media_type in _magic(head) else None
    return TEXT if _is_text(file) else None


def _magic(head: bytes) -> dict[str, str]:
    """Media types that puremagic sees in the first bytes, with its names for them."""
    try:
        return {match.mime_type: match.name for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return {}


def _inside_zip(file: IO[bytes]) -> FileType | None:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError):
        return None
    if "[Content_Types].xml" not in names or len(names) > MAX_MEMBERS:
        return None
    return next(
        (kind for top, kind in _INSIDE.items() if any(n.startswith(top) for n in names)), None
    )


def _is_text(file: IO[bytes]) -> bool:
    file.seek(0)
    content = file.read()
    if b"\0" in content:
        return False
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return all(c >= " " or c in "\t\r\n\f" for c in text)
    return False


def _refused(file: IO[bytes]) -> str:
    file.seek(0)
    head = file.read(_HEAD)
    taken = _(
        "可以上传：PDF、照片（JPEG、PNG、WebP、HEIC）、Word、Excel、PowerPoint（新格式）、文字和 CSV。"
    )
    if head.startswith(_PROGRAMS):
        return _("不能上传程序。") + taken
    if _magic(head):
        return _("不能上传这种文件。") + taken
    return _("认不出这是什么文件。") + taken


def _misnamed(ending: str, found: FileType) -> str:
    facts = {"real": found.label, "right": found.endings[0]}
    if not ending:
        return _("文件名没有后缀，内容是%(real)s。请把文件名改成以 %(right)s 结尾再上传。") % facts
    return (
        _("名字和内容对不上，内容是%(real)s。请另存为真正的文件，或把文件名改成以 %(right)s 结尾。")
        % facts
    )
