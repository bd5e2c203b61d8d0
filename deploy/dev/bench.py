"""`make bench`: runs the benchmarks with their own packages installed."""

from __future__ import annotations

import os
import subprocess
import sys

from deploy.dev.environment import ROOT, ensure


def main() -> None:
    command = [str(ensure("bench")), "-m", "benchmarks"]
    for option, variable in (("--search-gold", "SEARCH_GOLD"), ("--match-gold", "MATCH_GOLD")):
        if os.environ.get(variable):
            command += [option, os.environ[variable]]
    sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)


if __name__ == "__main__":
    main()
