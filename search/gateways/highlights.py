"""Where a hit's words stand: its title and the best stretch of its text, cut into marked pieces."""

import re
from collections.abc import Iterable, Sequence

from search.analysis.phrases import common_phrases, spans
from search.analysis.synonyms import Group, expand
from search.analysis.tokens import chars
from search.gateways.shapes import AlsoSearched, Marked

SNIPPET = 110
"""Characters of a snippet."""
_ENDS = "。！？；!?;\n"
_RUN = re.compile(r"\w+")

Span = tuple[int, int]


def always_marked(q: str, groups: Sequence[Group]) -> list[str]:
    """What is marked wherever it stands: the synonyms of the query's words, and single characters
    that were typed by themselves. Other characters are not marked alone.
    """
    singles = [run for run in _RUN.findall(q) if len(run) == 1 and chars(run)]
    return [*(one.term for one in expand(q, groups)), *singles]


def also_searched(q: str, groups: Sequence[Group]) -> tuple[AlsoSearched, ...]:
    """Other words that were looked for, by the word that was typed."""
    others: dict[str, list[str]] = {}
    for one in expand(q, groups):
        others.setdefault(one.of, []).append(one.term)
    return tuple(AlsoSearched(word, tuple(found)) for word, found in others.items())


def phrases_to_mark(q: str, document: str, always: Sequence[str]) -> list[str]:
    """The stretches of the query that stand in the document, and `always_marked`."""
    return [*common_phrases(q, document), *always]


def marked(text: str, phrases: Iterable[str], *, start: int = 0, end: int | None = None) -> Marked:
    """Cut `text[start:end]` into pieces, each with whether it is a hit; no piece is empty."""
    end = len(text) if end is None else end
    pieces: list[tuple[str, bool]] = []
    place = start
    for span in spans(text, phrases):
        first, last = max(span[0], start), min(span[1], end)
        if first >= last:
            continue
        if place < first:
            pieces.append((text[place:first], False))
        pieces.append((text[first:last], True))
        place = last
    if place < end:
        pieces.append((text[place:end], False))
    return tuple(pieces)


def snippet(text: str, phrases: Sequence[str], *, length: int = SNIPPET) -> Marked:
    """The stretch of `length` characters with the most marked ones, begun at a sentence if near.

    What was cut off at either end is shown as "…".
    """
    text = text.strip()
    if len(text) <= length:
        return marked(text, phrases)
    start = _best_start(text, spans(text, phrases), length)
    end = min(len(text), start + length)
    pieces = marked(text, phrases, start=start, end=end)
    before = (("…", False),) if start else ()
    after = (("…", False),) if end < len(text) else ()
    return (*before, *pieces, *after)


def _best_start(text: str, found: Sequence[Span], length: int) -> int:
    best, most = 0, 0
    for first, _last in found:
        start = _sentence_start(text, first, length)
        held = sum(
            min(b, start + length) - max(a, start) for a, b in found if _inside(a, b, start, length)
        )
        if held > most:
            best, most = start, held
    return min(best, len(text) - length)


def _inside(first: int, last: int, start: int, length: int) -> bool:
    return first < start + length and last > start


def _sentence_start(text: str, place: int, length: int) -> int:
    """The beginning of the sentence that holds `place`, if that is at most half a snippet away."""
    for at in range(place, max(0, place - length // 2), -1):
        if text[at - 1] in _ENDS:
            return at
    return max(0, place - length // 4)
