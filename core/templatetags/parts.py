"""What the components of `templates/cotton/` need to draw lists; no rule, no wording of amounts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django import forms, template

from core.templatetags.show import share

register = template.Library()

Choice = tuple[str, str, int | None, bool]


@dataclass(frozen=True, slots=True)
class Folded:
    """Choices shown at once, and the rest behind 还有 n 项: open when one of them is checked."""

    shown: list[Choice]
    rest: list[Choice]
    open: bool


@register.filter
def folded(choices: Sequence[Choice], first: int | str) -> Folded:
    """Splits after `first`; a single choice more is shown rather than folded."""
    rows, n = list(choices or ()), int(first)
    if len(rows) <= n + 1:
        return Folded(rows, [], False)
    return Folded(rows[:n], rows[n:], any(row[3] for row in rows[n:]))


@register.filter
def wrong_places(form: forms.BaseForm) -> int:
    """How many sentences of error a bound form has."""
    return sum(len(errors) for errors in form.errors.values())


@register.filter
def words(text: str) -> list[str]:
    """`"J K"` as its words."""
    return text.split()


# Lower bounds of the upper three colours of tiles where the page names none.
STEPS = (30, 60, 100)


@register.filter
def level(count: int, steps: Sequence[int] = STEPS) -> str:
    """The class of a tile by its count: l0 for none, l1 below the first of `steps`, to l4."""
    if count < 1:
        return "l0"
    return f"l{1 + sum(count >= bound for bound in steps)}"


@dataclass(frozen=True, slots=True)
class SieveRow:
    """One constraint of the waterfall: x and width in percent of all."""

    label: str
    removed: int
    action: str
    url: str
    x: str
    width: str


@register.filter
def waterfall(items: Iterable[tuple[str, int, str, str]], whole: int | str) -> list[SieveRow]:
    """Rows of (label, removed, action, url) as bars that step down from `whole`."""
    total = Decimal(str(whole))
    left, rows = total, []
    for label, removed, action, url in items:
        left -= removed
        rows.append(
            SieveRow(label, removed, action, url, share(left, total), share(removed, total))
        )
    return rows
