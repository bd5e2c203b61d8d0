"""Every weight of the score, in one table that staff can read.

The score is an absolute sum, so that "nothing fits" can be said: it does not depend on what else
is offered for the same need. Weights marked as not measured (未测量) were set by hand, small enough
to order near equals without lifting a pair that does not fit.
"""

from dataclasses import dataclass

MODEL_VERSION = "2026.11-1"
"""Stored with each proposal. Raised when a weight, a threshold or the way of counting changes."""


@dataclass(frozen=True)
class Weight:
    """One kind of evidence: its code, label, points at full strength, and where they come from."""

    code: str
    label: str
    value: float
    measured: bool
    source: str


TABLE: tuple[Weight, ...] = (
    Weight(
        "need_covered",
        "需求里的话，资源说到了多少",
        1.0,
        True,
        "BM25 of the offer for the need, divided by BM25 of the need for itself; weight one as in "
        "the measured sum.",
    ),
    Weight(
        "similar_text",
        "两边文字的相似程度",
        1.0,
        True,
        "Cosine of TF-IDF over single characters, pairs and Latin 3-grams; weight one as in the "
        "measured sum.",
    ),
    Weight(
        "meaning",
        "意思相近的程度（高于一般的部分）",
        6.0,
        True,
        "Per unit of cosine between the need as query and the offer as passage above that of "
        "unrelated pairs (0.87 for multilingual-e5-small). From 4 to 7 nDCG@10 on 58 judged needs "
        "stays within 0.01; 6 finds most of the relevant offers among the first ten.",
    ),
    Weight(
        "same_category",
        "类别相同",
        0.1,
        True,
        "Measured on judged pairs; a quarter of the relevant pairs cross categories, so it is "
        "evidence and never a wall.",
    ),
    Weight(
        "distance",
        "离得近（同一社区记满分，同街道、同区县、同市递减）",
        0.06,
        False,
        "Set by hand: below the share of one common phrase.",
    ),
    Weight("times", "时间对得上（双方都写了时间）", 0.04, False, "Set by hand."),
    Weight(
        "quantity",
        "数量够不够（同一单位时，资源剩余占需求的比例）",
        0.06,
        False,
        "Set by hand.",
    ),
    Weight("freshness", "最近更新过（满分到 90 天减为零）", 0.03, False, "Set by hand."),
)

WEIGHTS: dict[str, float] = {weight.code: weight.value for weight in TABLE}

MEANING_BASELINE = 0.87
"""Cosine of a need with an unrelated offer, mean over all judged pairs, multilingual-e5-small.

Another model has another baseline and spread: give `Matcher(meaning_baseline=…, weights=…)` what
`python -m benchmarks.matching` prints for it.
"""

FRESH_DAYS = 90
DISTANCE_SHARE = {5: 1.0, 4: 0.7, 3: 0.4, 2: 0.2}
"""Share of the distance weight by common levels of the region path: 5 is the same community."""
