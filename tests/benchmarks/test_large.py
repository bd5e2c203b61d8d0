"""The large benchmarks at a tiny size: every row is there, and the figures agree with each other."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks import large, large_matching, large_matching_steps, large_one_need, large_search
from benchmarks.large_corpus import corpus
from benchmarks.large_elastic import overlap
from benchmarks.peers import FTS5, JiebaFTS5, Peer, TrigramFTS5, product_tantivy
from benchmarks.retrieval import PEERS, Measured
from benchmarks.tables import at_least, at_most, table
from deploy.dev import bench_large
from search.analysis import tokens

for package in ("jieba", "tantivy", "sparse_dot_topn"):
    pytest.importorskip(package, reason="the extra `bench` is not installed")

pytestmark = pytest.mark.filterwarnings("ignore")  # jieba warns when it is imported
SIZE = 300


def cells(lines: list[str]) -> dict[str, list[str]]:
    """Rows of the printed tables by their first cell."""
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in lines if line[:1] == "|"]
    return {row[0]: row[1:] for row in rows if row[0] and not row[0].startswith("---")}


def verdicts(lines: list[str]) -> list[str]:
    """The goals in the order of their lines, each of which says how it ended."""
    found = [line for line in lines if line.startswith("- ")]
    assert all(line.endswith((": met", ": MISSED")) for line in found)
    return [line[2:].partition(",")[0] for line in found]


def in_this_process(name: str, folder: Path, amount: int) -> dict[str, Any]:
    """Processes of their own tell memory apart; here starting six would take the most time."""
    return large_matching_steps.STEPS[name](folder, amount)


def test_a_step_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    found = large_matching.step("prepare", tmp_path, 20)
    assert found["tokens"] > 10
    assert (tmp_path / "needs-similar-data.npy").exists()


@pytest.mark.django_db
def test_search_prints_every_way_and_every_goal(tmp_path: Path) -> None:
    lines = list(
        large_search.report(SIZE, embedded=True, server=False, folder=tmp_path, queries=12, needs=5)
    )
    rows = cells(lines)
    assert set(rows) == {
        large_search.PRODUCT,
        large_search.PAIRS,
        large_search.WORDS,
        large_search.TANTIVY_BL,
        large_search.TANTIVY_UBL,
    }
    for build, short, _cpu, whole in rows.values():
        p50, p95 = map(float, short.split(" / "))
        assert p50 <= p95
        assert len(build.split(" / ")) == 2
        assert whole.endswith("(5)")
    assert verdicts(lines) == ["S3", "S3", "S3", "S4", "S4", "S5"]
    assert any(f"{SIZE} entries, seed" in line for line in lines)


@pytest.mark.django_db
def test_the_product_and_its_peers_find_the_entry_itself() -> None:
    made = corpus(SIZE, queries=1, needs=1)
    large_search.fill(made)
    cuts = tokens.bl_tokens
    peers: list[Peer] = [
        FTS5(made.texts(), cuts),
        JiebaFTS5(made.texts()),
        TrigramFTS5(made.texts()),
        product_tantivy(made.texts()),
    ]
    for place in (0, 17, 250):
        title = made.entries[place][0]
        assert large_search.embedded_find()(title)[0] == f"g{place}"
        assert [peer.find(title, 1) for peer in peers] == [[f"g{place}"]] * len(peers)


def test_the_corpus_is_the_same_every_time() -> None:
    assert corpus(20, queries=3, needs=2) == corpus(20, queries=3, needs=2)


def test_matching_finds_what_is_exact(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_matching, "step", in_this_process)
    lines = list(large_matching.report(SIZE, tmp_path))
    rows = cells(lines)
    assert set(rows) == set(large_matching.LABELS.values())
    for way in (large_matching.ENGINE, large_matching.NEIGHBORS, large_matching.TOPN):
        needs, cpu, recall, memory = rows[large_matching.LABELS[way]]
        assert (needs, recall) == (str(SIZE), "1.0000")
        assert float(cpu) >= 0
        assert float(memory) >= 0
    assert verdicts(lines) == ["M1", "M2", "M1 and M2", "M4"]


def test_one_need_is_asked_of_everybody(tmp_path: Path) -> None:
    lines = list(large_one_need.report(SIZE, tmp_path, part=120))
    assert len(cells(lines)) == 4
    assert verdicts(lines) == ["M6", "M6"]


def test_sizes_and_parts_are_read() -> None:
    assert large.wanted({}) == ([100_000, 1_000_000], ["search", "elasticsearch", "matching"])
    assert large.wanted({"SIZES": "300, 500", "ONLY": "matching"}) == ([300, 500], ["matching"])
    with pytest.raises(ValueError, match="ONLY is one of"):
        large.wanted({"ONLY": "sorting"})


def test_every_part_is_run_at_the_sizes_that_suit_it() -> None:
    runs = [(run.module, *run.words) for run in large.plan(*large.wanted({}))]
    assert runs == [
        ("large_search", "--size", "100000", "--server"),
        ("large_search", "--size", "1000000", "--server"),
        ("large_matching", "--size", "10000"),
        ("large_matching", "--size", "100000"),
        ("large_one_need", "--size", "1000000"),
    ]
    only = [(run.module, *run.words) for run in large.plan([300], ["elasticsearch"])]
    assert only == [("large_search", "--size", "300", "--server", "--without-embedded")]


def test_goals_say_how_they_ended() -> None:
    assert at_least("S5", "build", 5.0, 5) == "- S5, build: 5.00× (goal ≥ 5×): met"
    assert at_most("S3", "p95", 20.01, 20, " ms").endswith("20.01 ms (goal ≤ 20 ms): MISSED")
    assert list(table(["", "a"], [["row", "1"]])) == [
        "",
        "|  | a |",
        "|---|---|",
        "| row | 1 |",
        "",
    ]


def test_overlap_counts_over_queries_with_an_answer() -> None:
    one = Measured("", {"a": ["x", "y"], "b": [], "c": ["x"]}, [], [])
    other = Measured("", {"a": ["y", "z"], "b": [], "c": []}, [], [])
    assert overlap(one, other) == pytest.approx((1 / 2 + 0) / 2)


def test_the_server_is_named_as_the_product_wants_it() -> None:
    started = {
        "TEST_ELASTICSEARCH_URL": "https://127.0.0.1:1",
        "TEST_ELASTICSEARCH_PASSWORD": "secret",
        "TEST_ELASTICSEARCH_CA": "/ca",
    }
    named = bench_large.address(started)
    assert named["ELASTICSEARCH_URL"] == "https://127.0.0.1:1"
    assert named["ELASTICSEARCH_USER"] == "writer"
    assert bench_large.address({}) == {}


def test_peers_are_named_on_the_command_line() -> None:
    assert set(PEERS) == {"fts5-jieba", "fts5-trigram", "pg-tsrank", "pg-trgm", "tantivy"}
