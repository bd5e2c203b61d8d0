"""Speed on generated entries, whose words follow the frequencies of a dictionary nobody tuned for.

Words are drawn by the frequencies of jieba's own dictionary (the extra `bench`), seeded; what was
drawn is printed with the figures, so that everyone can judge how hard it is.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from numpy.random import Generator

from matching.engine import Item, Matcher, Quantity, Times
from search.analysis.tokens import index_tokens

_SEED = 20_261_125
_CATEGORIES = ("为老服务", "儿童青少年", "助残", "社会救助", "文化体育", "社区治理", "健康", "法律")
_KINDS = ("service", "goods", "volunteer", "course", "venue", "money")
_DAY = date(2026, 1, 1)


def _words() -> tuple[list[str], np.ndarray] | None:
    """Chinese words of jieba's dictionary with their probabilities, or None without jieba."""
    try:
        package = import_module("jieba")
    except ImportError:
        return None
    text = Path(str(package.__file__)).with_name("dict.txt").read_text(encoding="utf-8")
    rows = [line.split(" ") for line in text.splitlines()]
    kept = [(row[0], int(row[1])) for row in rows if not row[0].isascii()]
    weights = np.array([weight for _, weight in kept], dtype=np.float64)
    return [word for word, _ in kept], weights / weights.sum()


def generated_items(
    count: int, prefix: str, words: list[str], odds: np.ndarray, *, random: Generator
) -> list[Item]:
    """Make entries of a title of 4 words and a text of 22, with every field of the matcher."""
    drawn = random.choice(len(words), size=(count, 26), p=odds)
    vectors = random.standard_normal((count, 384), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    made = []
    for place, row in enumerate(drawn):
        start = _DAY + timedelta(days=int(random.integers(0, 180)))
        region = ("33", "3301", f"3301{place % 8:02}", f"3301{place % 8:02}{place % 12:03}")
        made.append(
            Item(
                f"{prefix}{place:06}",
                "".join(words[i] for i in row[:4]),
                "".join(words[i] for i in row[4:]),
                kind=_KINDS[int(random.integers(len(_KINDS)))],
                category=_CATEGORIES[int(random.integers(len(_CATEGORIES)))],
                region=region,
                area_served=(region[: int(random.integers(2, 5))],),
                times=Times(start, start + timedelta(days=int(random.integers(10, 200)))),
                quantity=Quantity(float(random.integers(1, 200)), "份", "once"),
                refreshed=start,
                organization=f"org{int(random.integers(count)):06}",
                query=vectors[place],
                passage=vectors[place],
            )
        )
    return made


def time_generated(count: int, *, queries: int = 200) -> None:
    """Print what one need against `count` offers, one new offer and a whole re-match take."""
    found = _words()
    if found is None:
        print(
            "generated entries: NOT MEASURED. jieba, whose dictionary gives the frequencies, is "
            "not installed: install the extra `bench`."
        )
        return
    words, odds = found
    random = np.random.default_rng(_SEED)
    offers = generated_items(count, "r", words, odds, random=random)
    needs = generated_items(count, "n", words, odds, random=random)
    _describe(offers)
    at = _DAY + timedelta(days=200)
    matcher = Matcher()
    print(
        f"fit on {count} offers and {count} needs: {_seconds(partial(matcher.fit, offers, needs)):.1f} s"
    )
    matcher.propose(needs[:1], at=at)
    matcher.seek(offers[:1], at=at)
    one = [_seconds(partial(matcher.propose, [need], at=at)) for need in needs[:queries]]
    back = [_seconds(partial(matcher.seek, [offer], at=at)) for offer in offers[:queries]]
    print(f"one need against {count} offers: {_percentiles(one)}")
    print(f"one offer against {count} needs: {_percentiles(back)}")
    new = generated_items(queries, "x", words, odds, random=random)
    added = [_seconds(partial(matcher.add_offer, offer)) for offer in new]
    print(f"one offer added: {_percentiles(added)}")
    before = process_time()
    whole = _seconds(partial(matcher.propose, needs, at=at))
    spent = process_time() - before
    print(
        f"whole re-match, {count} needs against {count} offers, with reasons: {whole:.1f} s, "
        f"{spent:.1f} CPU s"
    )


def _describe(items: list[Item]) -> None:
    held = Counter(
        token for item in items for token in set(index_tokens(f"{item.title}\n{item.text}"))
    )
    length = sum(len(item.title) + len(item.text) for item in items) / len(items)
    common = " ".join(f"{token}:{df}" for token, df in held.most_common(10))
    print(
        f"{len(items)} generated entries of {length:.0f} characters, {len(held)} different tokens; "
        f"entries that hold the ten commonest: {common}"
    )


def _seconds(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return perf_counter() - start


def _percentiles(seconds: list[float]) -> str:
    p50, p95 = np.percentile(seconds, [50, 95]) * 1000
    return f"p50 {p50:.1f} ms, p95 {p95:.1f} ms ({len(seconds)} runs)"
