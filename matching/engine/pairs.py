"""One pair in full: every share of its score, exact, with the phrases that made it."""

from datetime import date

import numpy as np

from matching.engine.evidence import beside_text
from matching.engine.items import Pair, Reason
from matching.engine.levels import MEASURED_CODES, fits, level_of
from matching.engine.segment import Prepared, Scale
from search.analysis.phrases import whole_phrases

_DIGITS = 6


def text_shares(need: Prepared, offer: Prepared) -> tuple[float, float]:
    """Return (need covered, similar text) of a pair, unweighted, in double precision."""
    _, mine, theirs = np.intersect1d(
        need.tokens, offer.tokens, assume_unique=True, return_indices=True
    )
    covered = need.covered[mine].astype(np.float64) @ offer.covered[theirs].astype(np.float64)
    similar = need.similar[mine].astype(np.float64) @ offer.similar[theirs].astype(np.float64)
    return float(covered), float(similar)


def build_pair(
    need: Prepared, offer: Prepared, shares: tuple[float, float], scale: Scale, at: date | None
) -> Pair:
    """Return the pair with its reasons, largest share first; their points add up to the score."""
    reasons = _text_reasons(need, offer, shares, scale)
    meaning = _meaning_reason(need, offer, scale)
    if meaning is not None:
        reasons.append(meaning)
    if need.item.category and need.item.category == offer.item.category:
        reasons.append(
            Reason(
                "same_category",
                scale.weights["same_category"],
                {"category": need.item.category},
            )
        )
    reasons.extend(beside_text(need.item, offer.item, at, scale.weights))
    rounded = [
        Reason(r.code, round(r.points, _DIGITS), r.figures, r.words)
        for r in sorted(reasons, key=lambda r: (-r.points, r.code))
        if round(r.points, _DIGITS)
    ]
    score = round(sum(reason.points for reason in rounded), _DIGITS)
    points = sum(reason.points for reason in rounded if reason.code in MEASURED_CODES)
    with_meaning = meaning is not None
    return Pair(
        need.item.key,
        offer.item.key,
        score,
        level_of(points, meaning=with_meaning),
        fits(points, meaning=with_meaning),
        tuple(rounded),
    )


def _text_reasons(
    need: Prepared, offer: Prepared, shares: tuple[float, float], scale: Scale
) -> list[Reason]:
    covered, similar = shares
    if not covered and not similar:
        return []
    words = tuple(
        whole_phrases(
            f"{need.item.title}\n{need.item.text}", f"{offer.item.title}\n{offer.item.text}"
        )
    )
    return [
        Reason(
            "need_covered",
            covered * scale.weights["need_covered"],
            {"share": round(covered, 4)},
            words,
        ),
        Reason(
            "similar_text",
            similar * scale.weights["similar_text"],
            {"cosine": round(similar, 4)},
            words,
        ),
    ]


def _meaning_reason(need: Prepared, offer: Prepared, scale: Scale) -> Reason | None:
    if need.vector is None or offer.vector is None or len(need.vector) != len(offer.vector):
        return None
    cosine = float(need.vector.astype(np.float64) @ offer.vector.astype(np.float64))
    points = (cosine - scale.baseline) * scale.weights["meaning"]
    return Reason("meaning", points, {"cosine": round(cosine, 4)})
