"""What earlier answers teach: pairs not to be shown again, resources that are full for now."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q

from marketplace.models import ResourceOffer, VersionStatus
from matching import decline_reasons
from matching.models import Match
from matching.states import FULFILLED, RUNNING, MatchState

# A pair that lapsed, or was withdrawn or cancelled, rests for a while.
REST = timedelta(days=30)
CAPACITY_REST = timedelta(days=14)

# Reasons that an edit of either entry may have cured.
_CURABLE = frozenset({"TIME", "QUANTITY", "CONDITIONS"})


def _curable_codes() -> list[str]:
    return [r.code for r in decline_reasons.all_reasons() if r.feeds in _CURABLE]


def resting_pairs(at: datetime) -> dict[str, frozenset[str]]:
    """For each need's number, the numbers of resources not to be shown to it now."""
    applied = Q(need__versions__status=VersionStatus.APPLIED)
    rows = (
        Match.objects.filter(
            Q(state=MatchState.DECLINED)
            | Q(
                state__in=[MatchState.LAPSED, MatchState.WITHDRAWN, MatchState.CANCELLED],
                ended_at__gt=at - REST,
            )
        )
        .annotate(
            need_changed=Max("need__versions__made_at", filter=applied),
            resource_changed=Max(
                "resource__versions__made_at",
                filter=Q(resource__versions__status=VersionStatus.APPLIED),
            ),
        )
        .values_list(
            "need__number",
            "resource__number",
            "decline_code",
            "ended_at",
            "need_changed",
            "resource_changed",
        )
    )
    curable = _curable_codes()
    resting: defaultdict[str, set[str]] = defaultdict(set)
    for need, resource, code, ended, need_changed, resource_changed in rows:
        changed = [moment for moment in (need_changed, resource_changed) if moment]
        if code in curable and ended and any(moment > ended for moment in changed):
            continue
        resting[need].add(resource)
    return {need: frozenset(resources) for need, resources in resting.items()}


def full_resources(at: datetime) -> frozenset[int]:
    """Resources whose owner has no capacity now, or whose "at most n pieces" are taken."""
    without = decline_codes_feeding("CAPACITY")
    busy = Match.objects.filter(
        state=MatchState.DECLINED, decline_code__in=without, ended_at__gt=at - CAPACITY_REST
    ).values_list("resource_id", flat=True)
    taken = Q(matches__state__in=[MatchState.ACCEPTED, *RUNNING, *FULFILLED])
    pieces = (
        ResourceOffer.objects.filter(max_pieces__isnull=False)
        .annotate(pieces=Count("matches", filter=taken))
        .values_list("pk", "pieces", "max_pieces")
    )
    return frozenset(busy) | {pk for pk, used, most in pieces if used >= (most or 0)}


def decline_codes_feeding(what: str) -> list[str]:
    return [reason.code for reason in decline_reasons.all_reasons() if reason.feeds == what]
