"""Phrases that two texts share, and where they stand in the text as it was written.

Used to say in words why an entry was found or proposed, and to mark the place on the page.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache

from search.analysis.tokens import CJK, normalize, word_edges

_RUNS = re.compile(rf"[{CJK}]+|(?:(?![{CJK}])[^\W_])+")
_IS_CJK = re.compile(rf"[{CJK}]")
# Characters that join a sentence; a phrase is not worth showing for beginning or ending with them.
_PARTICLES = "的了和与及或在是有等被把给为让向对从到就也都还很个一"

# Words that every notice has: to share them says nothing about what is wanted.
_EMPTY_WORDS = frozenset(
    {"可以", "希望", "需要", "想要", "想请", "提供", "我们", "你们", "他们", "大家", "自己", "没有"}
    | {
        "还有",
        "不会",
        "已经",
        "现在",
        "目前",
        "一起",
        "一些",
        "一次",
        "一个",
        "每次",
        "帮忙",
        "帮助",
    }
    | {
        "参加",
        "进行",
        "开展",
        "方便",
        "左右",
        "以上",
        "以下",
        "这里",
        "那里",
        "就是",
        "如果",
        "因为",
        "所以",
    }
)


# What stands before a measure word: "升" of "5升油" belongs to the number.
_NUMERALS = frozenset("0123456789零〇一二三四五六七八九十百千万亿两几半")


def common_phrases(wanted: str, offered: str, *, limit: int = 8) -> list[str]:
    """Return the longest stretches that stand in both texts, longest first, then in reading order.

    Chinese phrases have at least two characters after particles at both ends are cut off; Latin
    runs are compared whole. No phrase lies inside another one of the list. Normalized spelling.
    """
    runs_offered = _runs(offered)
    haystack = "\n".join(run for run in runs_offered if _IS_CJK.match(run))
    latin_offered = {run for run in runs_offered if not _IS_CJK.match(run)}
    found: dict[str, None] = {}
    for run in _runs(wanted):
        if not _IS_CJK.match(run):
            if run in latin_offered and len(run) > 1:
                found[run] = None
            continue
        found.update(dict.fromkeys(_maximal_stretches(run, haystack)))
    return _without_contained(found)[:limit]


def whole_phrases(wanted: str, offered: str, *, limit: int = 8) -> list[str]:
    """The same, cut to whole words of `wanted`: what a person is told as a reason.

    A measure word that follows a number goes with the number: "5升油" in both texts shares no "升油".
    """
    haystack = "\n".join(run for run in _runs(offered) if _IS_CJK.match(run))
    latin_offered = {run for run in _runs(offered) if not _IS_CJK.match(run)}
    plain, found = normalize(wanted), dict[str, None]()
    for match in _RUNS.finditer(plain):
        run = match.group()
        if not _IS_CJK.match(run):
            if run in latin_offered and len(run) > 1:
                found[run] = None
            continue
        before = plain[match.start() - 1 : match.start()]
        found.update(dict.fromkeys(_whole_stretches(run, haystack, before)))
    return _without_contained(found)[:limit]


def _whole_stretches(run: str, haystack: str, before: str) -> list[str]:
    """Stretches shared with `haystack` that begin and end with words of the run; `before` is what
    stands in front of it."""
    edges, stretches = sorted(word_edges(run)), []
    for start, end in _shared(run, haystack):
        first, last = bisect_left(edges, start), bisect_right(edges, end) - 1
        if first < last and edges[first + 1] - edges[first] == 1:
            ahead = run[edges[first] - 1] if edges[first] else before
            first += ahead in _NUMERALS
        if first < last:
            stretches.append(_trimmed(run[edges[first] : edges[last]]))
    return [stretch for stretch in stretches if stretch]


def _trimmed(stretch: str) -> str:
    """Without particles at its ends; "" for what tells nothing."""
    trimmed = stretch.strip(_PARTICLES)
    return trimmed if len(trimmed) > 1 and trimmed not in _EMPTY_WORDS else ""


def spans(text: str, phrases: Iterable[str]) -> list[tuple[int, int]]:
    """Return where `phrases` stand in `text`: sorted, merged (start, end) of the original text.

    Full-width letters, capitals and invisible marks of the original do not hide a phrase; a Latin
    phrase is found only at the start of a run.
    """
    plain, origin = _with_origins(text)
    wanted = sorted({normalize(phrase) for phrase in phrases} - {""}, key=lambda p: (-len(p), p))
    if not wanted:
        return []
    pattern = re.compile("|".join(_bounded(phrase) for phrase in wanted))
    places = [
        (origin[match.start()], origin[match.end() - 1] + 1) for match in pattern.finditer(plain)
    ]
    return _merged(places)


@lru_cache(maxsize=4096)
def _runs(text: str) -> tuple[str, ...]:
    return tuple(_RUNS.findall(normalize(text)))


def _maximal_stretches(run: str, haystack: str) -> list[str]:
    """Stretches of `run` that occur in `haystack` and cannot grow on either side."""
    found = (_trimmed(run[start:end]) for start, end in _shared(run, haystack))
    return [stretch for stretch in found if stretch]


def _shared(run: str, haystack: str) -> list[tuple[int, int]]:
    places = []
    end = 0
    for start in range(len(run)):
        grown = max(end, start)
        while grown < len(run) and run[start : grown + 1] in haystack:
            grown += 1
        if grown > end:
            places.append((start, grown))
        end = max(end, grown)
    return places


def _without_contained(found: Iterable[str]) -> list[str]:
    kept: list[str] = []
    for phrase in sorted(found, key=lambda p: -len(p)):
        if not any(phrase in longer for longer in kept):
            kept.append(phrase)
    return kept


def _with_origins(text: str) -> tuple[str, list[int]]:
    """The normalized text, character by character, and for each the place it came from."""
    plain: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        for normal in normalize(character):
            plain.append(normal)
            origin.append(place)
    return "".join(plain), origin


def _bounded(phrase: str) -> str:
    escaped = re.escape(phrase)
    return escaped if _IS_CJK.match(phrase) else rf"(?<![^\W_{CJK}]){escaped}"


def _merged(places: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
