"""How much a match takes of either entry: proposed by rule, agreed by people."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid
from marketplace.models import Need, ResourceOffer
from matching.models import Match
from matching.queries.measures import PIECES, same_measure

NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Amounts:
    """`need` in the need's unit and period, `resource` in the resource's; None: no number."""

    need: Decimal | None
    resource: Decimal | None

    def beyond(self, less: "Amounts") -> "Amounts":
        """What of these amounts is left over when only `less` is taken."""
        return Amounts(
            (self.need or NONE) - (less.need or NONE),
            (self.resource or NONE) - (less.resource or NONE),
        )


def usual(need: Need, resource: ResourceOffer) -> Amounts:
    """What would be proposed without a word: as much as the one lacks and the other has."""
    wanted, left = need.remaining, resource.remaining
    if not same_measure(need, resource):
        return Amounts(wanted or None, None)
    if wanted is None or left is None:
        return Amounts(wanted or None, None if left is None else wanted)
    amount = min(wanted, left)
    return Amounts(amount or None, amount or None)


def agreed(
    need: Need,
    resource: ResourceOffer,
    quantity: Decimal | None,
    resource_quantity: Decimal | None,
) -> Amounts:
    """Check what people wrote against both entries; raises Invalid at `quantity` or
    `resource_quantity`."""
    if same_measure(need, resource) and resource.quantity is not None:
        resource_quantity = quantity
    if need.quantity is not None and quantity is None:
        raise Invalid({"quantity": _("请写这次对接多少。")})
    if resource.quantity is not None and resource_quantity is None:
        raise Invalid(
            {"resource_quantity": _("两边的单位不同，请商量好这次占用资源多少，再填在这里。")}
        )
    for name, amount, left in (
        ("quantity", quantity, need.remaining),
        ("resource_quantity", resource_quantity, resource.remaining),
    ):
        if amount is not None and amount <= 0:
            raise Invalid({name: _("数量要大于 0。")})
        if amount is not None and left is not None and amount > left:
            raise Invalid({name: _("现在只剩 %(n)s。") % {"n": f"{left.normalize():f}"}})
    return Amounts(quantity, resource_quantity)


def settled_by_rule(need: Need, resource: ResourceOffer) -> bool:
    """Whether the usual amounts say all there is to say: a number on each side that counts, in one
    unit and period. Where they do not, people agree one by hand."""
    amounts = usual(need, resource)
    pairs = ((need.quantity, amounts.need), (resource.quantity, amounts.resource))
    return all(whole is None or amount is not None for whole, amount in pairs)


def lowered(match: Match, quantity: Decimal | None, resource_quantity: Decimal | None) -> Amounts:
    """What the second yes comes to: what stands there, or less; raises Invalid at `quantity` or
    `resource_quantity` for nothing, or for more than the other side said."""
    if same_measure(match.need, match.resource) and match.resource.quantity is not None:
        resource_quantity = quantity
    found: list[Decimal | None] = []
    for name, amount, standing in (
        ("quantity", quantity, match.quantity),
        ("resource_quantity", resource_quantity, match.resource_quantity),
    ):
        if amount is not None and amount <= 0:
            raise Invalid({name: _("数量要大于 0。")})
        if amount is not None and standing is not None and amount > standing:
            most = {"n": f"{standing.normalize():f}"}
            raise Invalid({name: _("对方同意的是 %(n)s，只能填这个数或者更少。") % most})
        found.append(standing if amount is None or standing is None else amount)
    return Amounts(*found)


def check_pieces(match: Match) -> None:
    """A donor's "at most n pieces": raises Conflict when all are taken. Under the resource's lock."""
    most = match.resource.max_pieces
    if most is None:
        return
    taken = Match.objects.filter(resource_id=match.resource_id, state__in=PIECES)
    if taken.exclude(pk=match.pk).count() >= most:
        raise Conflict(_("这个资源最多分给 %(n)s 家，已经分完了。") % {"n": most})
