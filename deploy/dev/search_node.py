"""One Elasticsearch in a folder of its own, with TLS and accounts, on loopback.

It can be killed and started again on the same data: tests of lost servers need one that is nobody
else's. Users and roles are files, written here in the form that the server reads.
"""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from deploy.dev.environment import ROOT
from deploy.dev.ports import free_port, unprivileged, wait_until
from deploy.dev.processes import Processes
from deploy.search_cluster import ROLES, hashed

_ROUNDS = 1000  # few: every request of a test is checked anew
OPERATOR = "operator"
"""A user who may do everything: breaks things on purpose."""
_HEAP = "-Xms512m -Xmx512m"
_SETTINGS: dict[str, object] = {
    "cluster.name": "gongyi-test",
    "network.host": "127.0.0.1",
    "discovery.type": "single-node",
    "xpack.security.enabled": "true",
    "xpack.security.enrollment.enabled": "false",
    "xpack.security.authc.password_hashing.algorithm": "pbkdf2_1000",
    "xpack.security.http.ssl.enabled": "true",
    "xpack.security.http.ssl.key": "http.key",
    "xpack.security.http.ssl.certificate": "http.crt",
}


class SearchNode:
    """Lays the folder out; `start` and `kill` may be called in turn. `home` holds the program.

    Data that lies in the folder already is kept; ports, passwords and certificate are new.

    `settings` are added to those above, an empty value takes one away. `{folder}` in a value
    stands for the node's folder.
    """

    def __init__(
        self, folder: Path, *, home: Path, java: Path, settings: Mapping[str, str] | None = None
    ) -> None:
        self.folder, self._home, self._java = folder, home, java
        self.port = free_port()
        self.address = f"https://127.0.0.1:{self.port}"
        self.password = secrets.token_urlsafe(16)
        self.conf = folder / "conf"
        self.certificate = self.conf / "http.crt"
        self.log = folder / "log"
        self._child: subprocess.Popen[bytes] | None = None
        self._configure(settings or {})

    def start(self, processes: Processes, *, seconds: float = 180) -> None:
        """Starts the server and waits until it answers; ends the program when it never does."""
        self.launch(processes)
        knock = self._knock()
        wait_until(knock, name="Elasticsearch", log=self.log, seconds=seconds)

    def launch(self, processes: Processes) -> subprocess.Popen[bytes]:
        """Starts the server without waiting."""
        owner = unprivileged("nobody")
        if owner:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        environment = {
            **os.environ,
            "ES_PATH_CONF": str(self.conf),
            "ES_JAVA_HOME": str(self._java),
            "ES_JAVA_OPTS": os.environ.get("TEST_ELASTICSEARCH_JAVA", _HEAP),
            "ES_TMPDIR": str(self.folder / "tmp"),
            "HOME": str(self.folder),
        }
        self._child = processes.start(
            [str(self._home / "bin" / "elasticsearch")],
            env=environment,
            cwd=self.folder,
            log=self.log,
            owner=owner,
        )
        return self._child

    def kill(self) -> None:
        """kill -9, as a power cut or the kernel's memory killer would."""
        assert self._child is not None
        os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def variables(self) -> dict[str, str]:
        """What leads a test to this server."""
        return {
            "TEST_ELASTICSEARCH_URL": self.address,
            "TEST_ELASTICSEARCH_PASSWORD": self.password,
            "TEST_ELASTICSEARCH_CA": str(self.certificate),
        }

    def _knock(self) -> _Knock:
        return _Knock(f"{self.address}/_cluster/health", "writer", self.password, self.certificate)

    def _configure(self, settings: Mapping[str, str]) -> None:
        conf, folder = self.conf, self.folder
        for part in (conf / "jvm.options.d", folder / "tmp", folder / "data", folder / "logs"):
            part.mkdir(parents=True, exist_ok=True)
        for name in ("jvm.options", "log4j2.properties"):
            shutil.copy(self._home / "config" / name, conf / name)
        places = {"path.data": "{folder}/data", "path.logs": "{folder}/logs"}
        ports = {"http.port": self.port, "transport.port": free_port()}
        wanted = {**_SETTINGS, **ports, **places, **settings}
        lines = [
            f"{key}: {str(value).replace('{folder}', str(folder))}\n"
            for key, value in wanted.items()
            if value != ""
        ]
        (conf / "elasticsearch.yml").write_text("".join(lines), encoding="utf-8")
        shutil.copy(ROOT / "deploy" / "elasticsearch" / "roles.yml", conf / "roles.yml")
        users = "".join(f"{name}:{hashed(self.password, _ROUNDS)}\n" for name in (*ROLES, OPERATOR))
        (conf / "users").write_text(users, encoding="utf-8")
        given = "".join(f"gongyi_{role}:{role}\n" for role in ROLES)
        (conf / "users_roles").write_text(f"{given}superuser:{OPERATOR}\n", encoding="utf-8")
        make_certificate(conf / "http.crt", conf / "http.key")


def make_certificate(certificate: Path, key: Path) -> None:
    """A certificate of the loopback address that signs itself, good for two days."""
    made = subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt"),
            *("ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode != 0:
        sys.exit(f"openssl made no certificate:\n{made.stderr}")


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
