"""The state of the market page in a URL."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from search.gateways.shapes import Filters, SearchRequest
from search.validators import normalize_state, read_state
from tests.factories.search import NOW, PUBLIC


def test_a_full_state_is_read() -> None:
    text = (
        "?q=+老人 助餐&kind=need&kind=resource&kind=need&category=elderly&region=44/4401/&state=OPEN"
        "&org=7&closing=7&sort=closing&exact=1&f.group=b&f.group=a&cursor=abc&junk=1&kind="
    )
    assert read_state(text, level=PUBLIC, at=NOW) == SearchRequest(
        level=PUBLIC,
        at=NOW,
        q="老人 助餐",
        filters=Filters(
            kinds=("need", "resource"),
            categories=("elderly",),
            regions=("44/4401/",),
            states=("OPEN",),
            organizations=(7,),
            closes_from=NOW,
            closes_until=NOW + timedelta(days=7),
            facets=(("group", ("a", "b")),),
        ),
        sort="closing",
        cursor="abc",
        exact=True,
    )


@pytest.mark.parametrize("days", ["-1", "1.5", "x", "９", "1" * 30])
def test_odd_numbers_are_named(days: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_state(f"closing={days}", level=PUBLIC, at=NOW)
    assert list(refusal.value.fields) == ["closing"]


def test_far_days_stay_in_the_calendar() -> None:
    request = read_state("closing=99999999", level=PUBLIC, at=NOW)
    assert request.filters.closes_until == NOW + timedelta(days=3660)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["q", "kind", "f.a", "sort", "cursor", "x"]), st.text(max_size=5)
        ),
        max_size=6,
    )
)
def test_a_normalized_state_stays_as_it_is(pairs: list[tuple[str, str]]) -> None:
    from urllib.parse import urlencode  # noqa: PLC0415

    try:
        once = normalize_state(urlencode(pairs, errors="replace"))
    except Invalid:
        return
    assert normalize_state(once) == once
