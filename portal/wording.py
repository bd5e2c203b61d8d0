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
    """What is not yet promised to anybody, `—` for an entry without a number."""
    if entry.remaining is not None and entry.remaining <= 0:
        return _("够了") if entry.KIND == "need" else _("给完了")
    return amount_in(entry.remaining, entry) or "—"


def remaining_words(entry: Entry) -> str:
    """`还差 18 份`, `还有每天 30 份`; "" without a number or when nothing is left."""
    words = amount_in(entry.remaining, entry)
    if not words or not entry.remaining:
        return ""
    text = _("还差 %(n)s") if entry.KIND == "need" else _("还有 %(n)s")
    return text % {"n": words}


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
