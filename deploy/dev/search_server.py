"""A real Elasticsearch for one test run: from Maven Central, with TLS and accounts, on loopback.

The distribution is the server itself with its core modules and security; the product uses nothing
that it lacks. Users and roles are files, written here in the form that the server reads.
"""

from __future__ import annotations

import base64
import hashlib
import os
import pwd
import secrets
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

from deploy.dev.environment import ROOT
from deploy.dev.ports import free_port, unprivileged, wait_until
from deploy.dev.processes import Processes

VERSION = "8.19.8"
_PLACE = "org/elasticsearch/distribution/integ-test-zip/elasticsearch"
_ARTIFACT = "org.elasticsearch.distribution.integ-test-zip:elasticsearch"
_ROUNDS = 1000
ROLES = ("writer", "public", "partners", "internal")
_SETTINGS = """\
cluster.name: gongyi-test
network.host: 127.0.0.1
http.port: {http}
transport.port: {transport}
discovery.type: single-node
path.data: {folder}/data
path.logs: {folder}/logs
xpack.security.enabled: true
xpack.security.enrollment.enabled: false
xpack.security.authc.password_hashing.algorithm: pbkdf2_1000
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.key: http.key
xpack.security.http.ssl.certificate: http.crt
"""


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
        folder = Path(tempfile.mkdtemp(prefix="gongyi-elasticsearch-"))
        processes.own(folder)
        with zipfile.ZipFile(self._archive()) as archive:
            archive.extractall(folder)
        (home,) = folder.glob("elasticsearch-*")
        for program in (home / "bin").iterdir():
            program.chmod(0o755)
        http, transport = free_port(), free_port()
        password = secrets.token_urlsafe(16)
        conf = self._configure(folder, home, http, transport, password)
        owner = unprivileged("nobody")
        if owner:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        environment = {
            **os.environ,
            "ES_PATH_CONF": str(conf),
            "ES_JAVA_HOME": str(self._java()),
            "ES_JAVA_OPTS": os.environ.get("TEST_ELASTICSEARCH_JAVA", "-Xms512m -Xmx512m"),
            "ES_TMPDIR": str(folder / "tmp"),
            "HOME": str(folder),
        }
        log = folder / "log"
        command = [str(home / "bin" / "elasticsearch")]
        processes.start(command, env=environment, cwd=folder, log=log, owner=owner)
        address = f"https://127.0.0.1:{http}"
        ready = _Knock(f"{address}/_cluster/health", "writer", password, conf / "http.crt")
        wait_until(ready, name=self.name, log=log, seconds=180)
        return {
            "TEST_ELASTICSEARCH_URL": address,
            "TEST_ELASTICSEARCH_PASSWORD": password,
            "TEST_ELASTICSEARCH_CA": str(conf / "http.crt"),
        }

    def _configure(
        self, folder: Path, home: Path, http: int, transport: int, password: str
    ) -> Path:
        conf = folder / "conf"
        for part in (conf / "jvm.options.d", folder / "tmp", folder / "data", folder / "logs"):
            part.mkdir(parents=True)
        for name in ("jvm.options", "log4j2.properties"):
            shutil.copy(home / "config" / name, conf / name)
        text = _SETTINGS.format(http=http, transport=transport, folder=folder)
        (conf / "elasticsearch.yml").write_text(text, encoding="utf-8")
        shutil.copy(ROOT / "deploy" / "elasticsearch" / "roles.yml", conf / "roles.yml")
        users = "".join(f"{role}:{_hashed(password)}\n" for role in ROLES)
        (conf / "users").write_text(users, encoding="utf-8")
        given = "".join(f"gongyi_{role}:{role}\n" for role in ROLES)
        (conf / "users_roles").write_text(given, encoding="utf-8")
        self._certificate(conf)
        return conf

    def _certificate(self, conf: Path) -> None:
        made = subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"),
                *("ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
                *("-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"),
                *("-keyout", str(conf / "http.key"), "-out", str(conf / "http.crt")),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode != 0:
            sys.exit(f"openssl made no certificate:\n{made.stderr}")

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


class _Knock:
    """Whether the server answers this user."""

    def __init__(self, url: str, user: str, password: str, certificate: Path) -> None:
        word = base64.b64encode(f"{user}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {word}"}
        self._request = urllib.request.Request(url, headers=headers)  # noqa: S310 - our own server
        self._context = ssl.create_default_context(cafile=str(certificate))

    def __call__(self) -> bool:
        try:
            with urllib.request.urlopen(  # noqa: S310 - our own server
                self._request, timeout=2, context=self._context
            ) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False


def _hashed(password: str) -> str:
    """As the server's file of users keeps it: PBKDF2 with SHA-512, salt and key in base64."""
    salt = os.urandom(32)
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ROUNDS, 32)
    parts = [base64.b64encode(part).decode() for part in (salt, key)]
    return f"{{PBKDF2}}{_ROUNDS}${parts[0]}${parts[1]}"
