"""The first step of every chain that begins with a need or an offer."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from core.permissions import Actor
from core.ports import ChainStep, Subject
from marketplace import permissions
from marketplace.models import Need, ResourceOffer
from marketplace.queries.entries import MODELS, entry_queryset
from marketplace.states import CLOSED, UNPUBLISHED, EntryState
from marketplace.templatetags.market import amount_in

_PROGRESS = {EntryState.PARTLY_MET: "part", EntryState.MET: "done"}


def chain(subjects: Sequence[Subject], actor: Actor) -> list[list[ChainStep]]:
    """需求 or 资源, dated, with who and how much; nothing for other subjects."""
    entries: dict[tuple[str, str], Need | ResourceOffer] = {}
    for kind, model in MODELS.items():
        numbers = [one.number for one in subjects if one.kind == kind and one.number]
        if numbers:
            rows = entry_queryset(model).filter(number__in=numbers)
            entries |= {(kind, row.number): row for row in rows}
    return [_steps(entries.get((one.kind, one.number)), actor) for one in subjects]


def _steps(entry: Need | ResourceOffer | None, actor: Actor) -> list[ChainStep]:
    if entry is None or not permissions.can_read(actor, entry):
        return []
    return [step(entry)]


def step(entry: Need | ResourceOffer) -> ChainStep:
    label = _("需求") if entry.KIND == "need" else _("资源")
    return ChainStep(
        code=entry.KIND,
        label=label,
        progress=_progress(entry),
        fact=amount_in(entry.quantity, entry),
        who=entry.organization.label,
        at=entry.posted_at or entry.submitted_at or entry.created_at,
        url=reverse(f"marketplace:{entry.KIND}-detail", args=[entry.number]),
        percent=_percent(entry),
    )


def _progress(entry: Need | ResourceOffer) -> str:
    if entry.state in CLOSED:
        return "ended" if not entry.allocated else "done"
    if entry.state in UNPUBLISHED:
        return "now"
    return _PROGRESS.get(EntryState(entry.state), "done")


def _percent(entry: Need | ResourceOffer) -> int:
    if not entry.quantity:
        return 0
    return int(entry.allocated * 100 / entry.quantity)
