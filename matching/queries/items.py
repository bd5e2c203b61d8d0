"""Entries as the engine sees them: plain values of their widest level's text."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from marketplace.models import BeneficiaryGroup, Level, Need, Period, ResourceOffer
from marketplace.states import SEEKING
from matching.engine import EVERYWHERE, Item, Quantity, Times

Vector = NDArray[np.float32]

KIND_OF_NEED: Mapping[str, str] = {
    "SERVICE": "service",
    "GOODS": "goods",
    "WORKS": "works",
    "MONEY": "money",
}
KIND_OF_OFFER: Mapping[str, str] = {
    "MONEY": "money",
    "GOODS": "goods",
    "VENUE": "venue",
    "PROFESSIONAL": "service",
    "VOLUNTEER": "volunteer",
    "EQUIPMENT": "equipment",
    "MEDIA": "media",
    "LOGISTICS": "logistics",
    "COURSE": "course",
}
# Everybody in the place: no limit to an offer, no claim of a need.
_ALL_RESIDENTS = "residents"


def path_of(path: str) -> tuple[str, ...]:
    """`99/9999/` as the engine's tuple of codes."""
    return tuple(code for code in path.split("/") if code)


def _quantity(entry: Need | ResourceOffer) -> Quantity:
    left = entry.remaining
    return Quantity(
        amount=None if left is None else float(left),
        unit=entry.unit.code if entry.unit else "",
        period=Period(entry.period).value.lower(),
    )


def _groups(entry: Need | ResourceOffer) -> frozenset[str]:
    return frozenset(entry.groups) - {_ALL_RESIDENTS}


Families = Mapping[str, frozenset[str]]


def families() -> Families:
    """For each group, itself with the wider groups it lies in and the narrower ones within it.

    A need for lonely old people is met by an offer to old people, and an offer to old people
    with dementia may meet a part of a need for old people.
    """
    parents = dict(BeneficiaryGroup.objects.values_list("code", "parent__code"))
    found: dict[str, set[str]] = {code: {code} for code in parents}
    for code, parent in parents.items():
        above: str | None = parent
        while above:
            found[code].add(above)
            found[above].add(code)
            above = parents.get(above)
    return {code: frozenset(group) for code, group in found.items()}


def _kin(groups: frozenset[str], kin: Families) -> frozenset[str]:
    return frozenset(one for group in groups for one in kin.get(group, {group}))


def need_item(
    need: Need,
    *,
    key: str = "",
    query: Vector | None = None,
    declined: frozenset[str] = frozenset(),
    is_open: bool = True,
    kin: Families | None = None,
) -> Item:
    """A need, saved or still being typed, from the text of its widest level alone."""
    return Item(
        key=key or need.number,
        title=need.title,
        text=_text(need),
        kind=KIND_OF_NEED.get(need.kind, ""),
        category=need.category.code if need.category else "",
        region=path_of(need.region.path) if need.region else (),
        remote=need.remote,
        times=Times(start=need.starts_on, end=need.ends_on),
        quantity=_quantity(need),
        groups=_kin(_groups(need), families() if kin is None else kin),
        is_open=is_open and (need.state in SEEKING or need.pk is None),
        refreshed=need.posted_at.date() if need.posted_at else None,
        organization=str(need.organization_id),
        declined=declined,
        query=query,
    )


def offer_item(
    offer: ResourceOffer,
    *,
    key: str = "",
    passage: Vector | None = None,
    declined: frozenset[str] = frozenset(),
    is_open: bool = True,
    served: tuple[str, ...] | None = None,
) -> Item:
    """A resource offer; `served` are region paths when they are not to be read from the row."""
    paths = served
    if paths is None:
        paths = tuple(place.path for place in offer.served.all())
    return Item(
        key=key or offer.number,
        title=offer.title,
        text=_text(offer),
        kind=KIND_OF_OFFER.get(offer.kind, ""),
        category=offer.category.code if offer.category else "",
        region=path_of(offer.region.path) if offer.region else (),
        area_served=EVERYWHERE if offer.serves_all else tuple(path_of(path) for path in paths),
        remote=offer.remote,
        times=Times(offer.starts_on, offer.ends_on, frozenset(day - 1 for day in offer.weekdays)),
        quantity=_quantity(offer),
        conditions=_groups(offer),
        is_open=is_open and (offer.state in SEEKING or offer.pk is None),
        refreshed=offer.posted_at.date() if offer.posted_at else None,
        organization=str(offer.organization_id),
        declined=declined,
        passage=passage,
    )


def _text(entry: Need | ResourceOffer) -> str:
    return entry.text_at(Level(entry.visibility))
