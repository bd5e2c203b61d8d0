"""The state of the market page as a URL's query string, read and written one way."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext as _

from core.errors import Invalid
from search.gateways.shapes import (
    LEVELS,
    LONGEST_QUERY,
    NEVER_POSTED,
    OWN,
    RELEVANCE,
    SORTS,
    Filters,
    SearchRequest,
)

LONGEST_STATE = 1000
MOST_VALUES = 20
FURTHEST_DAYS = 3660

# Names in the URL, in the order in which a normalized state writes them.
_LISTS = ("kind", "category", "region", "state")
# What belongs to one page of a list and not to what is looked for.
_PASSING = frozenset({"cursor", "size"})


def read_state(text: str, *, level: str, at: datetime) -> SearchRequest:
    """Turn a query string into a request. Raises Invalid by parameter; unknown names are ignored.

    `q`, `kind`, `category`, `region`, `state`, `org` (row id), `f.NAME` may repeat; `closing` is
    a number of days from now, `sort` one of relevance, newest, closing, `exact` is 1.
    """
    if len(text) > 4 * LONGEST_STATE:
        raise Invalid({"": _("链接太长，请减少筛选条件。")})
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(text.lstrip("?"), max_num_fields=200):
        values.setdefault(name, []).append(value.replace("\x00", "").strip())
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


def _distinct(name: str, found: list[str]) -> list[str]:
    kept = list(dict.fromkeys(value for value in found if value))
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
    if days := _one(values, "closing"):
        until = at + timedelta(days=min(_number("closing", days), FURTHEST_DAYS))
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
    read_state(text, level=LEVELS[0], at=NEVER_POSTED)
    kept = {
        (name, value.replace("\x00", "").strip())
        for name, value in parse_qsl(text.lstrip("?"))
        if name not in _PASSING and (name in _known() or name.startswith(OWN))
    }
    written = urlencode(sorted((name, value) for name, value in kept if value))
    if len(written) > LONGEST_STATE:
        raise Invalid({"": _("条件太多，无法订阅，请减少筛选条件。")})
    return written


def _known() -> frozenset[str]:
    return frozenset({"q", *_LISTS, "org", "closing", "sort", "exact"})
