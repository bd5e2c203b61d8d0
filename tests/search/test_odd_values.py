"""An address of the market with values that no list has: found all the same, and said."""

import pytest

from core import outbox
from tests.factories.marketplace import make_need
from tests.search.test_views import URL, browser, titles

pytestmark = pytest.mark.django_db


def test_a_value_that_no_list_has_is_left_out_and_said() -> None:
    need = make_need(title="轮椅")
    outbox.drain()
    answer = browser().get(f"{URL}?kind=zzz&state=OPEN&category=nothing&region=/nowhere/&q=轮椅")
    assert answer.status_code == 200
    assert titles(answer) == [need.title]
    assert "没有这个条件：kind=zzz、category=nothing、region=nowhere，没有用它筛选。" in (
        answer.content.decode()
    )
    assert answer.context["state"].query == "q=%E8%BD%AE%E6%A4%85&state=OPEN"
    assert "没有这个条件" not in browser().get(f"{URL}?kind=need").content.decode()
