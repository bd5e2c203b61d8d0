"""Words by BM25, then meaning: figures that can be worked out by hand, and fair treatment."""

from itertools import pairwise
from math import isclose, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import ranking
from search.analysis.synonyms import Group
from search.ranking import Candidate, CorpusFigures, Scored

ENTRIES = {
    "canteen": ("老年食堂", "为老人做饭，送餐上门"),
    "chairs": ("轮椅租借", "残疾人可免费借用轮椅"),
    "lessons": ("手机课堂", "教老人用手机"),
}


def ranked(query: str, groups: tuple[Group, ...] = ()) -> list[Scored]:
    counts = {
        key: ranking.field_counts(title, text, groups=groups)
        for key, (title, text) in ENTRIES.items()
    }
    candidates = [Candidate(key, fields) for key, fields in counts.items()]
    figures = ranking.figures_of(list(counts.values()))
    return ranking.rank_words(ranking.query_counts(query, groups=groups), candidates, figures)


def test_one_term_scores_as_the_formula_says() -> None:
    figures = CorpusFigures(10, {"U": 4.0}, lambda field, term: 2)
    candidate = Candidate("a", {"U": {"餐": 1.0, "送": 1.0}})
    (scored,) = ranking.rank_words({"U": {"餐": 1.0}}, [candidate], figures)
    norm = 0.6 * (1 - 0.9 + 0.9 * 2 / 4)
    assert isclose(scored.score, log(1 + 8.5 / 2.5) / (1 + norm))
    assert [(c.field, c.term) for c in scored.contributions] == [("U", "餐")]


def test_the_entry_that_says_it_comes_first_with_its_reasons() -> None:
    best, *others = ranked("上门送餐")
    assert best.key == "canteen"
    assert {c.term for c in best.contributions if c.field == "W"} == {"上门", "送", "餐"}
    assert isclose(best.score, sum(c.points for c in best.contributions))
    assert [one.score for one in others] == [0.0, 0.0]
    assert [one.key for one in others] == ["chairs", "lessons"]


def test_the_title_weighs_more_than_the_text() -> None:
    title = ranking.field_counts("轮椅", "出借")
    text = ranking.field_counts("出借", "轮椅")
    figures = ranking.figures_of([title, text])
    candidates = [Candidate("text", text), Candidate("title", title)]
    order = ranking.rank_words(ranking.query_counts("轮椅"), candidates, figures)
    assert [one.key for one in order] == ["title", "text"]


def test_average_length_ignores_entries_without_the_field() -> None:
    assert ranking.average_lengths(
        [{"U": {"a": 2.0}, "L": {}}, {"U": {"a": 4.0}, "L": {"x": 1}}]
    ) == {
        "U": 3.0,
        "L": 1.0,
    }


def test_a_term_of_unknown_frequency_counts_as_held_by_the_candidates_alone() -> None:
    unknown = CorpusFigures(100, {"U": 1.0}, lambda field, term: None)
    known = CorpusFigures(100, {"U": 1.0}, lambda field, term: 1)
    candidates = [Candidate("a", {"U": {"餐": 1.0}})]
    query = {"U": {"餐": 1.0}}
    assert ranking.rank_words(query, candidates, unknown) == ranking.rank_words(
        query, candidates, known
    )


def test_a_synonym_is_found_but_weighs_less_than_the_word() -> None:
    groups = (Group(("助餐", "送餐")),)
    best = ranked("助餐", groups)[0]
    assert best.key == "canteen"
    assert ("S", "助餐") in {(c.field, c.term) for c in best.contributions}
    assert ranked("送餐", groups)[0].score > best.score


# Meaning


def words(**scores: float) -> list[Scored]:
    return sorted((Scored(key, score) for key, score in scores.items()), key=lambda s: -s.score)


def order(scored: list[Scored]) -> list[str]:
    return [one.key for one in scored]


def test_meaning_is_added_as_measured() -> None:
    mixed = ranking.add_meaning(words(a=8.0, b=4.0), {"a": 0.80, "b": 0.85})
    assert order(mixed) == ["b", "a"]
    assert [one.score for one in mixed] == pytest.approx([0.5, 1 - 16 * 0.05])


@pytest.mark.parametrize("cosines", [None, {}])
def test_without_vectors_words_serve_alone(cosines: dict[str, float] | None) -> None:
    mixed = ranking.add_meaning(words(a=8.0, b=4.0), cosines)
    assert [(one.key, one.score) for one in mixed] == [("a", 1.0), ("b", 0.5)]


def test_an_entry_without_vector_stays_where_its_words_put_it() -> None:
    found = words(a=10, b=9, c=8, d=3, e=2, f=1)
    cosines = {"a": 0.9, "b": 0.89, "d": 0.8, "e": 0.79, "f": 0.78}
    assert order(ranking.add_meaning(found, cosines))[:3] == ["a", "b", "c"]
    late = {key: value for key, value in {**cosines, "c": 0.88}.items() if key != "f"}
    assert "f" in order(ranking.add_meaning(found, late))[3:]


def test_nothing_found_gives_nothing() -> None:
    assert ranking.add_meaning([], {"a": 1.0}) == []
    assert [one.score for one in ranking.add_meaning([Scored("a", 0.0)], None)] == [0.0]


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 50), min_size=1),
    st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-1, 1)),
)
def test_meaning_keeps_every_entry_and_its_order_is_settled(
    scores: dict[str, float], cosines: dict[str, float]
) -> None:
    found = words(**scores)
    mixed = ranking.add_meaning(found, cosines)
    assert sorted(order(mixed)) == sorted(scores)
    assert mixed == ranking.add_meaning(found[::-1], cosines)
    assert all(earlier.score >= later.score for earlier, later in pairwise(mixed))
