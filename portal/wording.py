"""Entries and links in words for public lists: amounts, places."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.models import RegionLevel
from core.templatetags import show
from marketplace.models import Need, ResourceOffer
from marketplace.templatetags.market import amount_in

Entry = Need | ResourceOffer


def quantity_words(entry: Entry) -> str:
    return amount_in(entry.quantity, entry) or _("没有写数量")


def left_words(entry: Entry) -> str:
    """What no link has yet, `—` for an entry without a number; what is only held is told as held."""
    is_need = isinstance(entry, Need)
    left = entry.unmet if is_need else entry.remaining
    if left is None:
        return "—"
    held = held_words(entry)
    if not left:
        return held or (_("够了") if is_need else _("给完了"))
    words = amount_in(left, entry)
    return (
        _("%(left)s，其中 %(held)s") % {"left": words, "held": held} if held and is_need else words
    )


def held_words(entry: Entry) -> str:
    """`4 场待对方确认`: held by links that one side has said yes to; "" without."""
    return _("%(n)s待对方确认") % {"n": amount_in(entry.held, entry)} if entry.held else ""


def remaining_words(entry: Entry) -> str:
    """`还差 18 份`, `还有 30 份/天`, what of it is held; "" without a number or when nothing is left."""
    left = entry.unmet if isinstance(entry, Need) else entry.remaining
    text = _("还差 %(n)s") if isinstance(entry, Need) else _("还有 %(n)s")
    words = text % {"n": amount_in(left, entry)} if left else ""
    return _("，").join(part for part in (words, held_words(entry)) if part)


def street_words(entry: Entry) -> str:
    """The street, or a wider place; communities are told on the entry's own page."""
    region = entry.region
    if region is None:
        return ""
    inside = region.level > RegionLevel.STREET and region.parent is not None
    return region.parent.name if inside and region.parent else region.name


def sums_words(amounts: Iterable[tuple[Decimal, str]]) -> str:
    """`1,284 份、320 小时`."""
    return _("、").join(show.quantity(total, unit) for total, unit in amounts)
