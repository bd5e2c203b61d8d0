"""Pure matching of needs with offers: no Django, plain values in, scores and reasons out."""

from matching.engine.absence import Removed
from matching.engine.allocation import Allotment, Claim, Stock, allocate
from matching.engine.fairness import spread
from matching.engine.items import (
    EVERYWHERE,
    Item,
    Level,
    Pair,
    Proposals,
    Quantity,
    Reason,
    Times,
)
from matching.engine.matcher import Matcher
from matching.engine.weights import MODEL_VERSION, TABLE, Weight

__all__ = [
    "EVERYWHERE",
    "MODEL_VERSION",
    "TABLE",
    "Allotment",
    "Claim",
    "Item",
    "Level",
    "Matcher",
    "Pair",
    "Proposals",
    "Quantity",
    "Reason",
    "Removed",
    "Stock",
    "Times",
    "Weight",
    "allocate",
    "spread",
]
