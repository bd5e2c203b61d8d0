"""Reasons of pairs that somebody chose, and words that are no reason."""

import pytest
from django.utils import timezone

from matching import operations, queries
from matching.engine import MODEL_VERSION
from matching.models import Match
from matching.queries import corpus
from search.analysis.phrases import common_phrases
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
