"""A spreadsheet's rows by field: headings in any order, further columns left alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from core.errors import Invalid
from core.sheets import read_rows
from marketplace.imports.cells import is_empty, text_of
from marketplace.imports.columns import Column, columns_of
from marketplace.imports.words import bare

MAX_ROWS = 5000
EXAMPLE_MARK = "【示例】"
ERROR_HEADING = "错误"


@dataclass(frozen=True)
class Sheet:
    """An open spreadsheet: its headings as they stand, where each column is, and its rows.

    `rows` yields (row number as Excel counts, cells), empty and example rows left out; it can
    be walked once.
    """

    headings: list[str]
    places: dict[str, int]
    unknown: list[str]
    rows: Iterator[tuple[int, list[Any]]]

    def cell(self, cells: list[Any], field: str) -> Any:
        place = self.places.get(field)
        return cells[place] if place is not None and place < len(cells) else None


def read_sheet(file: IO[bytes], side: str) -> Sheet:
    """Open a spreadsheet of a side. Raises Invalid at `file`, also later while rows are walked."""
    rows = read_rows(file, max_rows=MAX_ROWS)
    first = next(rows, None)
    if not first:
        raise Invalid({"file": _("这个文件是空的。请下载模板，填好再上传。")})
    headings = [text_of(cell) for cell in first]
    places, unknown = _placed(headings, columns_of(side))
    return Sheet(headings, places, unknown, _filled(rows, places["title"]))


def _filled(rows: Iterator[list[Any]], title: int) -> Iterator[tuple[int, list[Any]]]:
    for number, cells in enumerate(rows, start=2):
        if all(is_empty(cell) for cell in cells):
            continue
        if title < len(cells) and text_of(cells[title]).startswith(EXAMPLE_MARK):
            continue
        yield number, cells


def _placed(headings: list[str], columns: tuple[Column, ...]) -> tuple[dict[str, int], list[str]]:
    by_word = {_heading(word): column for column in columns for word in _words(column)}
    places: dict[str, int] = {}
    unknown: list[str] = []
    for index, heading in enumerate(headings):
        column = by_word.get(_heading(heading))
        if column is None:
            if heading and heading != ERROR_HEADING:
                unknown.append(heading)
        elif column.field in places:
            raise Invalid({"file": _("“%(name)s”这一列写了两次，请删去一列。") % {"name": heading}})
        else:
            places[column.field] = index
    missing = [str(c.heading) for c in columns if c.required and c.field not in places]
    if missing:
        names = _("、").join(f"“{name}”" for name in missing)
        raise Invalid(
            {
                "file": _("第一行里没有找到这些列：%(names)s。请对照模板的第一行。")
                % {"names": names}
            }
        )
    return places, unknown


def _words(column: Column) -> tuple[str, ...]:
    return (str(column.heading), *column.known_as)


def _heading(word: str) -> str:
    return bare(word).rstrip("*:").removesuffix("(必填)")
