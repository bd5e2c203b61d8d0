"""What an own list is asked for, read from its address; anything odd is left out."""

from collections.abc import Mapping
from urllib.parse import urlencode

from marketplace.queries import GROUPS, ORDERS, Wanted
from marketplace.validators import clean_text


def wanted_from(query: Mapping[str, str]) -> Wanted:
    group, order = query.get("state", ""), query.get("sort", "")
    return Wanted(
        group=group if group in GROUPS else "",
        words=clean_text(query.get("q", ""))[:60],
        order=order if order in ORDERS else "new",
    )


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
