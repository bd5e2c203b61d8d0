"""`make bench-large`: the large benchmarks, with a real search server started beside them.

SIZES= and ONLY= say how many entries and which part; see `benchmarks/large.py`.
TEST_ELASTICSEARCH_JAVA= sets the server's heap (1 GB where it is not set).
"""

from __future__ import annotations

import os
import signal
import sys

from deploy.dev import job_rates
from deploy.dev.environment import ROOT, ensure
from deploy.dev.parts import start_parts
from deploy.dev.processes import Processes
from deploy.dev.search_server import Elasticsearch

JOBS = "jobs"
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
    """Exit status of the benchmarks, after what they need was started."""
    only = [word.strip() for word in os.environ.get("ONLY", "").split(",") if word.strip()]
    of_markets = [word for word in only if word != JOBS]
    status = _markets(processes, python, of_markets) if of_markets or not only else 0
    if JOBS in only or not only:
        print("\n## Jobs a second\n", flush=True)
        status = job_rates.run(processes, str(ensure("up"))) or status
    return status


def _markets(processes: Processes, python: str, only: list[str]) -> int:
    variables: dict[str, str] = {}
    if not only or "elasticsearch" in only:
        variables, sentences = start_parts(processes, strict=False, parts=[Elasticsearch()])
        for sentence in sentences:
            print(f"NOT MEASURED: {sentence}", flush=True)
    command = [python, "-m", "benchmarks.large"]
    environment = {**os.environ, "ONLY": ",".join(only), **address(variables)}
    return processes.start(command, cwd=ROOT, env=environment).wait()


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
