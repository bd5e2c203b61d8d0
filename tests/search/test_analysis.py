"""Tokens, phrases and synonyms: examples a reader can check, and properties for any text."""

import sys
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import phrases, synonyms, tokens

anything = st.text(max_size=200)
chinese = st.text(alphabet="老人送餐上门服务社区食堂轮椅借的A b1", max_size=40)


def test_index_tokens_are_characters_pairs_and_latin_grams() -> None:
    assert tokens.index_tokens("老年食堂 WeChat 3份") == [
        *("老", "年", "食", "堂", "老年", "年食", "食堂", "份"),
        *("wechat", "wec", "ech", "cha", "hat", "3"),
    ]


def test_each_field_by_itself() -> None:
    text = "社区送餐，App 下载"
    assert tokens.chars(text) == ["社", "区", "送", "餐", "下", "载"]
    assert tokens.bigrams(text) == ["社区", "区送", "送餐", "下载"]
    assert tokens.latin(text) == ["app"]
    assert tokens.words("清华大学的老年食堂！") == [
        *("清华", "华大", "大学", "清华大学", "的", "老年", "食堂")
    ]


def test_smaller_index_keeps_lone_characters() -> None:
    assert tokens.bl_tokens("药, 轮椅 abcd") == ["药", "轮椅", "abcd", "abc", "bcd"]


def test_full_width_and_capitals_are_the_same_word() -> None:
    assert tokens.index_tokens("ＡＥＤ　１２") == tokens.index_tokens("aed 12") == ["aed", "12"]


def test_rare_characters_are_characters() -> None:
    assert tokens.index_tokens("𠮷野家") == ["𠮷", "野", "家", "𠮷野", "野家"]
    assert tokens.words("𠮷") == ["𠮷"]


@pytest.mark.parametrize("mark", ["\u200f", "\u200b", "\ufeff", "\u00ad", "\u202e", "\ufe0f"])
def test_invisible_marks_do_not_split_a_word(mark: str) -> None:
    assert tokens.index_tokens(f"轮{mark}椅") == ["轮", "椅", "轮椅"]


@pytest.mark.parametrize("separator", ["\x00", "😀", "\ud800", "\n", "_"])
def test_control_characters_emoji_and_surrogates_separate(separator: str) -> None:
    assert tokens.index_tokens(f"轮{separator}椅") == ["轮", "椅"]
    assert tokens.words(f"轮{separator}椅") == ["轮", "椅"]


def test_invisible_characters_are_those_of_unicode() -> None:
    unseen = [
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) == "Cf" and tokens.normalize(chr(code))
    ]
    assert unseen == []


def test_very_long_text_and_run_are_capped() -> None:
    assert len(tokens.chars("老" * 10_000_000)) == tokens.LONGEST_TEXT
    run, *grams = tokens.latin("a" * 500)
    assert (len(run), set(grams)) == (tokens.LONGEST_RUN, {"aaa"})


def test_words_fall_back_to_bigrams_without_rjieba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rjieba", None)
    tokens._word_cutter.cache_clear()
    try:
        assert tokens.words("老年食堂 药 abcd") == ["老年", "年食", "食堂", "药", "abcd"]
        assert not tokens.has_words()
    finally:
        tokens._word_cutter.cache_clear()


@given(anything)
def test_normalizing_twice_changes_nothing(text: str) -> None:
    assert tokens.normalize(tokens.normalize(text)) == tokens.normalize(text)


@given(st.text(st.characters(), max_size=200))
def test_every_token_can_be_stored(text: str) -> None:
    for token in (*tokens.index_tokens(text), *tokens.bl_tokens(text), *tokens.words(text)):
        token.encode("utf-8")
        assert token
        assert "\x00" not in token
        assert not any(character.isspace() for character in token)


@given(anything)
def test_index_tokens_are_the_three_fields_together(text: str) -> None:
    together = [*tokens.chars(text), *tokens.bigrams(text), *tokens.latin(text)]
    assert sorted(tokens.index_tokens(text)) == sorted(together)


@given(chinese, chinese)
def test_text_in_the_middle_keeps_its_tokens(text: str, around: str) -> None:
    inside = tokens.index_tokens(f"{around}。{text}。{around}")
    assert set(tokens.index_tokens(text)) <= set(inside)


# Phrases


def test_common_phrases_are_the_longest_shared_stretches() -> None:
    shared = phrases.common_phrases("独居老人需要上门送餐服务", "社区食堂为独居的老人上门送餐")
    assert shared == ["上门送餐", "独居", "老人"]


@pytest.mark.parametrize(
    ("wanted", "offered", "shared"),
    [
        ("每户一桶5升油", "可以捐5升油二十桶", []),
        ("五升油和大米", "捐五升油、大米", ["五升油", "大米"]),
        ("独居老人需要上门送餐服务", "社区食堂为独居的老人上门送餐", ["上门送餐", "独居", "老人"]),
        ("困难家庭需要棉衣", "困难家庭的棉衣", ["困难家庭", "棉衣"]),
        ("AED培训", "教用aed", ["aed"]),
    ],
)
def test_whole_phrases_are_whole_words(wanted: str, offered: str, shared: list[str]) -> None:
    assert phrases.whole_phrases(wanted, offered) == shared


def test_common_phrases_take_whole_latin_words_and_no_single_characters() -> None:
    assert phrases.common_phrases("AED培训", "教用aed") == ["aed"]
    assert phrases.common_phrases("修车", "修灯") == []


@given(chinese, chinese)
def test_common_phrases_stand_in_both_texts(wanted: str, offered: str) -> None:
    for phrase in phrases.common_phrases(wanted, offered):
        assert phrase in tokens.normalize(wanted)
        assert phrase in tokens.normalize(offered)


def test_spans_point_into_the_original_text() -> None:
    text = "ＡＥＤ除颤仪和轮\u200f椅"
    assert [text[a:b] for a, b in phrases.spans(text, ["aed", "轮椅", "除颤"])] == [
        "ＡＥＤ除颤",
        "轮\u200f椅",
    ]
    assert phrases.spans("xaed", ["aed"]) == []
    assert phrases.spans("随便", []) == []


@given(chinese, st.lists(chinese, max_size=4))
def test_spans_are_sorted_apart_and_inside(text: str, wanted: list[str]) -> None:
    places = phrases.spans(text, wanted)
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(before[1] < after[0] for before, after in pairwise(places))


# Synonyms

TABLE = synonyms.table_of(
    [["助餐", "送餐", "配餐"], ["老年食堂", "长者食堂"], ["除颤仪", "AED"], ["只有一个"]],
    version="t",
)


def expanded(text: str) -> list[tuple[str, str]]:
    return [(found.term, found.of) for found in synonyms.expand(text, TABLE.groups)]


def test_expand_names_the_other_terms_and_what_they_stand_for() -> None:
    assert expanded("老年食堂送餐") == [
        ("长者食堂", "老年食堂"),
        ("助餐", "送餐"),
        ("配餐", "送餐"),
    ]


def test_expand_adds_nothing_that_is_there_and_finds_latin_terms_whole() -> None:
    assert expanded("助餐、送餐、配餐") == []
    assert expanded("ＡＥＤ培训") == [("除颤仪", "aed")]
    assert expanded("aedx") == []
    assert len(TABLE.groups) == 3


def test_excepted_words_hide_a_term() -> None:
    group = synonyms.Group(("项目", "工程"), not_in=("工程师",))
    assert synonyms.expand("软件工程师", [group]) == []
    assert synonyms.concepts("工程师做工程", [group]) == ["项目"]


def test_built_in_groups_hold_the_words_of_the_founding_text() -> None:
    table = synonyms.built_in()
    assert synonyms.expand("便民工程", table.groups)[0] == synonyms.Expansion("项目", "工程")
    assert synonyms.expand("开展", table.groups)[0] == synonyms.Expansion("发展", "开展")
    assert synonyms.expand("轮椅", table.groups) == synonyms.expand("助行器", table.groups) == []


def built_in_terms() -> Iterator[str]:
    for group in synonyms.built_in().groups:
        yield from group.terms


def test_built_in_terms_belong_to_one_group_each_and_are_normal() -> None:
    terms = list(built_in_terms())
    assert len(terms) == len(set(terms))
    assert [term for term in terms if tokens.normalize(term) != term] == []
    assert all(len(group.terms) > 1 for group in synonyms.built_in().groups)


@given(st.sampled_from(sorted(built_in_terms())))
def test_every_built_in_term_is_recognized_alone(term: str) -> None:
    group = next(group for group in synonyms.built_in().groups if term in group.terms)
    assert group.key in synonyms.concepts(term, synonyms.built_in().groups)


@given(anything)
def test_expand_takes_any_text(text: str) -> None:
    plain = tokens.normalize(text)
    for found in synonyms.expand(text, synonyms.built_in().groups):
        assert found.of in plain
        assert found.term not in plain


def test_a_long_number_is_one_token_and_its_parts_find_nothing() -> None:
    assert tokens.latin("13800138000") == ["13800138000"]
    assert tokens.latin("100001") == ["100001", "100", "000", "000", "001"]
