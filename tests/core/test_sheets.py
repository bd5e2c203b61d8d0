import io
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from core import sheets
from core.errors import Invalid
from core.sheets import Formula, read_rows, safe_cell, unquoted, write_book

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"\0" * 100


def book(*rows: list[Any], change: Callable[[Any], None] | None = None) -> io.BytesIO:
    made = Workbook()
    sheet = made.worksheets[0]
    for row in rows:
        sheet.append(row)
    if change:
        change(sheet)
    out = io.BytesIO()
    made.save(out)
    return out


def repacked(source: io.BytesIO, change: Callable[[str, bytes], bytes]) -> io.BytesIO:
    """The same workbook with its parts changed as bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return out


def read(file: io.BytesIO, max_rows: int = 100) -> list[list[Any]]:
    return list(read_rows(file, max_rows=max_rows, field="file"))


def refusal(file: io.BytesIO, max_rows: int = 100) -> str:
    with pytest.raises(Invalid) as caught:
        read(file, max_rows)
    assert list(caught.value.fields) == ["file"]
    return str(caught.value)


# -- reading ------------------------------------------------------------------------------
def test_values_come_as_they_are_without_empty_ends() -> None:
    rows = read(
        book(
            ["名称", "数量", "日期", None],
            ["助餐", 30, datetime(2026, 12, 1), "𠮷😀"],
            [None, None, None],
            ["轮椅", 2.5],
            [None, ""],
        )
    )
    assert rows == [
        ["名称", "数量", "日期"],
        ["助餐", 30, datetime(2026, 12, 1), "𠮷😀"],
        [],
        ["轮椅", 2.5],
    ]


def test_the_heading_is_no_row_and_empty_rows_are_not_counted() -> None:
    assert len(read(book(["a"], *[[n] for n in range(5)], [None], [""]), max_rows=5)) == 6
    assert "超过 5 行" in refusal(book(["a"], *[[n] for n in range(6)]), max_rows=5)


def test_a_formula_arrives_as_its_stored_value_or_is_told_apart() -> None:
    made = book(["a"], ["=1+1"], ["x"])
    rows = read(made)
    assert rows == [["a"], ["=1+1"], ["x"]]
    assert [isinstance(row[0], Formula) for row in rows] == [False, True, False]
    # As a spreadsheet program saves it: with the value beside the formula.
    stored = repacked(
        made,
        lambda name, raw: re.sub(rb"<f>1\+1</f><v\s*/?>(</v>)?", rb"<f>1+1</f><v>2</v>", raw),
    )
    assert read(stored) == [["a"], [2], ["x"]]


def test_merged_cells_are_named() -> None:
    made = book(["a", "b"], ["x", "y"], change=lambda sheet: sheet.merge_cells("A2:B2"))
    assert refusal(made).startswith("A2:B2 是合并的单元格")


def test_too_many_columns_are_refused_also_when_far_away() -> None:
    assert len(read(book(["x"] * 100))[0]) == 100
    assert "列数太多" in refusal(book(["x"] * 101))

    def far(sheet: Any) -> None:
        sheet["XFD2"] = "hidden"

    assert "列数太多" in refusal(book(["x"], change=far))


def test_a_cell_at_the_very_bottom_is_too_many_rows() -> None:
    def deep(sheet: Any) -> None:
        sheet["A1048576"] = "hidden"

    assert "超过 100 行" in refusal(book(["x"], change=deep))


def test_a_wrong_statement_of_size_hides_nothing() -> None:
    made = repacked(
        book(["a", "b"], ["c", "d"]),
        lambda _name, raw: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', raw),
    )
    assert read(made) == [["a", "b"], ["c", "d"]]


DAMAGED: dict[str, Callable[[], io.BytesIO]] = {
    "a picture named .xlsx": lambda: io.BytesIO(PNG),
    "nothing": lambda: io.BytesIO(b""),
    "a text": lambda: io.BytesIO("名称,数量\n".encode()),
    "an old .xls": lambda: io.BytesIO(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512),
    "a zip of something else": lambda: _zip({"readme.txt": b"hello"}),
    "half a file": lambda: io.BytesIO(book(["a"] * 50).getvalue()[:-400]),
    "cut XML": lambda: repacked(book(["a"]), lambda n, raw: raw[: len(raw) // 2]),
    "XML of nonsense": lambda: repacked(
        book(["a"]), lambda n, raw: b"<<<" if "sheet1" in n else raw
    ),
    "no sheet": lambda: repacked(
        book(["a"]),
        lambda n, raw: (
            re.sub(rb"<sheets>.*</sheets>", b"<sheets/>", raw) if n == "xl/workbook.xml" else raw
        ),
    ),
    "a wrong check sum": lambda: _flip(book(["a"] * 90)),
    "a cell address of nonsense": lambda: repacked(
        book(["a"]), lambda n, raw: raw.replace(b'r="A1"', b'r="??"')
    ),
}


def _zip(parts: dict[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, raw in parts.items():
            archive.writestr(name, raw)
    return out


def _flip(file: io.BytesIO) -> io.BytesIO:
    """One bit of the packed sheet turned."""
    raw = bytearray(file.getvalue())
    at = raw.index(b"xl/worksheets/sheet1.xml") + 200
    raw[at] ^= 1
    return io.BytesIO(bytes(raw))


@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_no_spreadsheet_is_said_in_a_sentence(name: str) -> None:
    sentence = refusal(DAMAGED[name]())
    assert sentence.startswith(("这不是 Excel 文件", "这个 Excel 文件"))


# -- bombs --------------------------------------------------------------------------------
def bomb(megabytes: int = 300) -> io.BytesIO:
    """A sheet of one text repeated: about a thousandth of its size when packed."""
    source, out = book(["a"]), io.BytesIO()
    chunk = b'<row><c t="inlineStr"><is><t>aaaaaaaaaaaaaaaa</t></is></c></row>' * 16384
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
    ):
        for name in old.namelist():
            if "sheet1" not in name:
                new.writestr(name, old.read(name))
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            )
            for _n in range(megabytes * 1024 * 1024 // len(chunk)):
                part.write(chunk)
            part.write(b"</sheetData></worksheet>")
    return out


def test_a_bomb_is_refused_without_unpacking_any_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    file = bomb()
    size = file.seek(0, io.SEEK_END)
    with zipfile.ZipFile(file) as archive:
        assert sum(info.file_size for info in archive.infolist()) > 290 * 1024 * 1024
    assert size < 1_200_000
    unpacked: list[int] = []

    class Watched(zipfile.ZipExtFile):
        def read(self, n: int | None = -1) -> bytes:
            raw = super().read(n)
            unpacked.append(len(raw))
            return raw

    monkeypatch.setattr(zipfile, "ZipExtFile", Watched)
    tracemalloc.start()
    try:
        assert refusal(file).startswith("文件解开后过大")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert unpacked == []
    assert peak < 20 * 1024 * 1024


def test_a_bomb_that_lies_about_its_size_is_cut_off_at_the_lie() -> None:
    raw = bytearray(bomb(80).getvalue())
    with zipfile.ZipFile(io.BytesIO(bytes(raw))) as archive:
        real = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    # The size stands in the local header (as zip64) and in the central directory.
    told = (1000).to_bytes(4, "little")
    central = raw.rindex(b"PK\x01\x02")
    while b"sheet1.xml" not in raw[central : central + 46 + 40]:
        central = raw.rindex(b"PK\x01\x02", 0, central)
    assert int.from_bytes(raw[central + 24 : central + 28], "little") == real
    raw[central + 24 : central + 28] = told
    tracemalloc.start()
    try:
        sentence = refusal(io.BytesIO(bytes(raw)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sentence.startswith("这个 Excel 文件打不开")
    assert peak < 20 * 1024 * 1024


def test_a_bomb_of_entities_is_refused() -> None:
    entities = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 9))
    doctype = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "aaaaaaaaaa">' + entities + b"]>"

    def plant(name: str, raw: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return raw
        body = re.sub(rb"^<\?xml[^>]*\?>", b"", raw)
        cell = b'<c r="A1" t="inlineStr"><is><t>&e8;</t></is></c>'
        return doctype + re.sub(rb'<c r="A1".*?</c>', cell, body)

    tracemalloc.start()
    try:
        sentence = refusal(repacked(book(["a"]), plant))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sentence.startswith("这个 Excel 文件打不开")
    assert peak < 50 * 1024 * 1024


def test_a_file_over_the_limit_is_refused_by_its_size_alone() -> None:
    assert "超过 20 MB" in refusal(io.BytesIO(b"PK" + b"\0" * sheets.MAX_BYTES))


# -- writing ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+86 138", "'+86 138"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\n=1", "'\n=1"),
        ("\r=1", "'=1"),
        ("\x01=1", "'=1"),
        ("助餐", "助餐"),
        ("a\0b\x0bc", "abc"),
        (-5, -5),
        (Decimal("-5.20"), Decimal("-5.20")),
        (None, None),
        (True, True),
        (date(2026, 11, 25), date(2026, 11, 25)),
        (datetime(2026, 11, 25, 2, tzinfo=UTC), datetime(2026, 11, 25, 10)),
    ],
)
def test_what_may_stand_in_a_cell(value: object, cell: object) -> None:
    assert safe_cell(value) == cell


@given(st.text(max_size=40))
def test_no_text_becomes_a_formula_and_every_text_comes_back(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.startswith(sheets.FORMULA_STARTS)
    clean = "".join(c for c in text if c >= " " or c in "\n\t")
    if not clean.startswith("'"):
        assert unquoted(cell) == clean


def test_an_export_read_back_is_what_was_exported() -> None:
    raw = write_book("操作记录", ["名称", "数量"], [["=HYPERLINK(1)", 3], ["-", None], ["x", 2]])
    assert read(io.BytesIO(raw)) == [["名称", "数量"], ["=HYPERLINK(1)", 3], ["-"], ["x", 2]]
    sheet = load_workbook(io.BytesIO(raw)).worksheets[0]
    assert [cell.data_type for row in sheet.iter_rows(max_col=1) for cell in row] == ["s"] * 4
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B4")


def test_a_long_title_and_forbidden_characters_make_a_name() -> None:
    raw = write_book("春晓社区[2026/Q3]*?:\\" + "长" * 40, ["a"], [])
    assert load_workbook(io.BytesIO(raw)).sheetnames[0].startswith("春晓社区2026Q3长")
