"""What the contract cases of search engines share: asking, putting in, walking pages."""

from collections.abc import Sequence

from core.ports import SearchDocument
from search.analysis.synonyms import SynonymTable, table_of
from search.gateways import Gateway
from search.gateways.shapes import Key, Neighborhood, SearchPage
from tests.factories.search import request

NO_SYNONYMS = SynonymTable((), "0")
SYNONYMS = table_of([["助餐", "送餐"], ["项目", "工程"]], version="1")


class FixedMeaning:
    """A meaning that is told the cosine of every thing."""

    def __init__(self, told: dict[Key, float], nearest: Sequence[Key] = ()) -> None:
        self.told, self.near = told, nearest

    def cosines(self, keys: Sequence[Key]) -> dict[Key, float]:
        return {key: self.told[key] for key in keys if key in self.told}

    def nearest(self, level: str, limit: int) -> Sequence[Key]:
        return self.near[:limit]

    def unscanned(self) -> Neighborhood | None:
        return None


class SearchCases:
    """Ids of hits are compared whole, in order, unless the order is not promised.

    `latest_of_equals`: of more than a hundred equal candidates the engine ranks those indexed last;
    otherwise it may choose.
    """

    latest_of_equals = True

    def settle(self, engine: Gateway) -> None:
        """Make what was written findable."""

    def put(
        self, engine: Gateway, *documents: SearchDocument, synonyms: SynonymTable = NO_SYNONYMS
    ) -> None:
        engine.index(documents, synonyms=synonyms)
        self.settle(engine)

    def page(self, engine: Gateway, q: str = "", **more: object) -> SearchPage:
        synonyms = more.pop("synonyms", NO_SYNONYMS)
        meaning = more.pop("meaning", None)
        assert isinstance(synonyms, SynonymTable)
        assert meaning is None or isinstance(meaning, FixedMeaning)
        return engine.search(request(q, **more), synonyms=synonyms, meaning=meaning)

    def ids(self, engine: Gateway, q: str = "", **more: object) -> list[int]:
        return [hit.id for hit in self.page(engine, q, **more).hits]

    def walk(self, engine: Gateway, q: str = "", **more: object) -> list[int]:
        """Ids of all pages."""
        found: list[int] = []
        cursor = ""
        for _page in range(200):
            page = self.page(engine, q, cursor=cursor, **more)
            found += [hit.id for hit in page.hits]
            cursor = page.cursor
            if not cursor:
                return found
        raise AssertionError("the pages do not end")
