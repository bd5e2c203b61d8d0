"""The same file again with a column 错误 and colored cells: to be mended and uploaded once more."""

import io
from collections.abc import Mapping, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from core.sheets import read_rows, safe_cell
from marketplace.imports.reading import ERROR_HEADING, MAX_ROWS, read_sheet
from marketplace.imports.rows import RowFault

_BAD = PatternFill("solid", fgColor="FBD5D0")
_HEAD = PatternFill("solid", fgColor="EAF3F1")


def repaired_copy(file: IO[bytes], side: str, faults: Mapping[int, Sequence[RowFault]]) -> bytes:
    """An .xlsx of every row of `file`; `faults` by row number. Written as it is read."""
    opened = read_sheet(file, side)
    columns = {place: field for field, place in opened.places.items()}
    kept = [i for i, heading in enumerate(opened.headings) if heading != ERROR_HEADING]
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(_("请改好再上传"))
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 60
    for index, place in enumerate(kept, start=2):
        width = 34 if columns.get(place) in ("title", "text_public") else 16
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.append([_head(sheet, ERROR_HEADING), *(_head(sheet, opened.headings[i]) for i in kept)])
    file.seek(0)
    for number, cells in enumerate(read_rows(file, max_rows=MAX_ROWS), start=1):
        if number > 1:
            sheet.append(_row(sheet, cells, kept, columns, faults.get(number, ())))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet: Any, heading: str) -> Any:
    cell = WriteOnlyCell(sheet, safe_cell(heading))
    cell.font, cell.fill = Font(bold=True), _HEAD
    return cell


def _row(
    sheet: Any,
    cells: Sequence[Any],
    kept: Sequence[int],
    columns: Mapping[int, str],
    faults: Sequence[RowFault],
) -> list[Any]:
    wrong = {fault.field for fault in faults}
    said = "\n".join(f"{fault.column}：{fault.sentence}" for fault in faults)
    first = WriteOnlyCell(sheet, safe_cell(said))
    if faults:
        first.font, first.fill = Font(color="B42318"), _BAD
    row = [first]
    for place in kept:
        value = safe_cell(cells[place]) if place < len(cells) else None
        cell = WriteOnlyCell(sheet, value)
        if columns.get(place) in wrong:
            cell.fill = _BAD
        row.append(cell)
    return row
