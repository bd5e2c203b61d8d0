"""`{% load trail %}{% history record %}`: what happened to a record, as far as the reader may know.

Whoever may open the record may see its history; names of persons are shown to staff and to the
person's own organization. Costs one query, and one per kind of row that changed values point at.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django import template

from core import audit, wording
from core.models import Numbered
from core.permissions import NOBODY, Actor
from core.ports import Subject

register = template.Library()

MOST = 100


@register.inclusion_tag("core/history.html", takes_context=True)
def history(
    context: dict[str, Any],
    record: Numbered | Subject,
    most: int = MOST,
    *,
    brief: bool = False,
    units: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The newest acts on a record, in words; `most` of them, `brief` without what changed.

    `units` says what the amounts of a record are counted in that are told elsewhere, by field.
    """
    subject = record if isinstance(record, Subject) else audit.subject_of(record)
    reader: Actor = context.get("actor") or NOBODY
    rows = list(audit.history(subject)[: most + 1])
    more = audit.history(subject).count() - most if len(rows) > most else 0
    entries = wording.entries(rows[:most], reader)
    if units:
        named = {wording.field_words(subject.kind, name): unit for name, unit in units.items()}
        entries = [_with_units(entry, named) for entry in entries]
    return {"entries": entries, "more": more, "now": context.get("now"), "brief": brief}


def _with_units(entry: wording.Entry, units: Mapping[str, str]) -> wording.Entry:
    """Numbers of the fields named in `units` (by their words) with their unit."""
    changes = tuple(
        replace(
            change,
            before=_counted(change.before, units[change.label]),
            after=_counted(change.after, units[change.label]),
        )
        if change.label in units
        else change
        for change in entry.changes
    )
    return replace(entry, changes=changes)


def _counted(words: str | None, unit: str) -> str | None:
    is_number = bool(words) and words is not None and words[-1].isdigit()
    return f"{words}\u00a0{unit}" if is_number and unit else words
