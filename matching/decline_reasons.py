"""Coded reasons for a no: which side may give them, and which constraint they feed."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from matching.models import Side

_FILE = Path(__file__).resolve().parent / "data" / "decline_reasons.json"


@dataclass(frozen=True, slots=True)
class DeclineReason:
    """`feeds` names what the matcher learns: AREA, TIME, QUANTITY, CAPACITY, TOPIC, …"""

    code: str
    message: str
    side: str
    feeds: str
    needs_text: bool

    @property
    def label(self) -> str:
        return _(self.message)


@cache
def all_reasons() -> tuple[DeclineReason, ...]:
    rows = json.loads(_FILE.read_text(encoding="utf-8"))["reasons"]
    return tuple(
        DeclineReason(r["code"], r["label"], r["side"], r["feeds"], r["needs_text"]) for r in rows
    )


def for_side(side: Side) -> list[DeclineReason]:
    """What a side can choose from."""
    return [reason for reason in all_reasons() if reason.side in ("BOTH", side)]


def get(code: str, side: Side) -> DeclineReason | None:
    return next((reason for reason in for_side(side) if reason.code == code), None)


def label_of(code: str) -> str:
    return next((reason.label for reason in all_reasons() if reason.code == code), code)
