"""The table of a load: `python -m benchmarks.load.report results.json`; exit status 1 on errors."""

import json
import sys
from pathlib import Path
from typing import Any


def lines(result: dict[str, Any]) -> list[str]:
    """A table in Markdown, what came of the acts, and each kind of error once."""
    found = [
        f"{result['people']} people",
        "",
        "| | requests | errors | p50 ms | p95 ms | a second |",
        "|---|---|---|---|---|---|",
    ]
    found += [
        f"| {kind['kind']} | {kind['requests']} | {kind['errors']} | {kind['p50']:.0f} "
        f"| {kind['p95']:.0f} | {kind['rate']:.1f} |"
        for kind in (*result["sign_in"], *result["kinds"])
    ]
    requests = sum(kind["requests"] for kind in result["kinds"])
    rate = sum(kind["rate"] for kind in result["kinds"])
    found += [f"| all, without signing in | {requests} | {error_count(result)} | | | {rate:.1f} |"]
    told = ", ".join(f"{n} {what}" for what, n in result["outcomes"].items())
    return [*found, "", told, *(f"ERROR {error}" for error in result["errors"])]


def error_count(result: dict[str, Any]) -> int:
    """Answers other than the expected ones, and kinds of them from before the clock started."""
    counted: int = sum(kind["errors"] for kind in (*result["kinds"], *result["sign_in"]))
    return max(counted, len(result["errors"]))


def main() -> None:
    result = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    print("\n".join(lines(result)), flush=True)
    requests = sum(kind["requests"] for kind in result["kinds"])
    sys.exit(error_count(result) > 0 or requests == 0)


if __name__ == "__main__":
    main()
