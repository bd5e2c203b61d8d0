"""What a benchmark prints: tables in Markdown, and of each goal whether it is met."""

import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

MISSED = "MISSED"


def machine() -> str:
    """Day, machine and how busy it is: without these no figure says anything."""
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, load {load}"
    )


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of a table, with an empty line around it."""
    yield ""
    yield f"| {' | '.join(heading)} |"
    yield f"|{'---|' * len(heading)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def at_least(goal: str, what: str, value: float, bound: float, unit: str = "×") -> str:
    """One line about a goal that wants much."""
    return _verdict(goal, what, value, f"≥ {bound:g}{unit}", met=value >= bound, unit=unit)


def at_most(goal: str, what: str, value: float, bound: float, unit: str = "×") -> str:
    """One line about a goal that wants little."""
    return _verdict(goal, what, value, f"≤ {bound:g}{unit}", met=value <= bound, unit=unit)


def _verdict(goal: str, what: str, value: float, wanted: str, *, met: bool, unit: str) -> str:
    return f"- {goal}, {what}: {value:.2f}{unit} (goal {wanted}): {'met' if met else MISSED}"


def ratio(this: float, to: float) -> float:
    """A quotient that also exists where something took no time that a clock could tell."""
    return this / max(to, 1e-9)
