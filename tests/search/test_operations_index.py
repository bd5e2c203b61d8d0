"""The index follows the rows, can be made again, checked and mended."""

from io import StringIO
from threading import Lock, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from search import operations
from search.embedded.token_index import token_index
from search.gateways.checksums import checksum
from search.gateways.shapes import BUDGET
from search.models import Counter, EntryTerms, FieldLength, SearchEntry, TermFrequency
from search.operations.check import Difference
from search.queries import market
from search.queries.market import gateway
from tests.factories.search import INTERNAL, PUBLIC, MemorySource, document, request

pytestmark = pytest.mark.django_db


def found(q: str = "", **more: object) -> list[int]:
    return [hit.id for hit in market(request(q, **more)).hits]


def run(name: str, *words: str) -> str:
    out = StringIO()
    call_command(name, *words, stdout=out)
    return out.getvalue()


def test_things_are_written_changed_and_removed(source: MemorySource) -> None:
    source.put(document(1, "老人助餐"), document(2, "儿童绘本"), document(2, level=INTERNAL))
    assert operations.index_things(kind="need", ids=[1, 2]) == 3
    assert found("助餐") == [1]
    source.put(document(1, "轮椅", version=2))
    del source.rows[2]
    assert operations.index_things(kind="need", ids=[1, 2, 3]) == 1
    assert found() == [1]
    assert found("轮椅") == [1]
    assert found(level=INTERNAL) == []
    assert list(operations.find_differences()) == []


def test_a_kind_without_source_leaves_the_index(source: MemorySource) -> None:
    source.put(document(1))
    operations.index_things(kind="need", ids=[1])
    SearchEntry.objects.update(kind="former")
    assert list(operations.find_differences()) == [
        Difference(("former", 1), PUBLIC, "extra"),
        Difference(("need", 1), PUBLIC, "missing"),
    ]
    operations.mend(list(operations.find_differences()))
    assert list(SearchEntry.objects.values_list("kind", flat=True)) == ["need"]


def test_rebuild_resumes_where_it_was_killed(
    source: MemorySource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.operations.index.BATCH", 3)
    source.put(*(document(n) for n in range(1, 11)))
    seen: list[int] = []

    def killed(kind: str, n: int) -> None:
        seen.append(n)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        operations.rebuild(progress=killed)
    assert SearchEntry.objects.count() == 6
    assert operations.things_left() == 4
    assert operations.rebuild() == 4
    assert SearchEntry.objects.count() == 10
    assert operations.things_left() == 10
    assert operations.rebuild(fresh=True) == 10
    assert Counter.objects.filter(name__startswith="rebuild").count() == 0


def test_commands_rebuild_and_check(source: MemorySource) -> None:
    source.put(document(1, "老人助餐"), document(2))
    with pytest.raises(CommandError, match="differs in 2 places"):
        run("search_check")
    assert "2 documents written" in run("search_rebuild")
    assert "the index is what the rows say" in run("search_check")
    del source.rows[2]
    source.put(document(1, "轮椅", version=2), document(3))
    with pytest.raises(CommandError):
        run("search_check")
    report = run("search_check", "--mend")
    assert [line.split()[:3] for line in report.splitlines()[:3]] == [
        ["different", "need", "1"],
        ["extra", "need", "2"],
        ["missing", "need", "3"],
    ]
    assert found() == [1, 3]


def test_check_names_rows_of_another_analyzer_or_table(source: MemorySource) -> None:
    source.put(document(1), document(2), document(3))
    operations.rebuild()
    SearchEntry.objects.filter(object_id=1).update(analyzer="0")
    SearchEntry.objects.filter(object_id=2).update(synonyms="0.0")
    assert list(operations.find_differences()) == [
        Difference(("need", 1), PUBLIC, "analyzer"),
        Difference(("need", 2), PUBLIC, "synonyms"),
    ]
    assert operations.analyze_again() == 2
    assert operations.analyze_again() == 0
    assert list(operations.find_differences()) == []
    assert operations.index_faults() == []


def test_a_higher_version_than_the_row_is_mended(source: MemorySource) -> None:
    """After a restored backup the rows may be older than the index."""
    source.put(document(1, version=5))
    operations.rebuild()
    source.put(document(1, "旧的样子", version=3))
    assert operations.index_things(kind="need", ids=[1]) == 0
    run("search_check", "--mend")
    assert found("旧的样子") == [1]


def test_a_damaged_token_index_is_seen_and_mended(source: MemorySource) -> None:
    source.put(document(1, "老人助餐"), document(2, "轮椅"))
    operations.rebuild()
    ids = list(SearchEntry.objects.order_by("pk").values_list("pk", flat=True))
    token_index().delete(ids[:1])
    token_index().write([(10**6, ["pb助餐"])])
    FieldLength.objects.update(total=0)
    assert operations.index_faults() == [
        "1 entries have no terms in the token index",
        "1 rows of the token index belong to no entry",
    ]
    run("search_check", "--mend")
    assert operations.index_faults() == []
    assert found("助餐") == [1]
    assert FieldLength.objects.get(level=PUBLIC, field="*").entries == 2
    assert FieldLength.objects.get(level=PUBLIC, field="U").total > 0


def test_field_lengths_are_exact_after_any_writes(source: MemorySource) -> None:
    source.put(
        *(document(n, "老人助餐" * n, level=level) for n in (1, 2, 3) for level in (PUBLIC,))
    )
    operations.rebuild()
    source.put(document(2, "轮椅", version=2), document(2, level=INTERNAL, version=2))
    del source.rows[3]
    operations.index_things(kind="need", ids=[2, 3])
    kept = sorted(
        FieldLength.objects.filter(entries__gt=0).values_list("level", "field", "entries", "total")
    )
    operations.mend([])
    counted = sorted(FieldLength.objects.values_list("level", "field", "entries", "total"))
    assert kept == counted


def test_frequent_terms_are_counted_and_used(
    source: MemorySource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.operations.index.FREQUENT", 2)
    source.put(document(1, "老人"), document(2, "老人"), document(3, "儿童"))
    operations.rebuild()
    assert dict(TermFrequency.objects.values_list("term", "df")) == {
        "pb老人": 2,
        "pu老": 2,
        "pu人": 2,
        "pw老人": 2,
        "ps老人": 2,
    }
    before = market(request("老人"))
    operations.refresh_frequencies()
    assert market(request("老人")) == before


def test_a_common_word_alone_is_within_the_budget_rule(source: MemorySource) -> None:
    """The rarest term always counts, and a frequent one is left out once the budget is spent."""
    source.put(document(1, "老人助餐"), document(2, "老人"), document(3, "助餐"))
    operations.rebuild()
    TermFrequency.objects.all().delete()
    for term in ("pb老人", "pu老", "pu人", "pw老人", "ps老人"):
        TermFrequency.objects.create(term=term, df=BUDGET + 1)
    assert sorted(found("老人助餐")) == [1, 3]
    assert sorted(found("老人")) == [1, 2]


def test_checksum_sees_every_field(source: MemorySource) -> None:
    plain = document(1)
    source.put(plain)
    operations.rebuild()
    (batch,) = gateway().held("need")
    assert batch[0].checksum == checksum(plain)
    for name, value in {
        "title": "x", "text": "x", "url": "x", "state": "x", "category": "x", "organization": "x",
        "organization_id": 8, "verified": True, "region": "x", "place": "x", "posted_at": None,
        "facets": {"a": ("b",)}, "shown": {"a": "b"},
    }.items():  # fmt: skip
        assert checksum(document(1, **{name: value})) != checksum(plain), name  # type: ignore[arg-type]


def test_terms_survive_an_altered_table(source: MemorySource) -> None:
    """SQLite rebuilds a table to alter it; the token index stands apart from it."""
    source.put(document(1, "老人助餐"))
    operations.rebuild()
    assert EntryTerms.objects.count() == 1
    tables = set(connection.introspection.table_names())
    assert {"search_tokens", "search_searchentry"} <= tables
    assert found("助餐") == [1]


@pytest.mark.django_db(transaction=True)
def test_writers_of_one_thing_at_once_leave_its_last_version(source: MemorySource) -> None:
    """Each loads the thing under its lock, so none writes an older state over a newer one."""
    source.put(document(1, "第1版"))
    operations.index_things(kind="need", ids=[1])
    versions = iter(range(2, 1000))
    lock = Lock()

    def change_and_write() -> None:
        for _turn in range(5):
            with lock:
                version = next(versions)
                source.put(document(1, f"第{version}版", version=version))
            operations.index_things(kind="need", ids=[1])
        connection.close()

    threads = [Thread(target=change_and_write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert SearchEntry.objects.get().version == 21
    assert list(operations.find_differences()) == []
    assert operations.index_faults() == []
    assert FieldLength.objects.get(level=PUBLIC, field="*").entries == 1
