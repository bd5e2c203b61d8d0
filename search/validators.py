"""The state of the market page as a URL's query string, read and written one way."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext as _

from core.errors import Invalid
from marketplace.personal import find_personal
from search.gateways.shapes import (
    LEVELS,
    LONGEST_QUERY,
    NEVER,
    NEVER_POSTED,
    OWN,
    RELEVANCE,
    SORTS,
    Filters,
    SearchRequest,
)

LONGEST_STATE = 1000
"""Characters of a state that is kept."""
LONGEST_ADDRESS = 12_000
"""Characters of a query string that is read: a whole need as words, and a cursor behind it."""
LONGEST_NAME = 30
"""Characters of an unknown name that are said back."""
MOST_VALUES = 20
MOST_PARAMETERS = 200
FURTHEST_DAYS = 3660

# Names in the URL, in the order in which a normalized state writes them.
_LISTS = ("kind", "category", "region", "state")
# What belongs to one page of a list and not to what is looked for.
_PASSING = frozenset({"cursor", "size"})
_OWN_NAME = re.compile(re.escape(OWN) + "[a-z_]{1,32}")

Pairs = tuple[tuple[str, str], ...]


def read_state(text: str, *, level: str, at: datetime) -> SearchRequest:
    """Turn a query string into a request. Raises Invalid by parameter; unknown names are ignored.

    `kind`, `category`, `region`, `state`, `org` (row id), `f.NAME` may repeat; `closing` is a
    number of days from now (of several the largest counts) or "never", `sort` one of relevance,
    newest, closing, `exact` is 1.
    """
    values: dict[str, list[str]] = {}
    for name, value in _parsed(text):
        values.setdefault(name, []).append(value)
    values = {name: _distinct(name, found) for name, found in values.items()}
    return SearchRequest(
        level=level,
        at=at,
        q=_one(values, "q")[:LONGEST_QUERY],
        filters=_filters(values, at),
        sort=_sort(_one(values, "sort")),
        cursor=_one(values, "cursor"),
        exact=_one(values, "exact") == "1",
    )


def _parsed(text: str) -> list[tuple[str, str]]:
    """Names that are ours with their values, empty ones left out. Raises Invalid."""
    if len(text) > LONGEST_ADDRESS:
        raise Invalid({"": _("链接太长，请减少筛选条件。")})
    try:
        pairs = parse_qsl(text.lstrip("?"), max_num_fields=MOST_PARAMETERS)
    except ValueError as error:
        raise Invalid({"": _("链接太长，请减少筛选条件。")}) from error
    cleaned = ((name, value.replace("\x00", "").strip()) for name, value in pairs)
    return [(name, value) for name, value in cleaned if value and _is_known(name)]


def _is_known(name: str) -> bool:
    return name in _known() or name in _PASSING or bool(_OWN_NAME.fullmatch(name))


def unknown_names(text: str) -> tuple[str, ...]:
    """Names in a query string that are no condition of the market, each once, in their order.

    The start of a page and the names that follow a link from elsewhere (`utm_…`) are none either,
    but nobody typed them as a condition.
    """
    pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    odd = [n for n, _v in pairs if not (_is_known(n) or n == "start" or n.startswith("utm_"))]
    shown = (_sayable(name) for name in odd)
    return tuple(dict.fromkeys(name for name in shown if name))


def _sayable(word: str) -> str:
    return re.sub(r"[^\w.-]", "", word)[:LONGEST_NAME]


def without_unknown(text: str, known: Mapping[str, Collection[str]]) -> tuple[str, tuple[str, ...]]:
    """A query string without values that no list has, and those values as `name=value`.

    `known` are the values of each name that is looked at. Raises Invalid for what cannot be read.
    """
    pairs = _parsed(text)
    for name in known:
        _distinct(name, [v for n, v in pairs if n == name])
    odd = [(n, v) for n, v in pairs if n in known and v not in known[n]]
    if not odd:
        return text, ()
    every = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    kept = [(n, v) for n, v in every if n not in known or v.strip() in {"", *known[n]}]
    shown = (f"{name}={_sayable(value)}" for name, value in odd)
    return urlencode(kept), tuple(dict.fromkeys(shown))


def has_number_of_person(q: str) -> bool:
    """Whether a query holds a phone or identity number: nothing readable may be found by one."""
    return bool(find_personal(q))


def joined_numbers(q: str) -> str:
    """The query with each phone number in one piece: 138-0013-8000 is one word, not three."""
    for found in reversed(find_personal(q)):
        digits = re.sub(r"\W", "", q[found.start : found.end])
        q = f"{q[: found.start]}{digits}{q[found.end :]}"
    return q


def state_pairs(text: str) -> Pairs:
    """What is looked for, as sorted names and values: a state without its place in a list.

    Raises Invalid for what `read_state` refuses.
    """
    request = read_state(text, level=LEVELS[0], at=NEVER_POSTED)
    kept = {(name, value) for name, value in _parsed(text) if name not in {"q", *_PASSING}}
    words = {("q", request.q)} if request.q else set()
    return tuple(sorted(kept | words))


def _distinct(name: str, found: list[str]) -> list[str]:
    kept = list(dict.fromkeys(found))
    if len(kept) > MOST_VALUES:
        raise Invalid({name: _("最多选 %(most)s 项。") % {"most": MOST_VALUES}})
    return kept


def _one(values: Mapping[str, list[str]], name: str) -> str:
    return next(iter(values.get(name, ())), "")


def _sorted(values: Mapping[str, list[str]], name: str) -> tuple[str, ...]:
    return tuple(sorted(values.get(name, ())))


def _sort(value: str) -> str:
    if value and value not in SORTS:
        raise Invalid({"sort": _("没有这种排序。")})
    return value or RELEVANCE


def _filters(values: Mapping[str, list[str]], at: datetime) -> Filters:
    filters = Filters(
        kinds=_sorted(values, "kind"),
        categories=_sorted(values, "category"),
        regions=_sorted(values, "region"),
        states=_sorted(values, "state"),
        organizations=tuple(sorted(_number("org", value) for value in values.get("org", ()))),
        facets=tuple(
            (name.removeprefix(OWN), tuple(sorted(found)))
            for name, found in sorted(values.items())
            if name.startswith(OWN) and found
        ),
    )
    closing = values.get("closing", [])
    if NEVER in closing:
        filters = replace(filters, never_closes=True)
    if days := [_number("closing", value) for value in closing if value != NEVER]:
        until = at + timedelta(days=min(max(days), FURTHEST_DAYS))
        filters = replace(filters, closes_from=at, closes_until=until)
    return filters


def _number(name: str, value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 18):
        raise Invalid({name: _("这里要填一个整数。")})
    return int(value)


def normalize_state(text: str) -> str:
    """The same state in one spelling: sorted, without empty and passing parameters.

    Raises Invalid for what `read_state` refuses and for states too long to keep.
    """
    written = urlencode(state_pairs(text))
    if len(written) > LONGEST_STATE:
        raise Invalid({"": _("条件太多，无法订阅，请减少筛选条件。")})
    return written


def _known() -> frozenset[str]:
    return frozenset({"q", *_LISTS, "org", "closing", "sort", "exact"})
