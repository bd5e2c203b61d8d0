"""What may be uploaded: the bytes decide, the name must fit them."""

import io
import zipfile
from typing import Any

import pytest

from archive import validators
from archive.validators import check_upload, clean_name
from core.errors import Invalid
from tests.factories.archive import JPEG, PDF, PNG, make_office

WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 30
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 30
TAKEN = [
    (PDF, "证明.pdf", validators.PDF),
    (JPEG, "照片.JPG", validators.JPEG),
    (JPEG, "照片.jpeg", validators.JPEG),
    (PNG, "图.png", validators.PNG),
    (WEBP, "图.webp", validators.WEBP),
    (HEIC, "IMG_1.HEIC", validators.HEIC),
    (make_office("word"), "方案.docx", validators.DOCX),
    (make_office("xl"), "名单.xlsx", validators.XLSX),
    (make_office("ppt"), "汇报.pptx", validators.PPTX),
    ("姓名,数量\n王,3\n".encode(), "名单.csv", validators.TEXT),
    ("姓名,数量\n".encode("gb18030"), "名单.csv", validators.TEXT),
    ("\ufeff说明".encode(), "说明.txt", validators.TEXT),
]


@pytest.mark.parametrize(("content", "name", "kind"), TAKEN)
def test_each_kind_is_known_by_its_bytes(content: bytes, name: str, kind: Any) -> None:
    assert check_upload(io.BytesIO(content), name) == kind


def refused(content: bytes, name: str) -> str:
    with pytest.raises(Invalid) as caught:
        check_upload(io.BytesIO(content), name, field="proof")
    assert list(caught.value.fields) == ["proof"]
    return str(caught.value)


def test_a_picture_named_xlsx_is_told_what_it_is() -> None:
    assert refused(PNG, "名单.xlsx") == (
        "名字和内容对不上，内容是PNG 图片。请另存为真正的文件，或把文件名改成以 .png 结尾。"
    )
    assert (
        refused(PDF, "名单") == "文件名没有后缀，内容是PDF 文件。请把文件名改成以 .pdf 结尾再上传。"
    )


def plain_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ" + b"\x00" * 200, "程序.pdf"),
        (plain_zip(), "打包.zip"),
        (plain_zip(), "名单.xlsx"),
        (b"PK\x03\x04broken", "名单.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "旧表.xls"),
        (b"GIF89a" + b"\x00" * 20, "动图.gif"),
        (b"RIFF\x00\x00\x00\x00AVI " + b"\x00" * 30, "录像.webp"),
        (b"\x00\x01\x02", "东西.txt"),
        (b"\x1b[31mred", "终端.txt"),
    ],
)
def test_other_kinds_are_refused_with_what_is_taken(content: bytes, name: str) -> None:
    assert "可以上传：PDF" in refused(content, name)


def test_pages_with_script_are_only_text_and_must_be_named_so() -> None:
    page = b"<html><script>alert(1)</script></html>"
    assert "内容是文字" in refused(page, "页面.html")
    assert check_upload(io.BytesIO(page), "页面.txt") == validators.TEXT


def test_sizes() -> None:
    assert refused(b"", "空.pdf") == "这个文件是空的，请换一个。"
    assert "超过 20 MB" in refused(PDF + b"\x00" * validators.MAX_BYTES, "大.pdf")


def test_300_mb_in_a_small_sheet_are_refused_unopened() -> None:
    bomb = make_office("xl", b"\x00" * (300 * 1024 * 1024))
    assert len(bomb) < 400_000
    assert "解开后过大" in refused(bomb, "名单.xlsx")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\王\\方案.docx", "方案.docx"),
        ("a\u202efdp.exe", "afdp.exe"),
        ('<b>"x".pdf', "_b__x_.pdf"),
        ("", "file"),
        ("...", "file"),
        ("𠮷🙂.pdf", "𠮷🙂.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("a\x00b\n.pdf", "ab.pdf"),
    ],
)
def test_names_are_cleaned(typed: str, stored: Any) -> None:
    assert clean_name(typed) == stored


def test_a_program_is_called_one_and_its_name_stands_once() -> None:
    said = refused(b"MZ\x90\x00\x03" + b"\x00" * 100, "装好.exe")
    assert said.startswith("不能上传程序。可以上传：PDF、")
    assert refused(b"hello", "装好.exe").count(".exe") == 0
