"""Which kinds of offers can meet which kinds of needs.

Money can buy most things, and a volunteer can render most services; a room cannot replace a coat.
The table is set by hand and not measured; the page of weights says so.
"""

from collections.abc import Mapping

COMPATIBLE: Mapping[str, frozenset[str]] = {
    "service": frozenset(
        {
            "service",
            "volunteer",
            "course",
            "works",
            "media",
            "logistics",
            "venue",
            "equipment",
            "money",
        }
    ),
    "goods": frozenset({"goods", "equipment", "money"}),
    "equipment": frozenset({"equipment", "goods", "works", "money"}),
    "works": frozenset({"works", "service", "volunteer", "goods", "equipment", "money"}),
    "money": frozenset({"money"}),
    "venue": frozenset({"venue", "works", "money"}),
    "volunteer": frozenset({"volunteer", "service"}),
    "media": frozenset({"media", "service", "volunteer", "money"}),
    "logistics": frozenset({"logistics", "service", "volunteer", "equipment", "money"}),
    "course": frozenset({"course", "service", "volunteer", "media", "money"}),
}
"""Kind of need to the kinds of offers that may meet it. A kind that is not listed fits any."""


def compatible(wanted: str, given: str, table: Mapping[str, frozenset[str]] = COMPATIBLE) -> bool:
    """Whether an offer of kind `given` may meet a need of kind `wanted`; unknown kinds may."""
    if wanted not in table or given not in table:
        return True
    return given in table[wanted]
