"""Reasons of pairs that somebody chose, and words that are no reason."""

from decimal import Decimal

import pytest
from django.utils import timezone

from core.options import set_option
from matching import operations, queries
from matching.engine import MODEL_VERSION
from matching.models import Match
from matching.options import EXPOSURE_CAP
from matching.queries import corpus
from matching.wording import telling
from search.analysis.phrases import common_phrases
from tests.factories import accounts as people
from tests.factories.marketplace import make_need, make_offer
from tests.factories.matching import Pair

pytestmark = pytest.mark.django_db


def test_a_chosen_pair_keeps_its_score_and_reasons() -> None:
    corpus.forget()
    pair, at = Pair(), timezone.now()
    scored = queries.pair_of(pair.need, pair.offer, at)
    match = operations.propose_pair(pair.need, pair.offer, by=pair.coordinator, at=at, pair=scored)
    kept = Match.objects.get(pk=match.pk)
    assert (kept.score, kept.fit, kept.model_version) == (scored.score, scored.level, MODEL_VERSION)
    assert [row["code"] for row in kept.reasons] == [reason.code for reason in scored.reasons]
    assert sum(row["points"] for row in kept.reasons) == pytest.approx(scored.score)


def test_a_chosen_pair_scores_as_the_list_does() -> None:
    corpus.forget()
    pair, at = Pair(), timezone.now()
    listed = queries.proposals_for_need(pair.need, at).pairs[0]
    assert queries.pair_of(pair.need, pair.offer, at).score == pytest.approx(listed.score, abs=1e-4)


def test_words_of_every_notice_are_no_reason() -> None:
    shared = common_phrases("困难家庭需要棉衣，尺码可以问", "可以捐棉衣，需要提前联系")
    assert shared == ["棉衣"]


@pytest.mark.parametrize(
    "word",
    [
        "18",
        "点半",
        "每日",
        "30份",
        "可以",
        "需要",
        "上下",
        "１２",
        "餐",
        "上午",
        "岁以上老人做",
        "由社区",
    ],
)
def test_numbers_and_pieces_of_dates_are_no_reason(word: str) -> None:
    assert telling(["老人", word, "上门"]) == ["老人", "上门"]


def test_an_offer_in_many_lists_stands_back_from_one_more() -> None:
    """The cap holds for a need posted by itself, not only for the batch."""
    corpus.forget()
    set_option(EXPOSURE_CAP.key, 1, by=people.administrator(), at=timezone.now())
    first = Pair()
    twin = make_offer(title="康乐食堂老人午餐配送（二）", quantity=Decimal(50))
    others = [make_offer(title=f"社区食堂老人午餐配送第{n}家") for n in range(4)]
    at = timezone.now()
    listed = queries.proposals_for_need(first.need, at)
    offers = {row.number: row for row in (first.offer, twin, *others)}
    operations.suggest(first.need, listed, offers, at=at)
    shown = {match.resource.number for match in Match.objects.filter(state="SUGGESTED")}
    second = make_need(title="高龄老人午餐配送", quantity=Decimal(10))
    corpus.forget()
    again = [pair.offer for pair in queries.proposals_for_need(second, at).pairs]
    assert set(again) & shown
    assert len(set(again) & shown) <= queries.proposals.FLOOR
