"""Money is `Decimal` yuan with two decimals in code and integer 分 where it is posted."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid

CENT = Decimal("0.01")
# 12 digits before the point: enough for a province's yearly budget, refused beyond.
MAX_DIGITS = 14


def parse_yuan(raw: str, *, field: str = "amount") -> Decimal:
    """Yuan from what a person typed: `45000`, `45,000.00`, `¥45 000`, `4.5万`.

    Raises Invalid for anything else, for more than two decimals and for a negative amount.
    """
    text = raw.strip().replace(",", "").replace("，", "").replace(" ", "")
    text = text.removeprefix("¥").removeprefix("￥").removesuffix("元")
    factor = Decimal(1)
    if text.endswith("万"):
        text, factor = text[:-1], Decimal(10_000)
    try:
        amount = Decimal(text) * factor
    except InvalidOperation as error:
        raise Invalid({field: _("金额请写数字，例如 45000 或 4.5万。")}) from error
    if not amount.is_finite() or amount < 0:
        raise Invalid({field: _("金额不能是负数。")})
    if amount != amount.quantize(CENT):
        raise Invalid({field: _("金额最多写到分（两位小数）。")})
    if amount >= Decimal(10) ** (MAX_DIGITS - 2):
        raise Invalid({field: _("金额太大了，请核对单位是元还是万元。")})
    return amount.quantize(CENT)


def to_fen(yuan: Decimal) -> int:
    """Integer 分; raises ValueError if the amount has parts of a 分."""
    fen = yuan * 100
    if fen != fen.to_integral_value():
        raise ValueError(f"{yuan} has parts of a fen")
    return int(fen)


def from_fen(fen: int) -> Decimal:
    return (Decimal(fen) / 100).quantize(CENT)


def format_yuan(yuan: Decimal) -> str:
    """`¥45,000.00`."""
    return f"¥{yuan:,.2f}"


def yuan_field(label: Any, **options: Any) -> Any:
    """A model field for a non-negative amount in yuan, two decimals."""
    return models.DecimalField(
        label,
        max_digits=MAX_DIGITS,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0))],
        **options,
    )
