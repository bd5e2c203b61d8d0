"""Codes of messages and how each is worded. Apps register their codes in `AppConfig.ready()`.

A message is stored as code and figures; its sentence is made when it is shown, in the reader's
language. Figures hold what this reader may know, nothing else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from inbox.models import MessageKind


@dataclass(frozen=True, slots=True)
class Words:
    """A message in words: one line, and a sentence or two below it (may be empty)."""

    title: str
    text: str = ""


Wording = Callable[[Mapping[str, Any]], Words]


@dataclass(frozen=True, slots=True)
class _Code:
    kind: MessageKind
    word: Wording


_codes: dict[str, _Code] = {}


def register_wording(code: str, kind: MessageKind, word: Wording) -> None:
    """Say how a code is worded and of which kind it is. The last registration holds."""
    _codes[code] = _Code(kind, word)


def kind_of(code: str) -> MessageKind:
    """The kind of a registered code; an unknown one is a programmer's mistake (KeyError)."""
    return _codes[code].kind


def words_of(code: str, figures: Mapping[str, Any]) -> Words:
    """A message's words; a code whose app is no longer installed shows itself."""
    known = _codes.get(code)
    return known.word(figures) if known else Words(code)
