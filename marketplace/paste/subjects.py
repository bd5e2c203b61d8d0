"""What a text is about: its category and whom it is for.

The words stand in `marketplace/data/paste_words.json` and speak for the codes of the starting
lists, whose meaning never changes; labels and topics that staff add come with the call.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from marketplace.paste.shapes import CategoryWord, Guess

_WORDS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).resolve().parent.parent / "data" / "paste_words.json").read_text("utf-8")
)
_CUES = {
    row["code"]: {4.0: row["names"].split(), 2.0: row["speaks"].split()}
    for row in _WORDS["categories"]
}
_GROUPS: dict[str, list[str]] = {row["code"]: row["words"].split() for row in _WORDS["groups"]}
# Points of a label or topic that stands in the text.
_TOPIC_POINTS = 3.0
_WIDER = {
    "elderly_alone": "elderly",
    "dementia": "elderly",
    "disabled_children": "disabled",
    "children_in_need": "children",
    "left_behind": "children",
    "poor": "families",
}


def find_category(text: str, categories: Sequence[CategoryWord]) -> Guess | None:
    """The category that most words speak for; a word counts once, earlier ones a little more."""
    labels = {word.code: word.label or word.word for word in reversed(categories)}
    if not labels:
        return None
    points = {code: _cue_points(text, code) for code in labels}
    for word in categories:
        if word.word in text:
            points[word.code] += _TOPIC_POINTS * _nearness(text, word.word)
    best = max(points, key=lambda code: points[code])
    return Guess("category", best, labels[best]) if points[best] > 0 else None


def _cue_points(text: str, code: str) -> float:
    total = 0.0
    for points, words in _CUES.get(code, {}).items():
        seen = [word for word in words if word in text]
        # A word inside another one that was found says nothing new.
        outer = [w for w in seen if not any(w != other and w in other for other in seen)]
        total += sum(points * _nearness(text, word) for word in outer)
    return total


def _nearness(text: str, word: str) -> float:
    """What is said first is usually what it is about."""
    return 1.0 - 0.5 * text.index(word) / max(len(text), 60)


def find_groups(text: str) -> list[Guess]:
    """Guess for groups: the narrowest ones named."""
    found = [code for code, words in _GROUPS.items() if any(w in text for w in words)]
    wider = {_WIDER[code] for code in found if code in _WIDER}
    kept = [code for code in found if code not in wider][:3]
    if not kept:
        return []
    shown = "、".join(next(w for w in _GROUPS[code] if w in text) for code in kept)
    return [Guess("groups", ",".join(kept), shown)]
