"""A real Elasticsearch for one test run, from Maven Central.

The distribution is the server itself with its core modules and security; the product uses nothing
that it lacks.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from deploy.dev.processes import Processes
from deploy.dev.search_node import SearchNode

VERSION = "8.19.8"
_PLACE = "org/elasticsearch/distribution/integ-test-zip/elasticsearch"
_ARTIFACT = "org.elasticsearch.distribution.integ-test-zip:elasticsearch"


class Elasticsearch:
    """See `Part`."""

    name = "Elasticsearch"
    packages = ["openjdk-17-jre-headless", "maven", "openssl"]
    without_it = "every test on the real search server"

    def found(self) -> bool:
        return bool(self._java() and shutil.which("openssl") and self._archive().exists())

    def bring(self) -> None:
        """What no Debian package holds: the server's archive, into the local Maven repository."""
        if self._archive().exists() or not shutil.which("mvn"):
            return
        print(f"Fetching Elasticsearch {VERSION} (96 MB)", flush=True)
        wanted = f"-Dartifact={_ARTIFACT}:{VERSION}:zip"
        command = ["mvn", "-q", "-B", "dependency:get", wanted, "-Dtransitive=false"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stdout[-1500:] + done.stderr[-1500:], flush=True)

    def start(self, processes: Processes) -> dict[str, str]:
        node = self.node(processes)
        node.start(processes)
        return node.variables()

    def node(self, processes: Processes, settings: Mapping[str, str] | None = None) -> SearchNode:
        """A server of the caller's own, not yet started; its folder ends with `processes`."""
        folder = Path(tempfile.mkdtemp(prefix="gongyi-elasticsearch-"))
        processes.own(folder)
        return self.node_in(folder, settings)

    def node_in(self, folder: Path, settings: Mapping[str, str] | None = None) -> SearchNode:
        """A server in this folder, on the data that lies there."""
        if not list(folder.glob(f"elasticsearch-{VERSION}")):
            with zipfile.ZipFile(self._archive()) as archive:
                archive.extractall(folder)
        (home,) = folder.glob(f"elasticsearch-{VERSION}*")
        for program in (home / "bin").iterdir():
            program.chmod(0o755)
        java = self._java()
        assert java is not None
        return SearchNode(folder, home=home, java=java, settings=settings)

    def _archive(self) -> Path:
        # Java takes the home from the user database, whatever HOME says.
        repository = Path(pwd.getpwuid(os.geteuid()).pw_dir) / ".m2" / "repository"
        return repository / _PLACE / VERSION / f"elasticsearch-{VERSION}.zip"

    def _java(self) -> Path | None:
        """A Java that the server runs on: 17 or 21, as Debian lays it."""
        places = [
            Path("/usr/lib/jvm") / f"java-{n}-openjdk-{a}"
            for n in (17, 21)
            for a in ("amd64", "arm64")
        ]
        return next((place for place in places if (place / "bin" / "java").exists()), None)
