"""What holds for every search engine. A test module subclasses `SearchGatewayContract`, gives the
fixture `engine` and, where an engine shows writes late, overrides `settle`.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.ports import SearchDocument
from search.gateways import Gateway
from search.gateways.shapes import AlsoSearched
from tests.contracts.search_lists import ListCases
from tests.contracts.search_tools import NO_SYNONYMS, SYNONYMS, FixedMeaning
from tests.factories.search import INTERNAL, NOW, PARTNERS, PUBLIC, document


class SearchGatewayContract(ListCases):
    """Every case; those of lists are inherited."""

    # -- what is found ---------------------------------------------------------------------
    def test_a_document_comes_back_whole(self, engine: Gateway) -> None:
        given = document(
            3,
            "高龄老人助餐",
            "每天三十份，送到家。",
            closes_at=NOW + timedelta(days=9),
            place="滨河街道",
            verified=True,
            facets={"group": ("老年人", "低保")},
            shown={"quantity": "30"},
        )
        self.put(engine, given)
        (hit,) = self.page(engine, "助餐").hits
        names = [name for name in SearchDocument.__dataclass_fields__ if name != "facets"]
        assert {n: getattr(hit, n) for n in names} == {n: getattr(given, n) for n in names}
        assert dict(hit.facets) == {"group": ("老年人", "低保")}
        assert hit.marked_title == (("高龄老人", False), ("助餐", True))
        assert hit.snippet == (("每天三十份，送到家。", False),)

    def test_without_dates_none_comes_back(self, engine: Gateway) -> None:
        self.put(engine, document(1, posted_at=None, closes_at=None))
        (hit,) = self.page(engine).hits
        assert (hit.posted_at, hit.closes_at) == (None, None)

    def test_best_words_come_first(self, engine: Gateway) -> None:
        self.put(
            engine,
            document(1, "儿童绘本", "给孩子们的图书"),
            document(2, "老人助餐", "高龄独居老人每天的午餐"),
            document(3, "老人陪伴", "陪老人聊天"),
        )
        assert self.ids(engine, "独居老人助餐")[0] == 2
        assert self.ids(engine, "独居老人助餐")[1:] == [3]
        assert self.ids(engine, "图书") == [1]
        assert self.ids(engine, "挖掘机") == []

    def test_shares_add_up_to_the_score(self, engine: Gateway) -> None:
        self.put(engine, document(1, "老人助餐"), document(2, "助餐"))
        for hit in self.page(engine, "老人助餐").hits:
            assert sum(share.points for share in hit.shares) == pytest.approx(hit.score)
            assert hit.shares

    @pytest.mark.parametrize("q", ["药", "书", "𠮷", "餐"])
    def test_one_character_is_found_anywhere_in_a_word(self, engine: Gateway, q: str) -> None:
        self.put(
            engine, document(1, f"旧{q}"), document(2, f"{q}品"), document(3, f"一些{q}的事"),
            document(4, "别的"),
        )  # fmt: skip
        assert sorted(self.ids(engine, q)) == [1, 2, 3]

    def test_latin_letters_and_digits(self, engine: Gateway) -> None:
        self.put(
            engine, document(1, "AED 除颤仪"), document(2, "ＡＥＤ培训"), document(3, "PS教程")
        )
        assert sorted(self.ids(engine, "aed")) == [1, 2]

    @pytest.mark.parametrize("q", ["", "  ", "？！", "\x00", "'\"*()-:^", "😀"])
    def test_nothing_to_look_for_browses(self, engine: Gateway, q: str) -> None:
        self.put(engine, document(1), document(2))
        assert self.ids(engine, q) == [1, 2]

    @pytest.mark.parametrize(
        "q",
        [
            "OR",
            'a"b',
            "NEAR(老人)",
            "老人*",
            "terms:老人",
            "老人' | '儿童",
            "\\",
            "%s",
            "老" * 5000,
        ],
    )
    def test_a_query_is_never_syntax(self, engine: Gateway, q: str) -> None:
        self.put(engine, document(1, "老人"), document(2, "儿童"))
        assert set(self.ids(engine, q)) <= {1, 2}

    # -- levels ----------------------------------------------------------------------------
    def test_a_level_finds_its_own_text_only(self, engine: Gateway) -> None:
        self.put(
            engine,
            document(1, "公开的说法"),
            document(1, "伙伴的说法", level=PARTNERS),
            document(1, "内部的秘密", level=INTERNAL),
        )
        assert self.ids(engine, "秘密") == []
        assert self.ids(engine, "秘密", level=PARTNERS) == []
        (hit,) = self.page(engine, "秘密", level=INTERNAL).hits
        assert (hit.level, hit.title) == (INTERNAL, "内部的秘密")
        assert [self.page(engine, level=level).total for level in (PUBLIC, PARTNERS, INTERNAL)] == [
            1,
            1,
            1,
        ]

    def test_what_is_hidden_is_not_counted_suggested_or_near(self, engine: Gateway) -> None:
        self.put(
            engine,
            document(1, "助餐", category="elderly"),
            document(2, "助餐秘密", category="secret", level=INTERNAL, facets={"group": ("x",)}),
        )
        near = FixedMeaning({("need", 2): 0.99, ("need", 1): 0.9}, [("need", 2), ("need", 1)])
        for q in ("", "助餐"):
            page = self.page(engine, q, with_facets=True, meaning=near)
            assert (page.total, [hit.id for hit in page.hits]) == (1, [1])
            assert page.facets["category"] == {"elderly": 1}
            assert "f.group" not in page.facets
        assert engine.suggest("助餐", level=PUBLIC, limit=9)[0].title == "助餐"
        assert len(engine.suggest("助餐", level=PUBLIC, limit=9)) == 1
        assert [key for key, _score in engine.recall(
            "助餐秘密", level=PUBLIC, kinds=["need"], limit=9, synonyms=NO_SYNONYMS
        )] == [("need", 1)]  # fmt: skip

    def test_hidden_entries_do_not_move_scores(self, engine: Gateway) -> None:
        self.put(engine, document(1, "助餐"), document(2, "老人助餐"))
        before = [(hit.id, hit.score, hit.shares) for hit in self.page(engine, "老人助餐").hits]
        self.put(engine, *(document(n, "老人", "老人", level=INTERNAL) for n in range(3, 30)))
        after = [(hit.id, hit.score, hit.shares) for hit in self.page(engine, "老人助餐").hits]
        assert after == before

    def test_less_public_means_gone_from_the_public(self, engine: Gateway) -> None:
        self.put(engine, document(1, "助餐"), document(1, "助餐", level=INTERNAL))
        self.put(engine, document(1, "助餐", level=INTERNAL, version=2))
        assert self.ids(engine, "助餐") == []
        assert self.ids(engine, "助餐", level=INTERNAL) == [1]

    # -- writing ---------------------------------------------------------------------------
    def test_an_edit_replaces_the_old_words(self, engine: Gateway) -> None:
        self.put(engine, document(1, "旧轮椅"))
        self.put(engine, document(1, "儿童绘本", version=2))
        assert (self.ids(engine, "轮椅"), self.ids(engine, "绘本")) == ([], [1])

    def test_a_late_message_is_ignored(self, engine: Gateway) -> None:
        self.put(engine, document(1, "轮椅", version=5))
        assert engine.index([document(1, "绘本", version=4)], synonyms=NO_SYNONYMS) == 0
        self.settle(engine)
        assert (self.ids(engine, "绘本"), self.ids(engine, "轮椅")) == ([], [1])

    def test_a_repeated_message_changes_nothing(self, engine: Gateway) -> None:
        given = [document(1, "老人助餐", facets={"group": ("a",)}), document(2, "老人")]
        self.put(engine, *given)
        before = self.page(engine, "老人助餐", with_facets=True)
        self.put(engine, *given)
        assert self.page(engine, "老人助餐", with_facets=True) == before
        assert engine.faults() == []

    def test_removed_things_are_gone(self, engine: Gateway) -> None:
        self.put(
            engine, document(1, "助餐"), document(1, "助餐", level=INTERNAL), document(2, "助餐")
        )
        assert engine.remove("need", [1, 99]) == 2
        self.settle(engine)
        assert (self.ids(engine, "助餐"), self.ids(engine, level=INTERNAL)) == ([2], [])
        assert engine.faults() == []

    def test_kinds_with_equal_ids_are_different_things(self, engine: Gateway) -> None:
        self.put(engine, document(1, "需要轮椅"), document(1, "闲置轮椅", kind="resource"))
        engine.remove("need", [1])
        self.settle(engine)
        assert [hit.kind for hit in self.page(engine, "轮椅").hits] == ["resource"]

    def test_odd_text_is_written_and_found(self, engine: Gateway) -> None:
        odd = "𠮷野家\u202e反\x00向 é ñ 😀 ☃ " + "长" * 30_000
        self.put(engine, document(1, "𠮷野家的饭", odd))
        assert self.ids(engine, "𠮷野家") == [1]
        assert engine.faults() == []

    def test_held_says_what_is_there(self, engine: Gateway) -> None:
        self.put(
            engine,
            document(2, version=3),
            document(1),
            document(1, level=INTERNAL),
            synonyms=SYNONYMS,
        )
        rows = [
            (h.key, h.level, h.version, h.synonyms) for batch in engine.held("need") for h in batch
        ]
        assert rows == [
            (("need", 1), INTERNAL, 1, "1"),
            (("need", 1), PUBLIC, 1, "1"),
            (("need", 2), PUBLIC, 3, "1"),
        ]
        engine.clear()
        self.settle(engine)
        assert list(engine.held("need")) == []
        assert self.ids(engine) == []

    # -- synonyms, marks, suggestions ---------------------------------------------------------
    def test_synonyms_are_found_after_the_words_and_said(self, engine: Gateway) -> None:
        self.put(
            engine,
            document(1, "为老人送餐"),
            document(2, "为老人助餐"),
            document(3, "为老人理发"),
            synonyms=SYNONYMS,
        )
        page = self.page(engine, "助餐", synonyms=SYNONYMS)
        assert [hit.id for hit in page.hits] == [2, 1]
        assert page.also_searched == (AlsoSearched("助餐", ("送餐",)),)
        assert page.hits[1].marked_title == (("为老人", False), ("送餐", True))

    def test_the_words_as_written_alone(self, engine: Gateway) -> None:
        self.put(engine, document(1, "工程征集"), document(2, "项目报名"), synonyms=SYNONYMS)
        assert sorted(self.ids(engine, "项目", synonyms=SYNONYMS)) == [1, 2]
        page = self.page(engine, "项目", synonyms=SYNONYMS, exact=True)
        assert ([hit.id for hit in page.hits], page.also_searched) == ([2], ())

    def test_a_snippet_shows_the_place(self, engine: Gateway) -> None:
        self.put(
            engine,
            document(1, "通知", "前面的话。" * 60 + "本周招募助餐志愿者。" + "后面的话。" * 60),
        )
        (hit,) = self.page(engine, "招募助餐").hits
        assert hit.snippet[0] == ("…", False)
        assert hit.snippet[-1] == ("…", False)
        assert ("招募助餐", True) in hit.snippet
        assert sum(len(piece) for piece, _ in hit.snippet) <= 112
        assert hit.marked_title == (("通知", False),)

    def test_marks_give_the_text_back(self, engine: Gateway) -> None:
        self.put(engine, document(1, "ＡＥＤ<b>急救</b>培训", "学会AED急救"))
        (hit,) = self.page(engine, "aed急救").hits
        assert "".join(piece for piece, _ in hit.marked_title) == "ＡＥＤ<b>急救</b>培训"
        assert "".join(piece for piece, _ in hit.snippet) == "学会AED急救"
        assert [piece for piece, is_hit in hit.marked_title if is_hit] == ["ＡＥＤ", "急救"]

    def test_suggestions_hold_what_was_typed(self, engine: Gateway) -> None:
        self.put(
            engine,
            document(1, "社区老人助餐"),
            document(2, "老人助浴"),
            document(3, "助老人餐饮"),
            document(4, "社区老人助餐"),
        )

        def titles(typed: str) -> list[str]:
            return [one.title for one in engine.suggest(typed, level=PUBLIC, limit=5)]

        assert titles("老人助") == ["社区老人助餐", "老人助浴"]
        assert titles("老") == ["社区老人助餐", "老人助浴", "助老人餐饮"]
        assert titles("") == []
        assert titles("绘本") == []
        assert len(engine.suggest("老", level=PUBLIC, limit=1)) == 1

    def test_recall_ranks_by_words(self, engine: Gateway) -> None:
        self.put(
            engine,
            document(1, "提供午餐", "老人助餐", kind="resource"),
            document(2, "提供轮椅", kind="resource"),
            document(3, "老人助餐"),
        )
        found = engine.recall(
            "高龄老人助餐，需要午餐",
            level=PUBLIC,
            kinds=["resource"],
            limit=5,
            synonyms=NO_SYNONYMS,
        )
        assert [key for key, _score in found] == [("resource", 1)]
        assert found[0][1] > 0

    # -- meaning ---------------------------------------------------------------------------
    def test_meaning_orders_and_adds(self, engine: Gateway) -> None:
        self.put(engine, document(1, "老人助餐"), document(2, "老人吃饭"), document(3, "食堂"))
        told = {("need", 1): 0.80, ("need", 2): 0.95, ("need", 3): 0.90}
        page = self.page(engine, "老人助餐", meaning=FixedMeaning(told, [("need", 2), ("need", 3)]))
        assert [hit.id for hit in page.hits] == [2, 3, 1]
        assert (page.total, page.meaning) == (3, True)
        assert [s.field for s in page.hits[1].shares] == ["M"]
        assert self.page(engine, "老人助餐").total == 2

    def test_without_any_vector_words_serve_alone(self, engine: Gateway) -> None:
        self.put(engine, document(1, "老人助餐"), document(2, "老人吃饭"))
        alone = [hit.id for hit in self.page(engine, "老人助餐").hits]
        assert [
            hit.id for hit in self.page(engine, "老人助餐", meaning=FixedMeaning({})).hits
        ] == alone

    # -- properties ------------------------------------------------------------------------
    @settings(
        max_examples=15,
        deadline=None,
        # One case runs for several engines, which hypothesis takes for a sign of flakiness.
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.differing_executors,
        ],
    )
    @given(
        texts=st.lists(
            st.tuples(
                st.text("老人助餐轮椅ab1 。", min_size=1, max_size=12),
                st.sets(st.sampled_from([PUBLIC, PARTNERS, INTERNAL]), min_size=1),
            ),
            min_size=1,
            max_size=12,
        ),
        q=st.text("老人助餐轮椅ab1 ", max_size=6),
    )
    def test_no_reader_meets_another_level(
        self, engine: Gateway, texts: list[tuple[str, set[str]]], q: str
    ) -> None:
        """Whatever is written and typed: found, counted and marked are rows of the level alone."""
        engine.clear()
        documents = [
            replace(document(n, f"{text}{level}", text), level=level, category=level)
            for n, (text, levels) in enumerate(texts, 1)
            for level in sorted(levels)
        ]
        self.put(engine, *documents)
        for level in (PUBLIC, PARTNERS, INTERNAL):
            mine = {one.id for one in documents if one.level == level}
            page = self.page(engine, q, level=level, size=100, with_facets=True)
            assert {hit.level for hit in page.hits} <= {level}
            assert {hit.id for hit in page.hits} <= mine
            assert page.total == len(page.hits)
            assert set(page.facets["category"]) <= {level}
            assert sum(page.facets["category"].values()) == page.total
            assert all(level in hit.title for hit in page.hits)
        assert engine.faults() == []
