"""Money is `Decimal` yuan with two decimals in code and integer 分 where it is posted."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid

CENT = Decimal("0.01")
# 12 digits before the point: enough for a province's yearly budget, refused beyond.
MAX_DIGITS = 14
MAX_TYPED = 60
# Digits alone or in groups of three; a group of two or four is a typing error, not a number.
_YUAN = re.compile(
    r"\s*(?P<minus>-)?\s*¥?\s*"
    r"(?P<number>(?:\d{1,3}(?:[,\s]\d{3})+|\d+)(?:\.\d+)?)\s*(?P<wan>万)?\s*元?\s*"
)


def parse_yuan(raw: str, *, field: str = "amount") -> Decimal:
    """Yuan from what a person typed: `45000`, `45,000.00`, `¥45 000`, `4.5万`.

    Raises Invalid for anything else, for more than two decimals and for a negative amount.
    """
    found = _YUAN.fullmatch(unicodedata.normalize("NFKC", raw[:MAX_TYPED]))
    if found is None or len(raw) > MAX_TYPED:
        raise Invalid({field: _("金额请写数字，例如 45000 或 4.5万。")})
    digits = re.sub(r"[,\s]", "", found["number"])
    amount = Decimal(digits) * (10_000 if found["wan"] else 1)
    if found["minus"] and amount:
        raise Invalid({field: _("金额不能是负数。")})
    if amount >= Decimal(10) ** (MAX_DIGITS - 2):
        raise Invalid({field: _("金额太大了，请核对单位是元还是万元。")})
    if amount != amount.quantize(CENT):
        raise Invalid({field: _("金额最多写到分（两位小数）。")})
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
