"""“3 个可能的资源” beside an entry in a list, for its own side and the staff alone."""

from collections.abc import Mapping, Sequence

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import ngettext

from accounts.models.role import STAFF_ROLES
from core.permissions import Actor
from core.ports import LineNote
from matching.models import Match
from matching.queries.matches import CLOSE
from matching.states import MatchState

Keys = Sequence[tuple[str, int]]


def candidate_notes(keys: Keys, actor: Actor) -> Mapping[tuple[str, int], LineNote]:
    """How many close candidates wait on each of these entries: one query a kind, none for a visitor."""
    if not actor.is_authenticated:
        return {}
    found: dict[tuple[str, int], LineNote] = {}
    for kind in ("need", "resource"):
        ids = [pk for one, pk in keys if one == kind]
        for pk, number, n in _counted(kind, ids, actor) if ids else ():
            address = reverse(f"marketplace:{kind}-detail", args=[number]) + "#candidates"
            found[kind, pk] = LineNote(_words(kind, n), address)
    return found


def _counted(kind: str, ids: Sequence[int], actor: Actor) -> list[tuple[int, str, int]]:
    mine = Q(**{f"{kind}__organization_id": actor.organization_id or -1})
    everywhere = Q() if actor.has_role(STAFF_ROLES) else mine
    rows = Match.objects.filter(
        everywhere, **{f"{kind}_id__in": ids}, state=MatchState.SUGGESTED, fit__in=CLOSE
    )
    counted = rows.order_by().values_list(f"{kind}_id", f"{kind}__number")
    return list(counted.annotate(n=Count("pk")))


def _words(kind: str, n: int) -> str:
    if kind == "need":
        return ngettext("%(n)d 个可能的资源", "%(n)d 个可能的资源", n) % {"n": n}
    return ngettext("%(n)d 个可能的需求", "%(n)d 个可能的需求", n) % {"n": n}
