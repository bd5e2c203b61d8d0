"""Spreadsheets in and out: caps against zip bombs, formulas neutralised both ways."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import zip_longest
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import Invalid

MAX_BYTES = 20 * 1024 * 1024
# What a spreadsheet may unpack to; a real one of 5,000 rows takes about 5 MB.
MAX_UNPACKED = 60 * 1024 * 1024
MAX_RATIO = 200
MAX_COLUMNS = 100
# A cell beginning with one of these would run as a formula in somebody's program.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# What a damaged, encrypted or lying archive makes zipfile, the XML parser and openpyxl raise.
UNREADABLE = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # the XML parsers' ParseError
    KeyError,
    IndexError,
    AttributeError,
    TypeError,
    ValueError,
    EOFError,
    OSError,
    RuntimeError,  # encrypted; NotImplementedError: unknown compression
)
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]+[0-9]+(?::[A-Z]+[0-9]+)?)"')


def _broken() -> str:
    return _("这个 Excel 文件打不开，可能已损坏或加了密码。请另存一份再上传。")


def check_zip(file: IO[bytes], *, field: str = "file") -> None:
    """Refuse an archive whose declared sizes are out of proportion, before unpacking any of it.

    Raises Invalid at `field`.
    """
    file.seek(0, io.SEEK_END)
    size = file.tell()
    file.seek(0)
    if size > MAX_BYTES:
        raise Invalid({field: _("文件超过 20 MB，请分成几份上传。")})
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Invalid(
            {field: _("这不是 Excel 文件（.xlsx）。请用 Excel 另存为 .xlsx 再上传。")}
        ) from error
    file.seek(0)
    if unpacked > MAX_UNPACKED or (size and unpacked / size > MAX_RATIO):
        raise Invalid({field: _("文件解开后过大，不能处理。请删去多余的行列和图片再上传。")})


def _declares_entities(file: IO[bytes]) -> bool:
    """Whether a part begins with a document type: no spreadsheet program writes one, and entities
    in it unpack to any size in the parser."""
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if info.filename.endswith((".xml", ".rels")):
                with archive.open(info) as part:
                    if b"<!DOCTYPE" in part.read(64 * 1024):
                        return True
    return False


def _open(file: IO[bytes], field: str) -> Workbook:
    try:
        if _declares_entities(file):
            raise Invalid({field: _broken()})
        file.seek(0)
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except UNREADABLE as error:
        raise Invalid({field: _broken()}) from error
    if not book.worksheets:
        raise Invalid({field: _("这个 Excel 文件里没有表格。")})
    return book


def _merged(file: IO[bytes], path: str) -> str:
    """The first merged range of the sheet, "" for none; streams the sheet's own part."""
    file.seek(0)
    with zipfile.ZipFile(file) as archive, archive.open(path) as part:
        tail = b""
        while chunk := part.read(65536):
            found = _MERGE.search(tail + chunk)
            if found:
                return found[1].decode("ascii", "replace")
            tail = chunk[-60:]
    return ""


def read_rows(file: IO[bytes], *, max_rows: int, field: str = "file") -> Iterator[list[Any]]:
    """The cells of the first sheet, row by row, values only, trailing empty cells cut.

    The heading counts as no row; empty rows at the end are not there. Formula cells arrive as
    their stored value, as a `Formula` where the file holds none; text that looks like a formula
    stays text, without the quote that our own export put before it. Raises Invalid at `field` for
    what is no spreadsheet, has merged cells, is too wide or has more than `max_rows` rows.
    """
    check_zip(file, field=field)
    book = _open(file, field)
    try:
        sheet: Any = book.worksheets[0]  # openpyxl's types know no read-only sheet
        merged = _merged(file, sheet._worksheet_path)
        if merged:
            raise Invalid(
                {
                    field: _("%(range)s 是合并的单元格。请取消合并，每一行都写完整，再上传。")
                    % {"range": merged}
                }
            )
        # Some programs state a wrong size of the sheet; the cells themselves count.
        sheet.reset_dimensions()
        if _holds_formulas(file, sheet._worksheet_path):
            yield from _cells(_with_formulas(sheet, file), max_rows, field)
        else:
            yield from _cells(sheet.iter_rows(values_only=True), max_rows, field)
    except UNREADABLE as error:
        raise Invalid({field: _broken()}) from error
    finally:
        book.close()


class Formula(str):
    """The formula of a cell whose result the file does not hold: a program wrote it, not Excel."""


def _holds_formulas(file: IO[bytes], path: str) -> bool:
    file.seek(0)
    with zipfile.ZipFile(file) as archive, archive.open(path) as part:
        tail = b""
        while chunk := part.read(65536):
            if _FORMULA.search(tail + chunk):
                return True
            tail = chunk[-20:]
    return False


def _with_formulas(values: Any, file: IO[bytes]) -> Iterator[tuple[Any, ...]]:
    """Rows of values, with the formula itself where a value is missing."""
    file.seek(0)
    book = load_workbook(io.BytesIO(file.read()), read_only=True, keep_links=False)
    try:
        formulas: Any = book.worksheets[0]
        formulas.reset_dimensions()
        pairs = zip(
            values.iter_rows(values_only=True), formulas.iter_rows(values_only=True), strict=False
        )
        for row, written in pairs:
            yield tuple(
                Formula(formula)
                if value is None and isinstance(formula, str) and formula.startswith("=")
                else value
                for value, formula in zip_longest(row, written)
            )
    finally:
        book.close()


def _cells(rows: Iterable[Sequence[Any]], max_rows: int, field: str) -> Iterator[list[Any]]:
    empty = 0
    for index, row in enumerate(rows):
        cells = [unquoted(value) for value in row]
        while cells and cells[-1] in (None, ""):
            cells.pop()
        if not cells:
            empty += 1
            continue
        if index > max_rows:
            raise Invalid({field: _("超过 %(n)s 行，请分成几份上传。") % {"n": max_rows}})
        if len(cells) > MAX_COLUMNS:
            raise Invalid({field: _("列数太多，请使用下载的模板。")})
        for _blank in range(empty):
            yield []
        empty = 0
        yield cells


def safe_cell(value: Any) -> Any:
    """A value as it may stand in a cell: text that would run as a formula is quoted."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if value is None or isinstance(value, bool | int | float | Decimal | date):
        return value
    text = "".join(c for c in str(value) if c >= " " or c in "\n\t")
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def unquoted(value: Any) -> Any:
    """The inverse of `safe_cell` for text that comes back from our own export."""
    if isinstance(value, str) and value[:1] == "'" and value[1:].startswith(FORMULA_STARTS):
        return value[1:]
    return value


def write_book(
    title: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    widths: Sequence[int] = (),
) -> bytes:
    """An .xlsx with one sheet, a bold frozen header and neutralised cells."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "".join(c for c in title if c not in "[]:*?/\\")[:31]
    sheet.append([safe_cell(name) for name in header])
    for row in rows:
        sheet.append([safe_cell(value) for value in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="EAF3F1")
        cell.alignment = Alignment(vertical="center", wrap_text=True)
    for index in range(1, len(header) + 1):
        width = widths[index - 1] if index <= len(widths) else 16
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
