"""The template of a side: drop-downs, an example row, and a sheet that explains each column."""

import io
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from core.sheets import safe_cell
from marketplace.imports.columns import Column, columns_of, example_of
from marketplace.imports.reading import EXAMPLE_MARK, MAX_ROWS
from marketplace.imports.words import Lists

_HEAD = PatternFill("solid", fgColor="EAF3F1")
_MUST = PatternFill("solid", fgColor="FDF0D5")
_PALE = Font(italic=True, color="777777")


def template(side: str, lists: Lists) -> bytes:
    """An .xlsx to fill in; its first sheet is what `read_sheet` reads."""
    book = Workbook()
    sheet = book.worksheets[0]
    columns = columns_of(side)
    sheet.title = _("需求") if side == "need" else _("资源")
    _headings(sheet, columns)
    _example(sheet, side, columns, lists)
    add_guidance(book, sheet, list(enumerate(columns, start=1)), lists)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def add_guidance(
    book: Workbook, sheet: Worksheet, placed: Sequence[tuple[int, Column]], lists: Lists
) -> None:
    """Drop-downs for the columns that stand at these places, and the sheet that explains them."""
    offered = book.create_sheet(_("选项"))
    _drop_downs(sheet, offered, placed, lists)
    offered.sheet_state = "hidden"
    _explained(book.create_sheet(_("填写说明"), 1), [column for _place, column in placed])


def _headings(sheet: Worksheet, columns: Sequence[Column]) -> None:
    for index, column in enumerate(columns, start=1):
        cell = sheet.cell(1, index, str(column.heading))
        cell.font = Font(bold=True)
        cell.fill = _MUST if column.required else _HEAD
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(index)].width = column.width
        if column.reads == "day":
            sheet.column_dimensions[get_column_letter(index)].number_format = "yyyy-mm-dd"
    sheet.freeze_panes = "B2"


def _example(sheet: Worksheet, side: str, columns: Sequence[Column], lists: Lists) -> None:
    places = lists.labels.get("region", ())
    for index, column in enumerate(columns, start=1):
        said = example_of(side, column)
        if column.field == "title":
            said = EXAMPLE_MARK + said
        elif column.field == "region" and places:
            said = places[0]
        cell = sheet.cell(2, index, safe_cell(said))
        cell.font = _PALE


def choices_of(column: Column, lists: Lists) -> list[str]:
    """What a column's drop-down offers; empty for columns that are written freely."""
    if column.reads == "choice":
        return [str(label) for _value, label in column.choices.choices]
    if column.reads == "yes":
        return [_("是"), _("否")]
    return list(lists.labels.get(column.field, ()))


def _drop_downs(
    sheet: Worksheet, offered: Worksheet, placed: Sequence[tuple[int, Column]], lists: Lists
) -> None:
    """Lists stand on a hidden sheet: a formula holds only 255 characters."""
    for index, column in placed:
        choices = choices_of(column, lists)
        if not choices:
            continue
        letter, place = get_column_letter(index), offered.max_column + 1
        for row, choice in enumerate(choices, start=1):
            offered.cell(row, place, safe_cell(choice))
        source = get_column_letter(place)
        rule = DataValidation(
            type="list",
            formula1=f"'{offered.title}'!${source}$1:${source}${len(choices)}",
            allow_blank=True,
            showErrorMessage=True,
            errorTitle=_("请从下拉里选"),
            error=_("这里只能填下拉里有的内容。"),
        )
        sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{MAX_ROWS + 1}")


def _explained(sheet: Worksheet, columns: Sequence[Column]) -> None:
    lines: list[tuple[str, str, str]] = [(_("列"), _("必填"), _("怎么填"))]
    must = _("必填")
    lines += [(str(c.heading), must if c.required else "", str(c.help)) for c in columns]
    notes = (
        _("第 2 行是示例，导入时自动跳过，可以留着也可以删掉。"),
        _("列的次序可以变，可以加自己的列；第一行的列名不要改。"),
        _("不要合并单元格。一次最多 5,000 行，多了请分成几份。"),
        _("姓名、电话、门牌不要写在公开的说明里，写到“联系人”“联系电话”“详细地址”。"),
        _("同一份文件再传一次，不会重复添加。"),
    )
    for line in lines:
        sheet.append(line)
    sheet.append(())
    for note in notes:
        sheet.append((note,))
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), _HEAD
    widths: Mapping[str, int] = {"A": 20, "B": 8, "C": 70}
    for letter, width in widths.items():
        sheet.column_dimensions[letter].width = width
