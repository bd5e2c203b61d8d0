"""Checking rows one by one, with the same validators as the form."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Invalid
from marketplace.imports.cells import (
    READERS,
    CellFault,
    CellFaults,
    check_result,
    is_empty,
    quantity_and_unit,
)
from marketplace.imports.columns import Column, columns_of
from marketplace.imports.reading import Sheet
from marketplace.imports.words import Lists, bare
from marketplace.models import Availability, Cost, Level, NeedKind, OfferKind, Period
from marketplace.validators import check_entry

_TOGETHER = frozenset({"quantity", "unit"})
# How many neighbors in order of title a row is compared with.
_NEIGHBORS = 8
_ALIKE = 0.8


@dataclass(frozen=True, slots=True)
class RowFault:
    """What is wrong with one cell: the field, the column's heading, the sentence."""

    field: str
    column: str
    sentence: str


@dataclass(frozen=True)
class CheckedRow:
    """One row: its number as Excel counts, its content as operations take it, its faults.

    `key` is the digest of owner and content, by which the same row is known again.
    """

    number: int
    content: Mapping[str, Any]
    key: str
    faults: tuple[RowFault, ...] = field(default_factory=tuple)

    @property
    def title(self) -> str:
        return str(self.content.get("title") or "")


def check_rows(
    sheet: Sheet, side: str, lists: Lists, *, owner: str, today: date, reachable: bool = True
) -> Iterator[CheckedRow]:
    """Every row of a sheet, checked. `owner` is the organization's number, `reachable` whether
    it left a phone number itself."""
    columns = columns_of(side)
    for number, cells in sheet.rows:
        content, faults = _read(sheet, cells, columns, lists)
        unreadable = set(faults)
        try:
            check_entry(content, today, reachable=reachable)
        except Invalid as error:
            for name, sentences in error.fields.items():
                if name not in unreadable:
                    faults.setdefault(name, str(sentences[0]))
        key = row_key(owner, side, content)
        yield CheckedRow(number, content, key, _named(faults, columns))


def _read(
    sheet: Sheet, cells: list[Any], columns: tuple[Column, ...], lists: Lists
) -> tuple[dict[str, Any], dict[str, str]]:
    content = _defaults(columns)
    faults: dict[str, str] = {}
    for column in columns:
        raw = sheet.cell(cells, column.field)
        if column.field in _TOGETHER or is_empty(raw):
            continue
        try:
            check_result(raw)
            content[column.field] = READERS[column.reads](raw, column, lists)
        except CellFault as fault:
            faults[column.field] = str(fault)
    try:
        content |= quantity_and_unit(
            sheet.cell(cells, "quantity"), sheet.cell(cells, "unit"), lists
        )
    except CellFaults as found:
        faults |= found.faults
    return content, faults


def _defaults(columns: tuple[Column, ...]) -> dict[str, Any]:
    """What an empty cell means."""
    empty: dict[str, Any] = {
        "text": "",
        "yes": False,
        "groups": [],
        "regions": [],
        "weekdays": [],
    }
    content = {column.field: empty.get(column.reads) for column in columns}
    chosen: dict[str, Any] = {
        "kind": NeedKind.SERVICE if "budget" in content else OfferKind.PROFESSIONAL,
        "visibility": Level.PUBLIC,
        "period": Period.ONCE,
        "availability": Availability.ONCE,
        "source": "",
        "cost": Cost.FREE,
        "legal_route": "",
    }
    return content | {name: value for name, value in chosen.items() if name in content}


def _named(faults: Mapping[str, str], columns: tuple[Column, ...]) -> tuple[RowFault, ...]:
    headings = {column.field: str(column.heading) for column in columns}
    return tuple(
        RowFault(name, headings.get(name, _("整行")), sentence) for name, sentence in faults.items()
    )


def row_key(owner: str, side: str, content: Mapping[str, Any]) -> str:
    """A digest of who and what: the same row of the same organization has the same one."""
    plain = {name: _plain(value) for name, value in sorted(content.items())}
    text = json.dumps([owner, side, plain], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if hasattr(value, "code"):
        return value.code
    return None if value is None else str(value)


def near_duplicates(rows: list[tuple[int, str]]) -> list[tuple[int, int]]:
    """Pairs of (row, earlier row) whose titles are nearly the same.

    Rows are compared with their neighbors in order of title, forwards and backwards: near
    duplicates stand there, and 5,000 rows take no longer than a sort.
    """
    words = [(number, bare(title)) for number, title in rows if title]
    found: dict[int, int] = {}
    for key in (lambda row: row[1], lambda row: row[1][::-1]):
        ordered = sorted(words, key=key)
        for index, (number, title) in enumerate(ordered):
            for other, near in ordered[index + 1 : index + 1 + _NEIGHBORS]:
                if _alike(title, near):
                    later, earlier = max(number, other), min(number, other)
                    found[later] = min(earlier, found.get(later, earlier))
    return sorted(found.items())


def _alike(first: str, second: str) -> bool:
    if first == second:
        return True
    one, two = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (first, second))
    return bool(one and two) and len(one & two) / len(one | two) >= _ALIKE
