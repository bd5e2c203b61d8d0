"""Filters, facets, orders and pages: what holds for every search engine."""

from datetime import timedelta
from typing import Any

import pytest

from core.errors import Invalid
from search.gateways import Gateway
from search.gateways.shapes import CLOSING, NEWEST, Widening
from tests.contracts.search_tools import NO_SYNONYMS, SearchCases
from tests.factories.search import INTERNAL, NOW, document


class ListCases(SearchCases):
    """The cases of lists; see `search_gateway`."""

    # -- filters and facets ----------------------------------------------------------------
    def market(self, engine: Gateway) -> None:
        street, other = "44/4401/440103/440103001/", "44/4401/440104/440104002/"
        self.put(
            engine,
            document(1, "老人助餐", region=street, facets={"group": ("老年人",), "kind": ("service",)}),
            document(2, "老人轮椅", region=other, category="disabled", facets={"kind": ("goods",)}),
            document(3, "老人午餐", kind="resource", region=street, state="MET", organization_id=9,
                     closes_at=NOW + timedelta(days=2), facets={"kind": ("service",)}),
            document(4, "儿童绘本", category="children", closes_at=NOW + timedelta(days=30)),
            document(5, "老人绘画", region="", category="", closes_at=NOW - timedelta(days=1)),
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            ({"kinds": ("need",)}, [1, 2, 4, 5]),
            ({"kinds": ("need", "resource")}, [1, 2, 3, 4, 5]),
            ({"categories": ("elderly", "children")}, [1, 3, 4]),
            ({"regions": ("44/4401/440103/",)}, [1, 3, 4]),
            ({"regions": ("44/4401/440103/440103001/", "44/4401/440104/")}, [1, 2, 3]),
            ({"regions": ("%",)}, []),
            ({"states": ("MET",)}, [3]),
            ({"organizations": (9,)}, [3]),
            ({"closes_from": NOW, "closes_until": NOW + timedelta(days=7)}, [3]),
            ({"closes_from": NOW}, [3, 4]),
            ({"facets": (("kind", ("service",)),)}, [1, 3]),
            ({"facets": (("kind", ("service", "goods")), ("group", ("老年人",)))}, [1]),
            ({"posted_since": NOW - timedelta(minutes=2)}, [1, 2]),
            ({"kinds": ("need",), "categories": ("elderly",)}, [1]),
            ({"categories": ("nothing",)}, []),
        ],
    )
    def test_filters(self, engine: Gateway, filters: dict[str, Any], expected: list[int]) -> None:
        self.market(engine)
        assert self.ids(engine, **filters) == expected
        assert self.page(engine, **filters).total == len(expected)
        among_elderly = [one for one in expected if one != 4]
        assert sorted(self.ids(engine, "老人", **filters)) == among_elderly
        assert self.page(engine, "老人", **filters).total == len(among_elderly)

    def test_facets_without_their_own_filter(self, engine: Gateway) -> None:
        self.market(engine)
        page = self.page(engine, with_facets=True, kinds=("need",), categories=("elderly",))
        assert page.total == 1
        assert page.facets == {
            "kind": {"need": 1, "resource": 1},
            "category": {"elderly": 1, "disabled": 1, "children": 1},
            "state": {"OPEN": 1},
            "organization": {"7": 1},
            "region": {
                "44/": 1,
                "44/4401/": 1,
                "44/4401/440103/": 1,
                "44/4401/440103/440103001/": 1,
            },
            "f.group": {"老年人": 1},
            "f.kind": {"service": 1},
        }

    def test_facets_move_with_the_words(self, engine: Gateway) -> None:
        self.market(engine)
        page = self.page(engine, "绘本", with_facets=True)
        assert page.facets["category"] == {"children": 1}
        page = self.page(engine, "老人", with_facets=True, facets=(("kind", ("goods",)),))
        assert page.total == 1
        assert page.facets["f.kind"] == {"service": 2, "goods": 1}
        assert page.facets["state"] == {"OPEN": 1}

    def test_an_empty_result_says_what_to_widen(self, engine: Gateway) -> None:
        self.market(engine)
        page = self.page(engine, "儿童", categories=("elderly",), states=("OPEN",))
        assert (page.total, page.hits) == (0, ())
        assert page.widen == (Widening("", 1), Widening("category", 1))
        page = self.page(engine, facets=(("kind", ("goods",)),), categories=("elderly",))
        assert page.widen == (Widening("f.kind", 2), Widening("category", 1))

    # -- order and pages -------------------------------------------------------------------
    def test_orders(self, engine: Gateway) -> None:
        soon = {1: 5, 2: -3, 3: 1, 5: -1}
        self.put(
            engine,
            *(
                document(n, "老人", closes_at=NOW + timedelta(days=soon[n]) if n in soon else None)
                for n in range(1, 6)
            ),
        )
        assert self.ids(engine, sort=NEWEST) == [1, 2, 3, 4, 5]
        assert self.ids(engine, sort=CLOSING) == [3, 1, 4, 5, 2]
        assert self.ids(engine, "老人", sort=CLOSING) == [3, 1, 4, 5, 2]
        for size in (1, 2, 3):
            assert self.walk(engine, sort=CLOSING, size=size) == [3, 1, 4, 5, 2]

    def test_browsing_to_the_end(self, engine: Gateway) -> None:
        same = NOW - timedelta(days=1)
        self.put(engine, *(document(n, posted_at=same if n > 20 else None) for n in range(1, 41)))
        found = self.walk(engine, size=7)
        assert sorted(found) == list(range(1, 41))
        assert set(found[:20]) == set(range(21, 41))

    def test_pages_stay_while_entries_arrive(self, engine: Gateway) -> None:
        self.put(engine, *(document(n, f"老人助餐第{n}份") for n in range(10, 40)))
        for q in ("", "老人助餐"):
            first = self.page(engine, q, size=10)
            seen = [hit.id for hit in first.hits]
            cursor = first.cursor
            arriving = 100 if q else 200
            while cursor:
                self.put(engine, document(arriving, "老人助餐老人助餐", posted_at=NOW))
                arriving += 1
                page = self.page(engine, q, size=10, cursor=cursor)
                seen += [hit.id for hit in page.hits]
                cursor = page.cursor
            assert len(seen) == len(set(seen))
            assert set(range(10, 40)) <= set(seen)

    def test_beyond_the_best_hundred(self, engine: Gateway) -> None:
        """Equal weights: a hundred are ranked, the rest follows newest first."""
        for n in range(1, 241):
            engine.index([document(n, "老人助餐")], synonyms=NO_SYNONYMS)
        self.settle(engine)
        assert self.page(engine, "老人助餐").total == 240
        found = self.walk(engine, "老人助餐", size=30)
        assert sorted(found) == list(range(1, 241))
        assert found[100:] == sorted(found[100:])
        if self.latest_of_equals:
            assert set(found[:100]) == set(range(141, 241))

    def test_a_hidden_row_leaves_later_pages(self, engine: Gateway) -> None:
        self.put(engine, *(document(n, "老人助餐") for n in range(1, 31)))
        first = self.page(engine, "老人助餐", size=10)
        rest = set(range(1, 31)) - {hit.id for hit in first.hits}
        hidden = min(rest)
        self.put(engine, document(hidden, "老人助餐", level=INTERNAL, version=2))
        seen = []
        cursor = first.cursor
        while cursor:
            page = self.page(engine, "老人助餐", size=10, cursor=cursor)
            seen += [hit.id for hit in page.hits]
            cursor = page.cursor
        assert set(seen) == rest - {hidden}

    @pytest.mark.parametrize("cursor", ["x", "AAAA", "eJw=", "é", "a" * 9000])
    def test_a_broken_cursor_is_refused(self, engine: Gateway, cursor: str) -> None:
        for q in ("", "老人"):
            with pytest.raises(Invalid) as refusal:
                self.page(engine, q, cursor=cursor)
            assert list(refusal.value.fields) == ["cursor"]
