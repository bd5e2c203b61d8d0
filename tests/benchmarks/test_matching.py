"""The benchmark's figures on a gold small enough to work out by hand."""

import json
import sys
from dataclasses import astuple
from math import log2
from pathlib import Path

import numpy as np
import pytest

from benchmarks.matching import figures, main, read_gold, read_items
from matching.engine import Item

NEEDS = [Item("a"), Item("b"), Item("nothing")]
OFFERS = [Item("x"), Item("y"), Item("z")]
GOLD = {"a": {"x": 3.0, "y": 1.0}, "b": {"z": 2.0}, "nothing": {"x": 1.0}}


def test_figures_follow_the_conventions() -> None:
    scores = np.array([[0.9, 0.8, 0.1], [0.7, 0.5, 0.6], [0.2, 0.1, 0.0]])
    found = figures(scores, NEEDS, OFFERS, GOLD)
    assert astuple(found) == pytest.approx(((1 + 1 / log2(3)) / 2, 0.2, 0.75, 1.0, 1.0))


def test_gain_grows_with_the_power_of_the_grade() -> None:
    swapped = figures(np.array([[0.1, 0.9, 0.0]]), NEEDS[:1], OFFERS, GOLD)
    assert swapped.ndcg == pytest.approx((1 + 7 / log2(3)) / (7 + 1 / log2(3)))


def test_the_command_prints_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = {
        "needs": [("n1", "老人吃饭难", "想有人送餐"), ("n2", "望远镜", "看星星")],
        "offers": [("r1", "送餐上门", "为老人送餐"), ("r2", "轮椅租借", "免费借轮椅")],
    }
    for name, entries in rows.items():
        lines = [
            json.dumps({"id": key, "title": title, "text": text, "category": "为老服务"})
            for key, title, text in entries
        ]
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "gold").write_text("need\toffer\tgrade\nn1\tr1\t3\n", encoding="utf-8")
    assert [item.key for item in read_items(tmp_path / "needs")] == ["n1", "n2"]
    assert read_gold(tmp_path / "gold") == {"n1": {"r1": 3.0}}
    options = [f"--{name}={tmp_path / name}" for name in ("needs", "offers", "gold")]
    monkeypatch.setattr(sys, "argv", ["benchmarks.matching", *options])
    main()
    printed = capsys.readouterr().out
    assert "TF-IDF cosine, U+B+L (the peer)" in printed
    assert "matcher with vectors" in printed
    assert "shown a 高: 0 of 1" in printed
