"""An organization's own entries as a list: state groups, search in the title, order, pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core.errors import Sentence
from core.permissions import Actor
from marketplace.models import Entry, Need, ResourceOffer
from marketplace.queries.entries import entries_of, entry_queryset, model_of
from marketplace.states import CLOSED, EntryState

PAGE = 20
AnyEntry = TypeVar("AnyEntry", bound=Entry)

GROUPS: dict[str, tuple[Sentence, frozenset[str]]] = {
    "open": (_("等待对接"), frozenset({EntryState.OPEN, EntryState.PARTLY_MET})),
    "yours": (_("要你处理"), frozenset({EntryState.DRAFT, EntryState.RETURNED})),
    "intake": (_("待受理"), frozenset({EntryState.SUBMITTED})),
    "met": (_("已全部对接"), frozenset({EntryState.MET})),
    "closed": (_("已结束"), CLOSED),
}
ORDERS: dict[str, Sentence] = {"new": _("最新的在前"), "closing": _("快截止的在前")}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them: a state group, words in the title, an order."""

    group: str = ""
    words: str = ""
    order: str = "new"


@dataclass(frozen=True, slots=True)
class Slice(Generic[AnyEntry]):
    """One page: its rows, where it begins (from 1) among all, and the numbers to go on from."""

    rows: list[AnyEntry]
    first: int
    total: int
    before: str
    after: str


def own_entries(model: type[AnyEntry], organization_id: int, wanted: Wanted) -> QuerySet[AnyEntry]:
    """The entries of a list, in its order."""
    rows = entry_queryset(model).filter(organization_id=organization_id)
    if wanted.group in GROUPS:
        rows = rows.filter(state__in=GROUPS[wanted.group][1])
    for word in wanted.words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(number__iexact=word))
    if wanted.order == "closing":
        # Entries without a deadline come last.
        return rows.order_by(F("closes_on").asc(nulls_last=True), "id")
    return rows.order_by("-id")


def counts_by_group(
    model: type[Need] | type[ResourceOffer], organization_id: int
) -> dict[str, int]:
    """How many stand in each state group, and under "" all of them."""
    rows = model._default_manager.filter(organization_id=organization_id).order_by()
    by_state = dict(rows.values_list("state").annotate(n=Count("id")))
    counts = {
        key: sum(by_state.get(state, 0) for state in states)
        for key, (_label, states) in GROUPS.items()
    }
    return {"": sum(by_state.values()), **counts}


def _beyond(pivot: Entry, order: str, *, back: bool) -> Q:
    """What comes after a row in the order, or before it."""
    if order != "closing":
        return Q(id__gt=pivot.pk) if back else Q(id__lt=pivot.pk)
    near = Q(closes_on=pivot.closes_on) if pivot.closes_on else Q(closes_on__isnull=True)
    if back:
        same = near & Q(id__lt=pivot.pk)
        earlier = Q(closes_on__lt=pivot.closes_on) if pivot.closes_on else ~near
        return same | earlier
    same = near & Q(id__gt=pivot.pk)
    if pivot.closes_on is None:
        return same
    return same | Q(closes_on__gt=pivot.closes_on) | Q(closes_on__isnull=True)


def page_of(
    rows: QuerySet[AnyEntry], *, order: str, after: str = "", before: str = "", size: int = PAGE
) -> Slice[AnyEntry]:
    """The page after (or before) the entry with this number; stable while rows arrive.

    An unknown number gives the first page.
    """
    total = rows.count()
    number = after or before
    pivot = rows.filter(number=number[:20]).first() if number else None
    back = bool(before) and pivot is not None
    found = rows
    if pivot is not None:
        found = rows.filter(_beyond(pivot, order, back=back))
    taken = list(found.reverse()[:size][::-1]) if back else list(found[:size])
    first = 1
    if taken and pivot is not None:
        first += rows.filter(_beyond(taken[0], order, back=True)).count()
    if not taken:
        return Slice([], 0, total, "", "")
    more_above, more_below = first > 1, first - 1 + len(taken) < total
    return Slice(
        taken,
        first,
        total,
        taken[0].number if more_above else "",
        taken[-1].number if more_below else "",
    )


def all_of(rows: QuerySet[AnyEntry], limit: int = 5000) -> Iterator[AnyEntry]:
    """Every row of a filtered list, for an export."""
    yield from rows[:limit]


def own_waiting(side: str, actor: Actor, most: int = 200) -> list[Need | ResourceOffer]:
    """What the actor's organization has sent in and nobody else can find yet, the newest first."""
    states = (EntryState.SUBMITTED, EntryState.RETURNED)
    if not actor.organization_id:
        return []
    rows = entries_of(model_of(side), actor.organization_id).filter(state__in=states)
    return list(rows[:most])


def is_reachable(organization_id: int) -> bool:
    """Whether an organization left a phone number, so that its entries need none of their own."""
    rows = Organization.objects.filter(pk=organization_id)
    return rows.exclude(contact_phone="").exists()


def soon_closing(model: type[AnyEntry], organization_id: int, until: date) -> QuerySet[AnyEntry]:
    """Open entries of an organization whose deadline is near."""
    open_states = GROUPS["open"][1]
    rows = model._default_manager.filter(
        organization_id=organization_id, state__in=open_states, closes_on__lte=until
    )
    return rows.order_by("closes_on", "id")
