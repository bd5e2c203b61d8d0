"""Loading matches: lists with their prefetches, and the loader that checks access."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.permissions import Actor
from marketplace.models import Category, Need, ResourceOffer
from marketplace.queries import entry_queryset
from marketplace.states import SEEKING
from matching import permissions
from matching.models import Answer, Match
from matching.states import ASKING, FULFILLED, RUNNING, MatchState

# 契合度 高 or 中: what is counted and shown first. 低 stands behind one click.
CLOSE = frozenset({"high", "medium"})


def match_queryset() -> QuerySet[Match]:
    """Matches with both entries and their owners, in one query."""
    return Match.objects.select_related(
        *(
            f"{side}__{name}" if name else side
            for side in ("need", "resource")
            for name in ("", "organization", "category", "region", "region__parent", "unit")
        )
    )


def get_match(number: str, actor: Actor) -> Match:
    """One match that the actor may read; NotFound otherwise, whatever the cause."""
    match = match_queryset().filter(number=number).first()
    if match is None or not (permissions.can_read(actor, match) or permissions.is_public(match)):
        raise NotFound(_("没有找到这条对接，或者它不对你公开。"))
    return match


def matches_of(organization_id: int) -> QuerySet[Match]:
    """Everything a side has been told of: proposals, links and what became of them."""
    own = Q(need__organization_id=organization_id) | Q(resource__organization_id=organization_id)
    rows = match_queryset().filter(own).exclude(state=MatchState.SUGGESTED)
    return rows.order_by(F("proposed_at").desc(nulls_last=True), "-id")


def waiting_for(organization_id: int) -> QuerySet[Match]:
    """Proposals that this organization has still to answer, nearest deadline first."""
    own_need = Q(need__organization_id=organization_id, need_answer=Answer.WAITING)
    own_offer = Q(resource__organization_id=organization_id, resource_answer=Answer.WAITING)
    rows = match_queryset().filter(own_need | own_offer, state__in=ASKING)
    return rows.order_by("answer_by", "id")


def suggestions_for(entry: Need | ResourceOffer) -> QuerySet[Match]:
    """The computed candidates of one entry, best first."""
    rows = match_queryset().filter(**{entry.KIND: entry}, state=MatchState.SUGGESTED)
    return rows.order_by("-score", "id")


def asked_of(entry: Need | ResourceOffer) -> QuerySet[Match]:
    """Proposals and links of one entry, newest first."""
    rows = match_queryset().filter(**{entry.KIND: entry}).exclude(state=MatchState.SUGGESTED)
    return rows.order_by("-proposed_at", "-id")


def links_public() -> QuerySet[Match]:
    """Finished links that both sides let everybody see."""
    rows = match_queryset().filter(
        state__in=FULFILLED, need_publishes=True, resource_publishes=True
    )
    return rows.order_by("-confirmed_at", "-id")


def desk_needs(actor: Actor, tab: str) -> QuerySet[Need]:
    """The coordinator's queue: `open` without anything asked, `asking` waiting for an answer,
    `linked` with running links; each with its counts of candidates (close ones and others), of
    questions with the nearest deadline, and of running links."""
    of_need = Match.objects.filter(need=OuterRef("pk"))
    suggested, asked = Q(matches__state=MatchState.SUGGESTED), Q(matches__state__in=ASKING)
    close = Q(matches__fit__in=CLOSE)
    rows = entry_queryset(Need).annotate(
        candidates=Count("matches", filter=suggested & close),
        distant=Count("matches", filter=suggested & ~close),
        asked=Count("matches", filter=asked),
        answer_by=Min("matches__answer_by", filter=asked),
        running=Count("matches", filter=Q(matches__state__in=RUNNING)),
    )
    paths = [scope.region for scope in actor.scopes]
    if paths and "" not in paths:
        wanted = Q(pk__in=[])
        for path in paths:
            wanted |= Q(region__path__startswith=path)
        rows = rows.filter(wanted)
    asking = Exists(of_need.filter(state__in=ASKING))
    if tab == "linked":
        return rows.filter(Exists(of_need.filter(state__in=RUNNING))).order_by("closes_on", "id")
    if tab == "asking":
        return rows.filter(asking, state__in=SEEKING).order_by("closes_on", "id")
    return rows.filter(~asking, state__in=SEEKING).order_by("closes_on", "id")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the funnel: how many came so far, and the median hours from the step before."""

    code: str
    count: int
    median_hours: float | None


def funnel(since: datetime) -> list[Step]:
    """Proposed → accepted → linked → delivered → confirmed → closed, for proposals since a moment."""
    rows = Match.objects.filter(proposed_at__gte=since).values_list(
        "proposed_at",
        "need_answered_at",
        "resource_answered_at",
        "linked_at",
        "started_at",
        "confirmed_at",
        "ended_at",
        "state",
    )
    moments: list[list[datetime | None]] = [
        [
            proposed,
            min((m for m in (need, resource) if m), default=None),
            linked,
            started,
            confirmed,
            ended if state == MatchState.CLOSED else None,
        ]
        for proposed, need, resource, linked, started, confirmed, ended, state in rows
    ]
    codes = ("proposed", "answered", "linked", "started", "confirmed", "closed")
    return [_step(code, index, moments) for index, code in enumerate(codes)]


def _step(code: str, index: int, moments: list[list[datetime | None]]) -> Step:
    reached = [row for row in moments if row[index]]
    waits = sorted(
        (row[index] - row[index - 1]).total_seconds() / 3600  # type: ignore[operator]
        for row in reached
        if index and row[index - 1]
    )
    median = waits[len(waits) // 2] if waits else None
    return Step(code, len(reached), median)


@dataclass(frozen=True, slots=True)
class Unmet:
    """What was asked for in a street and category, and what is still missing."""

    street: str
    category: str
    needs: int
    without_link: int


def unmet_demand(since: datetime) -> list[Unmet]:
    """Needs posted since a moment, by street and category, most unmet first."""
    linked = Match.objects.filter(need=OuterRef("pk"), state__in=RUNNING | FULFILLED)
    rows = (
        Need.objects.filter(posted_at__gte=since)
        .annotate(met=Exists(linked))
        .values_list(
            "region__path",
            "region__name",
            "region__parent__name",
            "region__level",
            "category__name",
            "category__name_en",
            "met",
        )
    )
    table: dict[tuple[str, str], list[int]] = {}
    for _path, name, parent, level, category, english, met in rows:
        street = parent if level == 5 else name
        counts = table.setdefault((street or "", _localized(category, english)), [0, 0])
        counts[0] += 1
        counts[1] += not met
    found = [Unmet(street, category, n, left) for (street, category), (n, left) in table.items()]
    return sorted(found, key=lambda row: (-row.without_link, -row.needs, row.street, row.category))


def _localized(name: str | None, english: str | None) -> str:
    return Category(name=name or "", name_en=english or "").localized


def soon(at: datetime) -> datetime:
    """Deadlines before this moment are near."""
    return at + timedelta(days=2)
