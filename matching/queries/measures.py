"""Whether two entries count alike, and to how many a resource may still go."""

from marketplace.models import Need, ResourceOffer
from matching.models import Match
from matching.states import FULFILLED, RUNNING, MatchState

# Links that count against a donor's "at most n pieces".
PIECES = frozenset({MatchState.ACCEPTED}) | RUNNING | FULFILLED


def same_measure(need: Need, resource: ResourceOffer) -> bool:
    """Whether the two count in the same unit and period, so that one number serves both."""
    return need.unit_id is not None and (need.unit_id, need.period) == (
        resource.unit_id,
        resource.period,
    )


def pieces_left(resource: ResourceOffer) -> int | None:
    """To how many more needs a resource may go by its donor's "at most n pieces"; None: any."""
    if resource.max_pieces is None:
        return None
    taken = Match.objects.filter(resource_id=resource.pk, state__in=PIECES).count()
    return max(resource.max_pieces - taken, 0)
