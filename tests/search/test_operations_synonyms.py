"""Staff edit synonyms: a new version at once, rows cut again after, everything on the trail."""

import pytest

from core import audit, outbox
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.permissions import NOBODY, Actor, RoleScope
from core.ports import Subject
from search import operations
from search.gateways.shapes import AlsoSearched
from search.models import SearchEntry
from search.queries import market, synonym_groups, synonyms_in_force
from tests.factories.search import NOW, MemorySource, document, request

pytestmark = pytest.mark.django_db

STAFF = Actor(user_id=1, name="对接专员", scopes=(RoleScope("COORDINATOR"),))


def found(q: str) -> list[int]:
    return [hit.id for hit in market(request(q)).hits]


def test_built_in_groups_hold_both_spellings(source: MemorySource) -> None:
    source.put(document(1, "工程招募"), document(2, "发展活动"))
    operations.rebuild()
    assert (found("项目"), found("开展")) == ([1], [2])


def test_a_saved_group_is_searched_once_rows_are_cut_again(source: MemorySource) -> None:
    source.put(document(1, "义剪活动"))
    operations.rebuild()
    assert found("理髪") == []
    before = synonyms_in_force().version
    row = operations.save_synonyms(by=STAFF, at=NOW, terms=["理髪", "义剪", " 义剪 "])
    assert (row.key, row.terms, row.version) == ("理髪", ["理髪", "义剪"], 1)
    assert synonyms_in_force().version != before
    assert SearchEntry.objects.get().synonyms == before
    outbox.drain(NOW)
    assert SearchEntry.objects.get().synonyms == synonyms_in_force().version
    page = market(request("理髪"))
    assert [hit.id for hit in page.hits] == [1]
    assert page.also_searched == (AlsoSearched("理髪", ("义剪",)),)
    assert list(operations.find_differences()) == []


def test_a_built_in_group_is_replaced_silenced_and_back(source: MemorySource) -> None:
    source.put(document(1, "工程招募"))
    operations.rebuild()
    row = operations.save_synonyms(
        by=STAFF, at=NOW, key="项目", terms=["项目", "计划"], not_in=["计划生育"]
    )
    outbox.drain(NOW)
    assert found("项目") == []
    row = operations.save_synonyms(
        by=STAFF, at=NOW, key="项目", terms=["项目", "计划"], active=False, version=row.version
    )
    shown = {group.key: group for group in synonym_groups()}["项目"]
    assert (shown.active, shown.built_in, shown.version) == (False, True, 2)
    operations.remove_synonyms(by=STAFF, at=NOW, key="项目", version=2)
    outbox.drain(NOW)
    assert found("项目") == [1]
    acts = [event.act for event in audit.history(Subject("synonyms", "项目"))]
    assert sorted(acts) == ["synonyms.removed", "synonyms.saved", "synonyms.saved"]


def test_two_tabs_conflict(source: MemorySource) -> None:
    operations.save_synonyms(by=STAFF, at=NOW, terms=["甲词", "乙词"])
    with pytest.raises(Conflict):
        operations.save_synonyms(by=STAFF, at=NOW, key="甲词", terms=["甲词", "丙词"])
    with pytest.raises(Conflict):
        operations.remove_synonyms(by=STAFF, at=NOW, key="甲词", version=7)
    with pytest.raises(NotFound):
        operations.remove_synonyms(by=STAFF, at=NOW, key="没有", version=1)
    assert [g.terms for g in synonym_groups() if not g.built_in] == [("甲词", "乙词")]


@pytest.mark.parametrize(
    "terms",
    [[], ["单独"], ["同", "同"], ["ＡＥＤ", "aed"], ["餐", "助餐"], ["？！", "助餐"],
     ["长" * 31, "助餐"], [f"词{n}" for n in range(31)]],
)  # fmt: skip
def test_odd_groups_are_refused(terms: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        operations.save_synonyms(by=STAFF, at=NOW, terms=terms)
    assert list(refusal.value.fields) == ["terms"]
    assert synonyms_in_force().version.endswith(".0")


@pytest.mark.parametrize(
    "by", [NOBODY, Actor(user_id=2, name="审计", scopes=(RoleScope("AUDITOR"),)),
           Actor(user_id=3, organization_id=4, verified=True)],
)  # fmt: skip
def test_others_may_not(by: Actor) -> None:
    with pytest.raises(NotAllowed):
        operations.save_synonyms(by=by, at=NOW, terms=["甲词", "乙词"])
    with pytest.raises(NotAllowed):
        operations.remove_synonyms(by=by, at=NOW, key="甲词", version=1)
