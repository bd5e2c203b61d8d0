"""What differs between two snapshots of an entry's content, in words, with the places marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Region
from core.templatetags import show
from marketplace.models import (
    BeneficiaryGroup,
    Category,
    EntryVersion,
    Level,
    Need,
    ResourceOffer,
    Unit,
    Weekday,
)

# Pieces of (text, changed), as the filter `marked` draws them.
Pieces = list[tuple[str, bool]]

_LISTS: dict[str, type[Category] | type[Unit] | type[Region]] = {
    "category": Category,
    "unit": Unit,
    "region": Region,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: its label, both values in words and, for texts, what changed inside them."""

    field: str
    label: str
    before: str
    after: str
    before_pieces: Pieces
    after_pieces: Pieces


class Wording:
    """Turns plain snapshot values into words; reads each staff list once."""

    def __init__(self, model: type[Need] | type[ResourceOffer]) -> None:
        self.model = model
        self._names: dict[str, dict[str, str]] = {}

    def label(self, name: str) -> str:
        return str(self.model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]

    def word(self, name: str, value: Any) -> str:
        if value is None or value in ("", [], False):
            return ""
        if value is True:
            return _("是")
        if name in ("quantity", "budget", "self_raised"):
            return show.count(Decimal(str(value)))
        if name.endswith("_on"):
            return show.day(date.fromisoformat(str(value)))
        if name in ("category", "unit", "region"):
            return self._named(name, [str(value)])
        if name in ("groups", "served"):
            return self._named(name, [str(code) for code in value])
        if name == "weekdays":
            return _("、").join(str(Weekday(int(n)).label) for n in value)
        choices: dict[Any, Any] = dict(
            self.model._meta.get_field(name).flatchoices or ()  # type: ignore[union-attr]
        )
        return str(choices.get(value, value))

    def _named(self, name: str, codes: list[str]) -> str:
        known = self._names.setdefault(name, {})
        unknown = [code for code in codes if code not in known]
        if unknown:
            model = {**_LISTS, "served": Region, "groups": BeneficiaryGroup}[name]
            rows = model._default_manager.filter(code__in=unknown)
            known.update({row.code: getattr(row, "localized", row.name) for row in rows})
        return _("、").join(known.get(code, code) for code in codes)


def differences(
    model: type[Need] | type[ResourceOffer],
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    wording: Wording | None = None,
) -> list[Difference]:
    """Every content field whose value differs, in the order of the form."""
    words = wording or Wording(model)
    found = []
    for name in model.CONTENT_FIELDS:
        old, new = before.get(name), after.get(name)
        if _same(old, new):
            continue
        a, b = words.word(name, old), words.word(name, new)
        pieces = compare(a, b)
        found.append(Difference(name, words.label(name), a, b, *pieces))
    return found


def _same(old: Any, new: Any) -> bool:
    if old in (None, "", [], False) and new in (None, "", [], False):
        return True
    try:
        return bool(Decimal(str(old)) == Decimal(str(new)))
    except ArithmeticError:
        return bool(old == new)


def compare(before: str, after: str) -> tuple[Pieces, Pieces]:
    """Both texts in pieces, what is not in the other one marked."""
    old: Pieces = []
    new: Pieces = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, a1, a2, b1, b2 in matcher.get_opcodes():
        if a2 > a1:
            old.append((before[a1:a2], kind != "equal"))
        if b2 > b1:
            new.append((after[b1:b2], kind != "equal"))
    return old, new


@dataclass(frozen=True, slots=True)
class Step:
    """One version, with what it changed of the one before it (for the first: nothing)."""

    version: EntryVersion
    changes: list[Difference]


def versions_of(entry: Need | ResourceOffer) -> list[Step]:
    """All versions of an entry, newest first, each with its differences from the one that stood."""
    rows = list(EntryVersion.objects.filter(**{entry.KIND: entry}).order_by("no"))
    wording = Wording(type(entry))
    steps: list[Step] = []
    standing: Mapping[str, Any] | None = None
    for row in rows:
        content: Mapping[str, Any] = row.content
        changes = []
        if standing is not None:
            changes = differences(type(entry), standing, content, wording=wording)
        steps.append(Step(row, changes))
        if row.status == "APPLIED":
            standing = content
    return steps[::-1]


def widens(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether more people may read it afterwards."""
    order = list(Level.values)
    return order.index(after["visibility"]) < order.index(before["visibility"])
