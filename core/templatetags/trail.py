"""`{% load trail %}{% history record %}`: what happened to a record, as far as the reader may know.

Whoever may open the record may see its history; names of persons are shown to staff and to the
person's own organization. Costs one query, and one per kind of row that changed values point at.
"""

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
    context: dict[str, Any], record: Numbered | Subject, most: int = MOST, *, brief: bool = False
) -> dict[str, Any]:
    """The newest acts on a record, in words; `most` of them, `brief` without what changed."""
    subject = record if isinstance(record, Subject) else audit.subject_of(record)
    reader: Actor = context.get("actor") or NOBODY
    rows = list(audit.history(subject)[: most + 1])
    more = audit.history(subject).count() - most if len(rows) > most else 0
    entries = wording.entries(rows[:most], reader)
    return {"entries": entries, "more": more, "now": context.get("now"), "brief": brief}
