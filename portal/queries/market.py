"""What everybody may read of the market: numbers, the newest, finished links and their thanks.

Every number is the length of the list that it opens: public entries, published links.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.utils import timezone

from marketplace.models import Entry, Level, Need, ResourceOffer, Unit
from marketplace.queries import entry_queryset
from marketplace.states import SEEKING
from matching.models import Delivery, Feedback, Match, Side
from matching.queries import links_public
from matching.states import DeliveryState

AnyEntry = TypeVar("AnyEntry", bound=Entry)
Amounts = tuple[tuple[Decimal, str], ...]


def _seeking(model: type[AnyEntry]) -> QuerySet[AnyEntry]:
    return entry_queryset(model).filter(visibility=Level.PUBLIC, state__in=SEEKING)


def closing_needs(today: date, limit: int = 5) -> list[Need]:
    """Public needs that still look for help: the nearest deadline first, undated ones last."""
    rows = _seeking(Need).filter(Q(closes_on__isnull=True) | Q(closes_on__gte=today))
    return list(rows.order_by(F("closes_on").asc(nulls_last=True), "-posted_at", "-id")[:limit])


def newest_offers(limit: int = 5) -> list[ResourceOffer]:
    return list(_seeking(ResourceOffer).order_by("-posted_at", "-id")[:limit])


@dataclass(frozen=True, slots=True)
class Figures:
    """Needs that wait, offers that are free, published links, and what those links handed over."""

    needs: int
    offers: int
    links: int
    handed_over: Amounts


def figures(units: int = 3) -> Figures:
    links = links_public().order_by()
    return Figures(
        needs=_seeking(Need).count(),
        offers=_seeking(ResourceOffer).count(),
        links=links.count(),
        handed_over=_handed_over(links)[:units],
    )


def _handed_over(links: QuerySet[Match]) -> Amounts:
    """Confirmed deliveries of links, added up by unit, the unit of most deliveries first."""
    rows = (
        Delivery.objects.filter(
            match__in=links.values("pk"), state=DeliveryState.CONFIRMED, quantity__isnull=False
        )
        .values("match__need__unit__name", "match__need__unit__name_en")
        .annotate(total=Sum("quantity"), times=Count("id"), last=Max("day"))
        .order_by("-total", "match__need__unit__name")
    )
    return tuple((row["total"], _unit_words(row)) for row in rows)


def _unit_words(row: Mapping[str, Any]) -> str:
    name, english = (row[f"match__need__unit__{part}"] or "" for part in ("name", "name_en"))
    return Unit(name=name, name_en=english).localized


# -- finished links --------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Story:
    """A finished link with what each side wrote about it; `thanks` is the need's side."""

    match: Match
    thanks: str
    answer: str


def _with_words(links: QuerySet[Match]) -> QuerySet[Match]:
    return links.prefetch_related(Prefetch("feedback", Feedback.objects.order_by("id")))


def _story(match: Match) -> Story:
    said = {one.side: one.thanks for one in match.feedback.all()}
    return Story(match, said.get(Side.NEED, ""), said.get(Side.RESOURCE, ""))


def stories(limit: int = 3) -> list[Story]:
    """The newest published links whose need's side wrote a word of thanks."""
    thanked = (
        links_public()
        .filter(feedback__side=Side.NEED)
        .exclude(feedback__side=Side.NEED, feedback__thanks="")
    )
    return [_story(match) for match in _with_words(thanked)[:limit]]


@dataclass(frozen=True, slots=True)
class Month:
    """The published links confirmed in one month; `day` is its first."""

    day: date
    stories: tuple[Story, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """A filtered list of finished links with its totals."""

    links: QuerySet[Match]
    total: int
    organizations: int
    handed_over: Amounts

    def stories(self, rows: Sequence[Match] | None = None) -> list[Story]:
        return [_story(match) for match in (_with_words(self.links) if rows is None else rows)]


def results(
    *, year: int = 0, category: str = "", words: str = "", organization_id: int = 0
) -> Results:
    """Published links by year of confirmation, category of the need, words in the titles and an
    organization on either side."""
    links = links_public()
    if organization_id:
        links = links.filter(
            Q(need__organization_id=organization_id) | Q(resource__organization_id=organization_id)
        )
    if year:
        links = links.filter(confirmed_at__year=year)
    if category:
        links = links.filter(need__category__code=category)
    for word in words.split()[:5]:
        links = links.filter(
            Q(need__title__icontains=word)
            | Q(resource__title__icontains=word)
            | Q(need__organization__name__icontains=word)
            | Q(resource__organization__name__icontains=word)
        )
    pairs = links.order_by().values_list("need__organization_id", "resource__organization_id")
    return Results(
        links=_with_words(links),
        total=len(pairs),
        organizations=len({one for pair in pairs for one in pair}),
        handed_over=_handed_over(links.order_by()),
    )


def results_years() -> list[int]:
    """The years in which a published link was confirmed, newest first."""
    rows = links_public().order_by().annotate(year=ExtractYear("confirmed_at"))
    return sorted(set(rows.values_list("year", flat=True)), reverse=True)


def by_month(told: Iterable[Story]) -> list[Month]:
    """Stories in their order, under the month in which they were confirmed."""
    months: defaultdict[date, list[Story]] = defaultdict(list)
    for story in told:
        months[_month(story.match.confirmed_at)].append(story)
    return [Month(day, tuple(found)) for day, found in months.items()]


def _month(at: datetime | None) -> date:
    assert at is not None, "a fulfilled match has been confirmed"
    return timezone.localdate(at).replace(day=1)
