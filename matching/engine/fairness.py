"""Spreading attention: no resource is shown to everybody, no need is left with nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from matching.engine.items import Pair, Proposals


def spread(
    proposals: Sequence[Proposals],
    *,
    cap: int,
    floor: int = 3,
    top: int = 10,
    shown: Mapping[str, int] | None = None,
) -> list[Proposals]:
    """Return the needs' lists with each offer in at most `cap` of them, at most `top` pairs each.

    Places are given to the highest scores of all needs first, equal ones by key. A need that would
    keep fewer than `floor` pairs gets its best ones back all the same, beyond the cap. Give lists
    longer than `top`, so that something stands behind what is taken away. `shown` says in how many
    other lists each offer stands already. ValueError below 1.
    """
    if cap < 1 or top < 1 or floor < 0:
        raise ValueError("cap and top start at 1, floor at 0.")
    pairs = [pair for one in proposals for pair in one.pairs]
    pairs.sort(key=lambda pair: (-pair.score, pair.need, pair.offer))
    exposure: Counter[str] = Counter(shown or {})
    kept: dict[str, list[Pair]] = {one.key: [] for one in proposals}
    refused: dict[str, list[Pair]] = {one.key: [] for one in proposals}
    for pair in pairs:
        mine = kept[pair.need]
        if len(mine) < top and exposure[pair.offer] < cap:
            mine.append(pair)
            exposure[pair.offer] += 1
        elif len(mine) < top:
            refused[pair.need].append(pair)
    return [
        replace(one, pairs=_with_floor(kept[one.key], refused[one.key], floor, top))
        for one in proposals
    ]


def _with_floor(kept: list[Pair], refused: list[Pair], floor: int, top: int) -> tuple[Pair, ...]:
    missing = max(0, min(floor, top) - len(kept))
    whole = kept + refused[:missing]
    return tuple(sorted(whole, key=lambda pair: (-pair.score, pair.offer)))
