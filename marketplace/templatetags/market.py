"""Amounts as every page of the market writes them: `30 份/天`."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from core.templatetags import show
from marketplace.models import Need, Period, ResourceOffer

register = template.Library()


def period_word(period: str) -> str:
    """天, 周, 月, or nothing for a quantity that is there once."""
    return {Period.DAY: _("天"), Period.WEEK: _("周"), Period.MONTH: _("月")}.get(
        Period(period or Period.ONCE), ""
    )


@register.filter
def amount_in(value: Decimal | None, entry: Need | ResourceOffer) -> str:
    """A number in an entry's unit and period; "" without a number."""
    unit = entry.unit.localized if entry.unit else ""
    return show.per_period(value, unit, period_word(entry.period))


@register.filter
def total_in(value: Decimal | None, entry: Need | ResourceOffer) -> str:
    """A number in an entry's unit that counts no period: what was handed over, `46 份`."""
    return show.quantity(value, entry.unit.localized if entry.unit else "")
