"""What smart paste is given and gives."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Guess:
    """A proposal for one field: `value` as the field takes it, `shown` as a person reads it."""

    field: str
    value: str
    shown: str


@dataclass(frozen=True, slots=True)
class Place:
    """A street (`level` 4) or community (5) that a text may name; `parent` is its street's code."""

    code: str
    name: str
    level: int
    parent: str = ""


@dataclass(frozen=True, slots=True)
class UnitWord:
    """A word for a unit; a quantity in the word × `factor` is one in the unit named `name`."""

    code: str
    word: str
    factor: Decimal = Decimal(1)
    dimension: str = "count"
    name: str = ""


@dataclass(frozen=True, slots=True)
class CategoryWord:
    """A word that speaks for a category: its label or one of its topics."""

    code: str
    word: str
    label: str = ""
