"""Synonyms as plain values: which other words mean what a text says.

A group lists terms that a reader of this field takes for the same thing: not broader, not merely
related. Staff keep their own groups; the built-in ones lie in `synonyms.json` with a version.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

from search.analysis.tokens import CJK, normalize

_IS_CJK = re.compile(f"[{CJK}]").match


@dataclass(frozen=True)
class Group:
    """Terms of one meaning; inside a word of `not_in` no term of the group is recognized."""

    terms: tuple[str, ...]
    not_in: tuple[str, ...] = ()

    @cached_property
    def key(self) -> str:
        """The group's name in tokens: its first term, normalized."""
        return normalize(self.terms[0])


@dataclass(frozen=True)
class SynonymTable:
    """All groups in force, with the version that stands in each indexed row."""

    groups: tuple[Group, ...]
    version: str


@dataclass(frozen=True)
class Expansion:
    """Another word for `of`, which stands in the text that was expanded."""

    term: str
    of: str


@cache
def built_in() -> SynonymTable:
    """The groups that ship with the product."""
    raw = json.loads(Path(__file__).with_name("synonyms.json").read_text(encoding="utf-8"))
    groups = tuple(
        Group(tuple(entry["terms"]), tuple(entry.get("not_in", ()))) for entry in raw["groups"]
    )
    return SynonymTable(groups, str(raw["version"]))


def expand(text: str, groups: Iterable[Group]) -> list[Expansion]:
    """Return the other terms of each group that `text` mentions, in reading order, each once.

    Of overlapping mentions the longest counts. A term that the text already holds is not added.
    """
    table = tuple(groups)
    plain = normalize(text)
    expansions: dict[str, Expansion] = {}
    for mention, group in _mentions(plain, table):
        for term in map(normalize, group.terms):
            if term not in plain:
                expansions.setdefault(term, Expansion(term, mention))
    return list(expansions.values())


def concepts(text: str, groups: Iterable[Group]) -> list[str]:
    """Return the key of a group for each mention in `text`: the tokens of the synonym field S.

    `text` is normalized already.
    """
    return [group.key for _, group in _mentions(text, tuple(groups))]


def _mentions(plain: str, groups: tuple[Group, ...]) -> list[tuple[str, Group]]:
    finder = _finder(groups)
    found = sorted(
        (match.start(), -match.end(), match.group())
        for pattern in finder.patterns
        for match in pattern.finditer(plain)
    )
    mentions: list[tuple[str, Group]] = []
    end = 0
    for start, minus_end, mention in found:
        if start >= end:
            end = -minus_end
            mentions.extend((mention, group) for group in finder.owners.get(mention, ()))
    return mentions


@dataclass(frozen=True, slots=True)
class _Finder:
    """Patterns for all terms, and whose each term is.

    Terms that begin with a CJK character have a pattern of their own: nothing is looked at before
    them, so the regular expression skips to the next character that can begin one.
    """

    patterns: tuple[re.Pattern[str], ...]
    owners: dict[str, tuple[Group, ...]]


_latest: tuple[tuple[Group, ...], _Finder] = ((), _Finder((), {}))


def _finder(groups: tuple[Group, ...]) -> _Finder:
    """The compiled groups; the same tuple as last time is known without hashing its words."""
    global _latest  # noqa: PLW0603 - one reference, replaced whole
    known, finder = _latest
    if known is not groups:
        finder = _compiled(groups)
        _latest = (groups, finder)
    return finder


@lru_cache(maxsize=8)
def _compiled(groups: tuple[Group, ...]) -> _Finder:
    """Longest terms first; excepted words match and belong to no group."""
    owners: dict[str, tuple[Group, ...]] = {}
    for group in groups:
        for term in dict.fromkeys(map(normalize, group.terms)):
            if term:
                owners[term] = (*owners.get(term, ()), group)
    excepted = {normalize(word) for group in groups for word in group.not_in}
    every = sorted({*owners, *excepted} - {""}, key=lambda term: (-len(term), term))
    starts = [[term for term in every if bool(_IS_CJK(term)) is cjk] for cjk in (True, False)]
    patterns = tuple(re.compile("|".join(map(_whole, terms))) for terms in starts if terms)
    return _Finder(patterns, owners)


def _whole(term: str) -> str:
    """A Chinese term is found anywhere, a Latin one only as a whole run."""
    latin = rf"[^\W_{CJK}]"
    before = rf"(?<!{latin})" if re.match(latin, term) else ""
    after = rf"(?!{latin})" if re.match(latin, term[-1]) else ""
    return f"{before}{re.escape(term)}{after}"


def table_of(groups: Sequence[Sequence[str]], *, version: str) -> SynonymTable:
    """Build a table from lists of terms, as staff write them; single terms are left out."""
    return SynonymTable(
        tuple(Group(tuple(terms)) for terms in groups if len(set(terms)) > 1), version
    )
