"""All held items of one side: a large segment from the fit, and small ones for what came later."""

from collections.abc import Sequence

from scipy import sparse

from matching.engine.columns import Side
from matching.engine.constraints import Rules
from matching.engine.items import Item
from matching.engine.segment import Segment
from matching.engine.text import Counted, Rows, TextModel, widened

_MOST_SEGMENTS = 16


class Shelf:
    """Segments of one side. An item that is added again hides its older copy."""

    def __init__(self, side: Side, text: TextModel, rules: Rules) -> None:
        """Start empty."""
        self.side: Side = side
        self.segments: list[Segment] = []
        self._text = text
        self._rules = rules

    def add_many(self, items: Sequence[Item], counted: Sequence[Counted]) -> None:
        """Add items with distinct keys, hiding older copies."""
        if not items:
            return
        for item in items:
            self.remove(item.key)
        make = self._text.needs if self.side == "needs" else self._text.offers
        rows = make(counted, keep=True)
        self.segments.append(Segment(items, rows, side=self.side, rules=self._rules))
        if len(self.segments) > _MOST_SEGMENTS:
            # The first segment holds the fit; joining only the later ones keeps this cheap.
            self.segments[1:] = [self._joined(self.segments[1:])]

    def remove(self, key: str) -> None:
        """Hide the item with this key, if there is one."""
        for segment in self.segments:
            place = segment.places.get(key)
            if place is not None:
                segment.alive[place] = False

    def _joined(self, segments: Sequence[Segment]) -> Segment:
        width = len(self._text.vocabulary)
        items = [
            item
            for segment in segments
            for item, alive in zip(segment.items, segment.alive, strict=True)
            if alive
        ]
        covered = [widened(segment.rows.covered, width)[segment.alive] for segment in segments]
        similar = [widened(segment.rows.similar, width)[segment.alive] for segment in segments]
        rows = Rows(sparse.vstack(covered, format="csr"), sparse.vstack(similar, format="csr"))
        return Segment(items, rows, side=self.side, rules=self._rules)
