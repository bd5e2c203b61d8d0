"""What an own list is asked for, read from its address; anything odd is left out and named."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from marketplace.queries import GROUPS, ORDERS, Wanted
from marketplace.validators import clean_text

NAMES = ("state", "q", "sort", "after", "before")
LONGEST_NAME = 30
MOST_NAMED = 5


def wanted_from(query: Mapping[str, str]) -> Wanted:
    group, order = query.get("state", ""), query.get("sort", "")
    return Wanted(
        group=group if group in GROUPS else "",
        words=clean_text(query.get("q", "")[:240])[:60],
        order=order if order in ORDERS else "new",
    )


def unknown_in(query: Mapping[str, str], *, known: tuple[str, ...] = NAMES) -> str:
    """The conditions of an address that a list does not have, in words; "" for none.

    The names that follow a link from elsewhere (`utm_…`) were typed by nobody.
    """
    odd = [name for name in query if name not in known and not name.startswith("utm_")]
    for name, choices in (("state", GROUPS), ("sort", ORDERS)):
        value = query.get(name, "")
        if name in known and value and value not in choices:
            odd.append(f"{name}={value}")
    shown = (re.sub(r"[^\w.=-]", "", one)[:LONGEST_NAME] for one in odd[:MOST_NAMED])
    return _("、").join(one for one in shown if one)


def address_of(path: str, wanted: Wanted, **more: str) -> str:
    """The address that holds this state, without what is as preset."""
    values = {
        "state": wanted.group,
        "q": wanted.words,
        "sort": "" if wanted.order == "new" else wanted.order,
        **more,
    }
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{path}?{query}" if query else path
