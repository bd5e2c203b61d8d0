"""What the marketplace gives the search index: one document per level, of that level's text."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from decimal import Decimal

from django.utils import timezone

from core.ports import SearchDocument
from marketplace.models import Level, Need, ResourceOffer
from marketplace.queries.entries import entry_queryset
from marketplace.states import FINDABLE


def plain_number(value: Decimal | None) -> str:
    """`30`, `2.5`, "" — as people write it."""
    return "" if value is None else f"{value.normalize():f}"


def document(entry: Need | ResourceOffer, level: Level) -> SearchDocument:
    """The document of an entry at a level at which it is readable."""
    region = entry.region
    closes = entry.closes_on
    return SearchDocument(
        kind=entry.KIND,
        id=entry.pk,
        number=entry.number,
        version=entry.version,
        level=level,
        title=entry.title,
        text=_searchable(entry, level),
        url=f"/{entry.KIND}s/{entry.number}/",
        state=entry.state,
        category=entry.category.code if entry.category else "",
        organization=entry.organization.label,
        organization_id=entry.organization_id,
        verified=entry.organization.is_verified,
        region=region.path if region else "",
        place=_place(entry),
        posted_at=entry.posted_at,
        closes_at=timezone.make_aware(datetime.combine(closes, time(23, 59, 59)))
        if closes
        else None,
        facets=_facets(entry),
        shown={
            "quantity": plain_number(entry.quantity),
            "allocated": plain_number(entry.allocated),
            "held": plain_number(entry.held),
            "unit": entry.unit.name if entry.unit else "",
            "period": entry.period,
            "category": entry.category.name if entry.category else "",
            "kind": entry.kind,
        },
    )


def _searchable(entry: Need | ResourceOffer, level: Level) -> str:
    parts = [entry.text_at(level), entry.conditions]
    if isinstance(entry, Need):
        parts.append(entry.indicators)
    return "\n".join(part for part in parts if part)


def _place(entry: Need | ResourceOffer) -> str:
    """Street (and community) without the city that everything lies in."""
    region = entry.region
    if region is None:
        return ""
    parent = region.parent
    return f"{parent.name}{region.name}" if parent and region.level == 5 else region.name


def _facets(entry: Need | ResourceOffer) -> dict[str, tuple[str, ...]]:
    facets = {"kind": (entry.kind,), "group": tuple(entry.groups)}
    if isinstance(entry, Need):
        facets["micro_wish"] = ("yes",) if entry.micro_wish else ()
        return facets
    served = () if entry.serves_all else tuple(place.path for place in entry.served.all())
    facets["served"] = served
    return facets


class EntryDocuments:
    """The document source of one side."""

    def __init__(self, model: type[Need] | type[ResourceOffer]) -> None:
        self.model = model
        self.kind = model.KIND

    def documents(self, ids: Sequence[int]) -> Iterable[SearchDocument]:
        rows = entry_queryset(self.model).filter(pk__in=ids, state__in=FINDABLE)
        for entry in rows.order_by("pk"):
            for level in entry.readable_levels():
                yield document(entry, level)

    def ids(self) -> Iterator[int]:
        rows = self.model._default_manager.filter(state__in=FINDABLE).order_by("pk")
        yield from rows.values_list("pk", flat=True).iterator(chunk_size=2000)


NEED_DOCUMENTS = EntryDocuments(Need)
RESOURCE_DOCUMENTS = EntryDocuments(ResourceOffer)
