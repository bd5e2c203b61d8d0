"""Filters and their values in words."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Sentence
from marketplace.models.need import NeedKind
from marketplace.models.offer import OfferKind
from marketplace.states import EntryState
from search.gateways.shapes import CLOSING_DAYS, NEVER, OWN, SearchPage
from search.queries.names import Place, category_names, group_names, known_paths, places
from search.validators import MOST_PARAMETERS, without_unknown
from search.views.state import State

Choice = tuple[str, str, int | None, bool]
KINDS = (OWN + "kind", OWN + "group", OWN + "micro_wish")
OWN_KIND, OWN_GROUP, OWN_WISH = KINDS
LONGEST_LABEL = 120


def side_name(kind: str) -> str:
    """需求 or 资源."""
    return {"need": _("需求"), "resource": _("资源")}.get(kind, kind)


def kind_names(side: str = "") -> dict[str, str]:
    """What is needed or offered; codes that both sides have are named as this side does."""
    needed, offered = dict(NeedKind.choices), dict(OfferKind.choices)
    names: dict[str, Sentence]
    names = {**needed, **offered} if side == "resource" else {**offered, **needed}
    return {code: str(name) for code, name in names.items()}


def state_names() -> dict[str, str]:
    """States in which an entry can be found, in the order of its life."""
    findable = (EntryState.OPEN, EntryState.PARTLY_MET, EntryState.MET)
    return {state.value: str(state.label) for state in findable}


def closing_name(value: str) -> str:
    if value == NEVER:
        return _("长期有效")
    days = int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 0
    return ngettext("%(n)d 天以内", "%(n)d 天以内", days) % {"n": days}


@dataclass(frozen=True)
class Words:
    """Names of everything that a state or a page mentions; a few small queries, each once."""

    state: State
    counts: Mapping[str, Mapping[str, int]]

    @cached_property
    def categories(self) -> dict[str, str]:
        return category_names()

    @cached_property
    def groups(self) -> dict[str, str]:
        return group_names()

    @cached_property
    def places(self) -> dict[str, Place]:
        return places(self.counts.get("region", {}), self.state.values("region"))

    def of(self, name: str, value: str) -> str:
        """A filter value in words; an unknown one says itself, cut."""
        if name == "closing":
            return closing_name(value)
        if name == OWN_WISH:
            return _("微心愿")
        if name == "org":
            return _("这个单位")
        if name == "region":
            place = self.places.get(value)
            return place.name if place else _("别的地方")
        known = {
            "kind": {"need": side_name("need"), "resource": side_name("resource")},
            "state": state_names(),
            OWN_KIND: kind_names("".join(self.state.values("kind"))),
        }
        if name == "category":
            return self.categories.get(value, value[:30])
        if name == OWN_GROUP:
            return self.groups.get(value, value[:30])
        return known.get(name, {}).get(value, value[:30])


def without_unknown_values(text: str) -> tuple[str, tuple[str, ...]]:
    """A query string without values that no list has, and those as `name=value`: an address that
    somebody typed finds something all the same, and says what was left out."""
    pairs = parse_qsl(text) if text.count("&") < MOST_PARAMETERS else []
    wanted = {value for name, value in pairs if name == "region"}
    # Only what is asked for is looked up.
    lists: dict[str, Callable[[], Collection[str]]] = {
        "kind": lambda: {"need", "resource"},
        "state": lambda: EntryState.values,
        "category": category_names,
        "region": lambda: known_paths(wanted),
        OWN_KIND: kind_names,
    }
    named = {name for name, _value in pairs}
    return without_unknown(text, {name: lists[name]() for name in lists if name in named})


FILTERS = ("category", "region", "state", "closing", "org", *KINDS)
"""Names of filters that show as pills, in this order; `kind` shows as a tab."""


def chosen(state: State, words: Words) -> list[tuple[str, str, str]]:
    """(name, value, in words) of each filter value in force."""
    names = [*FILTERS, *sorted({n for n, _v in state.pairs if n.startswith(OWN)} - set(KINDS))]
    return [(n, v, words.of(n, v)) for n in names for v in state.values(n)]


def picks(state: State, words: Words) -> list[tuple[str, str]]:
    """Pills: words, and the address without this one."""
    return [(label, state.drop(name, value).url()) for name, value, label in chosen(state, words)]


def label_of(state: State, words: Words) -> str:
    """What is looked for, as a name: `社区 老人 · 需求 · 滨河街道`."""
    parts = [
        *state.values("q"),
        *(side_name(kind) for kind in state.values("kind")),
        *(label for _name, _value, label in chosen(state, words)),
    ]
    label = " · ".join(parts) or _("全部需求和资源")
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"


# -- facets -------------------------------------------------------------------------------
def facets(page: SearchPage, state: State, words: Words) -> list[tuple[str, str, list[Choice]]]:
    """Groups of choices with live counts: (legend, parameter, choices), empty ones left out."""
    counts = page.facets
    closing = [*(str(days) for days in CLOSING_DAYS), NEVER]
    found = [
        (_("种类"), OWN_KIND, _by_count(counts.get(OWN_KIND, {}), OWN_KIND, state, words)),
        (_("类别"), "category", _by_count(counts.get("category", {}), "category", state, words)),
        (_("街道"), "region", _streets(state, words)),
        (
            _("状态"),
            "state",
            _in_order(state_names(), counts.get("state", {}), "state", state, words),
        ),
        (_("截止"), "closing", _in_order(closing, page.closing, "closing", state, words)),
        (_("人群"), OWN_GROUP, _by_count(counts.get(OWN_GROUP, {}), OWN_GROUP, state, words)),
        (_("微心愿"), OWN_WISH, _wishes(counts.get(OWN_WISH, {}), state)),
    ]
    return [(legend, name, choices) for legend, name, choices in found if choices]


def _by_count(counts: Mapping[str, int], name: str, state: State, words: Words) -> list[Choice]:
    values = {*counts, *state.values(name)}
    ordered = sorted(values, key=lambda value: (-counts.get(value, 0), value))
    return _choices(ordered, counts, name, state, words)


def _wishes(counts: Mapping[str, int], state: State) -> list[Choice]:
    n, picked = counts.get("yes", 0), "yes" in state.values(OWN_WISH)
    return [("yes", _("只看微心愿"), n, picked)] if n or picked else []


def _in_order(
    order: Iterable[str], counts: Mapping[str, int], name: str, state: State, words: Words
) -> list[Choice]:
    values = [*order]
    values += [value for value in state.values(name) if value not in values]
    if not any(counts.get(value) or value in state.values(name) for value in values):
        return []
    return _choices(values, counts, name, state, words)


def _streets(state: State, words: Words) -> list[Choice]:
    counts = words.counts.get("region", {})
    picked = state.values("region")
    paths = [path for path in words.places if counts.get(path) or path in picked]
    paths += [path for path in picked if path not in words.places]
    paths.sort(key=lambda path: (-counts.get(path, 0), path))
    return _choices(paths, counts, "region", state, words)


def _choices(
    values: Iterable[str], counts: Mapping[str, int], name: str, state: State, words: Words
) -> list[Choice]:
    picked = state.values(name)
    return [
        # A number of days from elsewhere is not among those counted.
        (
            value,
            words.of(name, value),
            counts.get(value, 0) if name != "closing" or value in _COUNTED else None,
            value in picked,
        )
        for value in values
    ]


_COUNTED = {*(str(days) for days in CLOSING_DAYS), NEVER}
