"""The same file again with a column 错误 and colored cells: to be mended and uploaded once more."""

import io
from collections.abc import Mapping, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from core.sheets import Formula, read_rows, safe_cell
from marketplace.imports.cells import WAS_FORMULA
from marketplace.imports.columns import columns_of
from marketplace.imports.reading import ERROR_HEADING, MAX_ROWS, read_sheet
from marketplace.imports.rows import RowFault
from marketplace.imports.template import add_guidance
from marketplace.imports.words import Lists

_BAD = PatternFill("solid", fgColor="FBD5D0")
_HEAD = PatternFill("solid", fgColor="EAF3F1")


def repaired_copy(
    file: IO[bytes], side: str, faults: Mapping[int, Sequence[RowFault]], lists: Lists
) -> bytes:
    """An .xlsx of every row of `file`; `faults` by row number. Drop-downs and the explaining sheet
    are those of the template, whatever order the columns stand in."""
    opened = read_sheet(file, side)
    columns = {place: field for field, place in opened.places.items()}
    kept = [i for i, heading in enumerate(opened.headings) if heading != ERROR_HEADING]
    known = {column.field: column for column in columns_of(side)}
    placed = [
        (index, known[columns[place]])
        for index, place in enumerate(kept, start=2)
        if place in columns
    ]
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _("请改好再上传")
    sheet.freeze_panes = "B2"
    _put(sheet, 1, [ERROR_HEADING, *(opened.headings[place] for place in kept)])
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
    sheet.column_dimensions["A"].width = 60
    for index, column in placed:
        sheet.column_dimensions[get_column_letter(index)].width = column.width
    file.seek(0)
    for number, cells in enumerate(read_rows(file, max_rows=MAX_ROWS), start=1):
        if number > 1:
            _row(sheet, number, cells, kept, columns, faults.get(number, ()))
    add_guidance(book, sheet, placed, lists)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _put(sheet: Worksheet, number: int, values: Sequence[Any]) -> None:
    for index, value in enumerate(values, start=1):
        if value is not None:
            sheet.cell(number, index, safe_cell(value))


def _kept(cells: Sequence[Any], place: int) -> Any:
    """A cell as it stood; a formula without a result is emptied and marked, so that the copy is
    refused at the same place until somebody writes what is meant."""
    value = cells[place] if place < len(cells) else None
    return WAS_FORMULA if isinstance(value, Formula) else value


def _row(
    sheet: Worksheet,
    number: int,
    cells: Sequence[Any],
    kept: Sequence[int],
    columns: Mapping[int, str],
    faults: Sequence[RowFault],
) -> None:
    wrong = {fault.field for fault in faults}
    said = "\n".join(f"{fault.column}：{fault.sentence}" for fault in faults)
    _put(sheet, number, [said or None, *(_kept(cells, place) for place in kept)])
    if faults:
        first = sheet.cell(number, 1)
        first.font, first.fill = Font(color="B42318"), _BAD
    for index, place in enumerate(kept, start=2):
        if columns.get(place) in wrong:
            sheet.cell(number, index).fill = _BAD
