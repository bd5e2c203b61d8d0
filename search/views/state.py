"""The state of the market page as links and hidden fields."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.urls import reverse

from search.validators import Pairs, state_pairs

# What says how a list is shown, not what is in it.
MANNERS = frozenset({"sort", "exact"})


@dataclass(frozen=True, slots=True)
class State:
    """What is looked for, as names and values; each change gives a new state."""

    pairs: Pairs = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """From a query string. Raises Invalid for what cannot be read."""
        return cls(state_pairs(text))

    def values(self, name: str) -> tuple[str, ...]:
        return tuple(value for known, value in self.pairs if known == name)

    def put(self, name: str, *values: str) -> "State":
        """The same with other values of one name."""
        rest = [pair for pair in self.pairs if pair[0] != name]
        return State(tuple(sorted([*rest, *((name, value) for value in values if value)])))

    def drop(self, name: str, value: str) -> "State":
        """The same without one value of a name."""
        return State(tuple(pair for pair in self.pairs if pair != (name, value)))

    def fields(self, *but: str) -> Pairs:
        """Hidden fields of a form that has the others itself."""
        return tuple(pair for pair in self.pairs if pair[0] not in but)

    @property
    def query(self) -> str:
        return urlencode(self.pairs)

    def url(self, name: str = "search:market", **more: str) -> str:
        """The address of a page in this state; `more` are its passing parameters."""
        query = urlencode([*self.pairs, *more.items()])
        return f"{reverse(name)}?{query}" if query else reverse(name)

    @property
    def without_filters(self) -> "State":
        """Words, tab and order only."""
        return State(tuple(p for p in self.pairs if p[0] in {"q", "kind", *MANNERS}))
