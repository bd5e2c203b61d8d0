"""`make audit`: known vulnerabilities of every locked package.

A vulnerability is a failure. A package that could not be looked up is never called clean: where
none could, that is said loudly, and it is no failure, because nothing was found either.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable

from deploy.dev import locks
from deploy.dev.environment import ROOT, ensure

PATIENCE = 300  # seconds for all locks together to be looked up


def union(texts: Iterable[str]) -> str:
    """One requirements file out of several locks: each pin once, with its hashes."""
    blocks: dict[str, str] = {}
    for text in texts:
        current: list[str] = []
        for line in text.splitlines():
            if line.startswith("#") or not line.strip():
                continue
            if not line.startswith(" "):
                current = []
                key = line
            current.append(line)
            blocks[key] = "\n".join(current)
    return "\n".join(blocks.values()) + "\n"


def tally(report: str, total: int) -> tuple[int, int, list[str]]:
    """(audited, skipped, sentences on vulnerabilities) from pip-audit's JSON.

    What the report does not mention counts as skipped, as does everything when there is none.
    """
    try:
        rows = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return 0, total, []
    looked_up = [row for row in rows if "skip_reason" not in row]
    found = [
        f"{row['name']} {row['version']}: {flaw['id']}"
        f" (fixed in {', '.join(flaw['fix_versions']) or 'no version yet'})"
        for row in looked_up
        for flaw in row.get("vulns", [])
    ]
    return len(looked_up), max(total - len(looked_up), 0), found


def _report(python: str, requirements: str) -> str:
    command = [python, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off"]
    command += ["--require-hashes", "--disable-pip", "--requirement", "/dev/stdin"]
    try:
        done = subprocess.run(
            command,
            input=requirements,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        print(f"pip-audit got no answer within {PATIENCE} s.")
        return ""
    if not done.stdout.strip():
        print(done.stderr.strip().rpartition("\n")[2][:300])
    return done.stdout


def main() -> None:
    python = str(ensure("audit"))
    requirements = union(locks.read_locks().values())
    total = len(locks.pinned(requirements))
    audited, skipped, vulnerable = tally(_report(python, requirements), total)
    for sentence in vulnerable:
        print(f"VULNERABLE: {sentence}")
    print(f"audited {audited} / skipped {skipped} / vulnerable {len(vulnerable)}")
    if audited == 0:
        print("=" * 60)
        print(f"NOT AUDITED: {skipped} of {total} skipped")
        print("=" * 60)
    sys.exit(bool(vulnerable))


if __name__ == "__main__":
    main()
