"""What an organization's public page shows of what it posted and of what came of it."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from core import outbox
from core.permissions import SYSTEM
from marketplace.operations import hold
from matching import operations
from matching.models import Side
from portal import wording
from tests.factories import accounts as people
from tests.factories.marketplace import make_need, make_offer
from tests.factories.matching import Pair

pytestmark = pytest.mark.django_db


def page(number: str) -> BeautifulSoup:
    answer = Client().get(f"/organizations/{number}/")
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def links(soup: BeautifulSoup) -> list[tuple[str, str]]:
    return [(a.get_text(" ", strip=True), str(a["href"])) for a in soup.select("main ul.brief a")]


def test_open_entries_stand_there_and_nothing_that_is_not_public() -> None:
    owner = people.make_organization("春晓社区居委会")
    for n in range(6):
        make_need(organization=owner, title=f"午餐配送第{n}条")
    make_need("DRAFT", organization=owner, title="草稿一条")
    make_need("WITHDRAWN", organization=owner, title="撤回一条")
    make_need(organization=owner, title="内部一条", visibility="INTERNAL", text_internal="内部")
    offer = make_offer(organization=owner, title="活动室可以借用")
    make_offer(title="别家的资源")
    outbox.drain()  # the market is filled by the news
    soup = page(owner.number)
    found = links(soup)
    assert [title for title, _url in found] == [
        *(f"午餐配送第{n}条" for n in (5, 4, 3, 2, 1)),
        "活动室可以借用",
    ]
    assert found[-1][1] == f"/resources/{offer.number}/"
    (more,) = soup.find_all("a", string="看全部 6 条")
    assert more["href"] == f"/market/?kind=need&org={owner.pk}"
    answer = Client().get(more["href"])
    assert "6 条" in BeautifulSoup(answer.content, "html.parser").get_text()


def test_published_results_stand_there_with_the_thanks_and_others_do_not() -> None:
    pair = Pair()
    match = pair.confirmed()
    for side in Side:
        operations.give_feedback(
            match, side, score=5, thanks="谢谢你们", by=pair.actor(side), at=timezone.now()
        )
    assert "已经办成的" not in page(pair.resource_side.number).get_text()
    for side in Side:
        match = operations.agree_to_publish(
            match, side, True, by=pair.actor(side), at=timezone.now()
        )
    soup = page(pair.resource_side.number)
    text = soup.get_text(" ", strip=True)
    assert "已经办成的" in text
    assert f"提供给{pair.need_side.label}" in text
    assert "谢谢你们" in text
    assert (pair.offer.title, f"/matches/{match.number}/") in links(soup)
    all_of_it = Client().get(f"/results/?org={pair.resource_side.pk}")
    assert pair.need.title in all_of_it.content.decode()
    other = people.make_organization("别家")
    assert pair.need.title not in Client().get(f"/results/?org={other.pk}").content.decode()


def test_who_posted_nothing_has_a_sentence() -> None:
    assert "还没有公开发布的内容。" in page(people.make_organization("新单位").number).get_text()


def test_what_is_only_held_is_not_met() -> None:
    need = make_need(quantity=Decimal(30), period="ONCE", availability="ONCE")
    need = hold(need, Decimal(30), by=SYSTEM, at=timezone.now())
    assert wording.left_words(need) == "30\u00a0份，其中 30\u00a0份待对方确认"
    assert wording.remaining_words(need) == "还差 30\u00a0份，30\u00a0份待对方确认"
    answer = Client().get(f"/needs/{need.number}/")
    text = BeautifulSoup(answer.content, "html.parser").get_text(" ", strip=True)
    assert "已对接 0\u00a0份，还差 30\u00a0份" in text
    assert "浅色的 30\u00a0份待对方确认" in text
    offer = make_offer(quantity=Decimal(30), period="ONCE")
    assert wording.left_words(hold(offer, Decimal(30), by=SYSTEM, at=timezone.now())) == (
        "30\u00a0份待对方确认"
    )
