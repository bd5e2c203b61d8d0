"""Steps on the way to a finished form: paste, mask a number, move it, confirm a guess, look.

Each takes what was typed and gives it back changed; nothing is written. With and without
JavaScript the same step runs on the same data.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import RegionLevel
from marketplace import paste, queries
from marketplace.levels import TEXT_LENGTH
from marketplace.models import NeedKind, OfferKind
from marketplace.personal import find_personal, mask_personal
from marketplace.validators import LENGTHS, clean_text

# The names under which the region picker sends what was chosen, from the top down.
REGION_PARTS = ("region", *(f"region_{level}" for level in RegionLevel.values))
MAX_PASTED = 5000
# Fields whose preset value counts as not written yet.
_PRESET = {"period": "ONCE", "availability": "ONCE", "visibility": "PUBLIC"}


@dataclass(slots=True)
class Step:
    """The typed data after a step: what changed, where each guess was read, a line to say."""

    data: QueryDict
    changed: set[str] = field(default_factory=set)
    read_from: dict[str, str] = field(default_factory=dict)
    said: str = ""
    preset: Mapping[str, str] = field(default_factory=dict)

    @property
    def guessed(self) -> list[str]:
        return [name for name in self.data.get("guessed", "").split(",") if name]

    def is_free(self, name: str) -> bool:
        """Whether nothing was chosen or written there, beyond what the form came with."""
        names = REGION_PARTS if name == "region" else (name,)
        values = [value for part in names for value in self.data.getlist(part) if value]
        return not values or values[-1] == self.preset.get(name)

    def set(self, name: str, value: str) -> None:
        if name == "region":
            # The deepest place says all; the picker opens the levels above it again.
            for part in REGION_PARTS:
                self.data.pop(part, None)
        self.data[name] = value
        self.changed.add(name)

    def mark(self, names: list[str]) -> None:
        self.data["guessed"] = ",".join(dict.fromkeys([*self.guessed, *names]))

    def unmark(self, name: str) -> None:
        self.data["guessed"] = ",".join(one for one in self.guessed if one != name)
        self.changed.add(name)


def take_step(
    typed: QueryDict,
    wanted: str,
    *,
    side: str,
    today: date,
    home: str = "",
    contact: Mapping[str, str] | None = None,
) -> Step:
    """Run the step named `action` or `action:field`; an unknown one changes nothing.

    `home` is the code of the place, `contact` whom to call, that the form was filled with
    beforehand: what a pasted text says counts more, each field for itself.
    """
    kind = NeedKind.SERVICE if side == "need" else OfferKind.PROFESSIONAL
    step = Step(typed.copy(), preset={**_PRESET, **(contact or {}), "region": home, "kind": kind})
    action, _colon, name = wanted.partition(":")
    if action == "paste":
        _paste(step, side, today)
    elif action == "sure":
        for one in [name] if name else step.guessed:
            step.unmark(one)
    elif action in _ON_TEXT and name in LENGTHS:
        if len(step.data.get(name, "")) > 2 * TEXT_LENGTH:
            step.said = _("这段文字太长了，请先写短一些。")
            return step
        _ON_TEXT[action](step, name)
    return step


def _mask(step: Step, name: str) -> None:
    """Numbers, and the names and doors beside them: what is left must tell nobody apart."""
    wish = step.data.get("micro_wish", "") not in ("", "false", "False", "0")
    step.set(name, mask_personal(step.data.get(name, ""), nameless=wish))


def _move(step: Step, name: str) -> None:
    """The phone numbers go from the text to the contact phone, in front of what stands there."""
    text = step.data.get(name, "")
    numbers = [text[f.start : f.end].strip() for f in find_personal(text) if f.kind == "phone"]
    if not numbers:
        return
    kept = step.data.get("contact_phone", "").strip()
    phone = " / ".join(dict.fromkeys([*numbers, *([kept] if kept else [])]))
    if len(phone) > LENGTHS["contact_phone"]:
        step.said = _("联系电话那一栏放不下了，请自己改一下。")
        return
    for number in numbers:
        text = text.replace(number, "")
    step.set(name, re.sub(r"[，、：: ]*(?:联系)?电话[：: ]*(?=[，。；\n]|$)", "", text).strip())
    step.set("contact_phone", phone)


_ON_TEXT: dict[str, Callable[[Step, str], None]] = {"mask": _mask, "move": _move}


def _paste(step: Step, side: str, today: date) -> None:
    text = clean_text(step.data.get("pasted", "")[: 2 * MAX_PASTED])[:MAX_PASTED]
    if not text:
        step.said = _("先把文字粘贴到上面的框里。")
        return
    guesses = paste.parse(text, today=today, side=side, **queries.paste_words())
    taken = [guess for guess in guesses if step.is_free(guess.field)]
    for guess in taken:
        if guess.field == "groups":
            _set_groups(step, guess.value)
        elif guess.field == "weekdays":
            step.data.setlist("weekdays", guess.value.split(","))
            step.changed.add("weekdays")
        else:
            step.set(guess.field, guess.value)
        step.read_from[guess.field] = guess.shown
    step.mark([guess.field for guess in taken])
    step.said = _said(len(taken), len(guesses) - len(taken))


def _said(taken: int, kept: int) -> str:
    if not taken:
        return _("没有认出可以填的内容，或者都已经写过了。请自己填一下。")
    words = ngettext(
        "认出并填了 %(n)d 处，都标了“待确认”，请逐处看一眼。",
        "认出并填了 %(n)d 处，都标了“待确认”，请逐处看一眼。",
        taken,
    ) % {"n": taken}
    if kept:
        words += _("你已经写好的 %(n)d 处没有动。") % {"n": kept}
    return words


def _set_groups(step: Step, codes: str) -> None:
    """The groups that the staff list still has."""
    known = set(queries.groups().values_list("code", flat=True))
    step.data.setlist("groups", [code for code in codes.split(",") if code in known])
    step.changed.add("groups")
