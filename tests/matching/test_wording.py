"""Sentences for stored codes: every code of the engine has one, and the figures are in it."""

from datetime import date
from typing import Any

import pytest

from matching import decline_reasons, named, wording
from matching.engine import TABLE, Item, Matcher, Quantity, Times
from matching.engine.constraints import CONSTRAINTS

FIGURES: dict[str, tuple[float, dict[str, float | str], tuple[str, ...]]] = {
    "need_covered": (0.4, {"share": 0.42}, ("送餐上门", "老人")),
    "similar_text": (0.3, {"cosine": 0.312}, ()),
    "meaning": (0.35, {"cosine": 0.93}, ()),
    "same_category": (0.1, {"category": "为老服务"}, ()),
    "distance": (0.04, {"common_levels": 4}, ()),
    "times": (0.04, {}, ()),
    "quantity": (0.06, {"needed": 30.0, "left": 12.5, "unit": "份"}, ()),
    "freshness": (0.02, {"days": 3}, ()),
}
SENTENCES = {
    "need_covered": "需求里说的，对方提到了 42%：“送餐上门”、“老人”。",
    "similar_text": "两边写的文字有相同之处（相似度 0.31）。",
    "meaning": "不看用词，意思很接近。",
    "same_category": "类别相同：为老服务。",
    "distance": "在同一个街道。",
    "times": "双方的时间对得上。",
    "quantity": "数量够一部分：需要 30\u00a0份，还有 12.5\u00a0份。",
    "freshness": "3 天内更新过。",
}


def test_every_weight_has_a_sentence() -> None:
    assert SENTENCES.keys() == {weight.code for weight in TABLE}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_reason_is_one_plain_sentence(code: str) -> None:
    points, figures, words = FIGURES[code]
    assert wording.reason_sentence(code, points, figures, words) == SENTENCES[code]


def test_reasons_change_with_their_figures() -> None:
    assert wording.reason_sentence("meaning", -0.2, {"cosine": 0.8}) == "意思离得比较远。"
    assert wording.reason_sentence("meaning", 0.2, {"cosine": 0.9}) == "意思比较接近。"
    assert wording.reason_sentence("meaning", 0.05, {"cosine": 0.88}) == "意思有一点相近。"
    assert wording.reason_sentence("need_covered", 0.1, {"share": 0.1}) == (
        "需求里说的，对方提到了 10%。"
    )
    assert wording.reason_sentence("freshness", 0.03, {"days": 0}) == "今天刚更新。"
    enough: dict[str, float | str] = {"needed": 1000.0, "left": 1200.0, "unit": "件"}
    assert wording.reason_sentence("quantity", 0.06, enough) == (
        "数量够：需要 1000\u00a0件，还有 1200\u00a0件。"
    )


def test_every_constraint_has_a_line() -> None:
    lines = {c.code: wording.absence_sentence(c.code, 12, 0) for c in CONSTRAINTS}
    assert len(set(lines.values())) == len(CONSTRAINTS)
    assert all("12" in line for line in lines.values())
    assert wording.absence_sentence("area", 3, 2) == (
        "服务不到这个地方的有 3 条。只放宽这一条，能多出 2 条。"
    )


def test_levels_have_a_word_and_unknown_codes_are_loud() -> None:
    assert [wording.level_label(level) for level in ("high", "medium", "low", "none")] == [
        *("高", "中", "低", "不合适")
    ]
    with pytest.raises(KeyError):
        wording.reason_sentence("nonsense", 1.0, {})


def test_every_reason_of_a_real_pair_can_be_worded() -> None:
    day = date(2026, 3, 1)
    place = ("33", "3301", "330102")
    side: dict[str, Any] = {
        "region": place,
        "times": Times(day),
        "refreshed": day,
        "category": "为老服务",
    }
    need = Item("n", "老人送餐", "送餐", quantity=Quantity(3, "份", "day"), **side)
    offer = Item("r", "送餐上门", "老人送餐", quantity=Quantity(2, "份", "day"), **side)
    (answer,) = Matcher().fit([offer]).propose([need], at=day)
    reasons = answer.pairs[0].reasons
    assert {reason.code for reason in reasons} == SENTENCES.keys() - {"meaning"}
    for reason in reasons:
        assert wording.reason_sentence(reason.code, reason.points, reason.figures, reason.words)


def test_every_weight_and_reason_has_words_that_are_translated() -> None:
    assert {weight.code: weight.label for weight in TABLE} == {
        code: str(label) for code, label in named.WEIGHTS.items()
    }
    assert [reason.message for reason in decline_reasons.all_reasons()] == [
        str(label) for label in named.DECLINE_REASONS
    ]
