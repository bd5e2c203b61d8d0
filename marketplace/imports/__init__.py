"""Entries from a spreadsheet: the template, reading and checking rows, and the repaired copy.

Values only: no row of the database is written here. The staff lists come as `Lists`; what is
wrong with a row comes from the very validators of the form.
"""

from marketplace.imports.columns import Column, columns_of
from marketplace.imports.reading import MAX_ROWS, Sheet, read_sheet
from marketplace.imports.repaired import repaired_copy
from marketplace.imports.rows import CheckedRow, RowFault, check_rows
from marketplace.imports.template import template
from marketplace.imports.words import Lists, PlaceWord

__all__ = [
    "MAX_ROWS",
    "CheckedRow",
    "Column",
    "Lists",
    "PlaceWord",
    "RowFault",
    "Sheet",
    "check_rows",
    "columns_of",
    "read_sheet",
    "repaired_copy",
    "template",
]
