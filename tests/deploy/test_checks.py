"""The checks of `make lint` and `make audit` can fail, and say what they could not check."""

import json

import pytest

from deploy.dev import addresses, audit, licenses, locks, targets
from deploy.dev.verdict import Verdict, skipped
from tests.architecture.sources import ROOT

HOST = "files.python" + "hosted.org"
LOCK = """# head
Django==5.2 \\
    --hash=sha256:aa
numpy==2 ; python_version < '3.12' \\
    --hash=sha256:bb
"""


def test_a_package_host_is_named_with_its_line() -> None:
    found = list(addresses.named_hosts([("a.md", f"one\nsee {HOST}/x\n"), ("b.md", "nothing")]))
    assert found == [f"a.md:2: names {HOST.removeprefix('files.')}"]


@pytest.mark.parametrize(
    ("name", "statements", "wrong"),
    [
        ("a", ["MIT", ""], None),
        ("a", ["", "", "License :: OSI Approved :: BSD License"], None),
        ("a", ["", "Apache License, Version 2.0\nlong text"], None),
        ("a", ["GPL-3.0-only", ""], "a: GPL-3.0-only"),
        ("a", ["AGPL-3.0-or-later", ""], "a: AGPL-3.0-or-later"),
        ("a", ["", "GNU Affero General Public License"], "a: GNU Affero General Public License"),
        ("a", ["MIT OR GPL-2.0-only", ""], None),
        ("a", ["LGPL-3.0-only", ""], "a: LGPL-3.0-only is not on the list of LGPL, MPL"),
        ("psycopg", ["LGPL-3.0-only", ""], None),
        ("a", ["", ""], "a: license not understood: ''"),
    ],
)
def test_licenses_are_judged(name: str, statements: list[str], wrong: str | None) -> None:
    assert licenses.judge(name, statements) == wrong


def test_pins_are_read_with_their_markers() -> None:
    assert locks.pinned(LOCK) == ["Django==5.2", "numpy==2 ; python_version < '3.12'"]


def test_locks_are_joined_for_the_audit() -> None:
    other = "# head\nDjango==5.2 \\\n    --hash=sha256:aa\nrich==1 \\\n    --hash=sha256:cc\n"
    assert locks.pinned(audit.union([LOCK, other])) == [
        "Django==5.2",
        "numpy==2 ; python_version < '3.12'",
        "rich==1",
    ]


def test_an_audit_counts_what_it_did_not_see() -> None:
    flaw = {"id": "CVE-1", "fix_versions": ["2.0"]}
    report = {
        "dependencies": [
            {"name": "a", "version": "1", "vulns": []},
            {"name": "b", "version": "1", "vulns": [flaw]},
            {"name": "c", "skip_reason": "not found"},
        ]
    }
    assert audit.tally(json.dumps(report), 4) == (2, 2, ["b 1: CVE-1 (fixed in 2.0)"])


@pytest.mark.parametrize("report", ["", "no JSON", "{}", "[]"])
def test_an_audit_without_a_report_has_audited_nothing(report: str) -> None:
    assert audit.tally(report, 7) == (0, 7, [])


def test_what_is_missing_fails_only_under_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert skipped("no npm") == Verdict("skipped", "no npm")
    monkeypatch.setenv("CI", "true")
    assert skipped("no npm").bad


def test_every_target_of_the_makefile_is_explained() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    promised = makefile.partition(".PHONY:")[2].partition("\n")[0].split()
    assert [name for name, _ in targets.described_targets(makefile)] == promised
