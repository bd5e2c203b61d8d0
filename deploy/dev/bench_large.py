"""`make bench-large`: the large benchmarks, with a real search server started beside them.

SIZES= and ONLY= say how many entries and which part; see `benchmarks/large.py`.
TEST_ELASTICSEARCH_JAVA= sets the server's heap (1 GB where it is not set).
"""

from __future__ import annotations

import os
import signal
import sys

from deploy.dev.environment import ROOT, ensure
from deploy.dev.parts import start_parts
from deploy.dev.processes import Processes
from deploy.dev.search_server import Elasticsearch

HEAP = "-Xms1g -Xmx1g"


def main() -> None:
    python = str(ensure("bench"))
    signal.signal(signal.SIGTERM, _interrupt)
    os.environ.setdefault("TEST_ELASTICSEARCH_JAVA", HEAP)
    try:
        with Processes() as processes:
            status = run(processes, python)
    except KeyboardInterrupt:
        sys.exit("Interrupted; what had been started is stopped.")
    sys.exit(status)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def run(processes: Processes, python: str) -> int:
    """Exit status of the benchmarks, after the server was started where it is asked for."""
    variables: dict[str, str] = {}
    only = os.environ.get("ONLY", "")
    if not only or "elasticsearch" in only:
        variables, sentences = start_parts(processes, strict=False, parts=[Elasticsearch()])
        for sentence in sentences:
            print(f"NOT MEASURED: {sentence}", flush=True)
    command = [python, "-m", "benchmarks.large"]
    return processes.start(command, cwd=ROOT, env={**os.environ, **address(variables)}).wait()


def address(variables: dict[str, str]) -> dict[str, str]:
    """The variables by which the product itself finds the server."""
    if "TEST_ELASTICSEARCH_URL" not in variables:
        return {}
    return {
        "ELASTICSEARCH_URL": variables["TEST_ELASTICSEARCH_URL"],
        "ELASTICSEARCH_USER": "writer",
        "ELASTICSEARCH_PASSWORD": variables["TEST_ELASTICSEARCH_PASSWORD"],
        "ELASTICSEARCH_CA": variables["TEST_ELASTICSEARCH_CA"],
        "ELASTICSEARCH_PREFIX": "gongyi-bench",
    }


if __name__ == "__main__":
    main()
