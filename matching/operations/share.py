"""分给几家: one offer among several needs at once, all or nothing."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, DomainError, Invalid
from core.permissions import Actor
from core.states import lock
from marketplace.models import ResourceOffer
from matching import permissions
from matching.models import Match
from matching.operations.propose import propose
from matching.queries.measures import pieces_left

Share = tuple[Match, Decimal]


@transaction.atomic
def share_out(
    offer: ResourceOffer,
    shares: Sequence[Share],
    *,
    by: Actor,
    at: datetime,
    note: str = "",
) -> list[Match]:
    """Propose an offer to several needs, each with its amount; both sides of each are asked.

    Raises Invalid with a sentence per row (its field is the match's number) or for the whole (""),
    NotAllowed, Conflict; nothing is proposed then.
    """
    locked = lock(offer)
    if not shares:
        raise Invalid({"": _("还没有写分给谁、分多少。")})
    for match, _amount in shares:
        permissions.can_propose(by, match).require()
        if match.resource_id != locked.pk:
            raise Conflict(_("这个候选不是这份资源的。"))
    _check_whole(locked, shares)
    faults: dict[str, str] = {}
    proposed: list[Match] = []
    for match, amount in shares:
        try:
            with transaction.atomic():
                proposed.append(propose(match, by=by, at=at, quantity=amount, note=note))
        except DomainError as error:
            faults[match.number] = str(error)
    if faults:
        raise Invalid(faults)
    return proposed


def _check_whole(offer: ResourceOffer, shares: Sequence[Share]) -> None:
    given, left = sum((amount for _match, amount in shares), Decimal(0)), offer.remaining
    if left is not None and given > left:
        words = {"given": f"{given.normalize():f}", "left": f"{left.normalize():f}"}
        raise Invalid({"": _("一共分了 %(given)s，可这份资源只剩 %(left)s。") % words})
    pieces = pieces_left(offer)
    if pieces is not None and len(shares) > pieces:
        raise Invalid({"": _("这份资源还能分给 %(n)s 家，请去掉几家。") % {"n": pieces}})
