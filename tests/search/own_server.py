"""A search server that is nobody else's: it may be killed, filled up and turned red.

It runs with the very settings of `deploy/elasticsearch/elasticsearch.yml`, but for what a cluster
of several machines needs.
"""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml
from elasticsearch import Elasticsearch as Client

from deploy.dev.environment import ROOT
from deploy.dev.processes import Processes
from deploy.dev.search_node import OPERATOR, SearchNode
from deploy.dev.search_server import Elasticsearch

SETTINGS = ROOT / "deploy" / "elasticsearch" / "elasticsearch.yml"
OF_A_CLUSTER = {"node.name", "network.host", "http.port", "transport.port", "discovery.seed_hosts"}
"""What one node on loopback has otherwise."""


def deployed_settings() -> dict[str, str]:
    """The settings that are deployed, as far as they hold for a single node in a folder."""
    given = yaml.safe_load(SETTINGS.read_text(encoding="utf-8"))
    written = {
        name: ("true" if value else "false") if isinstance(value, bool) else str(value)
        for name, value in given.items()
        if name not in OF_A_CLUSTER
    }
    quoted = {name: f'"{value}"' for name, value in written.items()}
    places = {"path.data": "data", "path.logs": "logs", "path.repo": "snapshots"}
    return {
        **quoted,
        **{name: f"{{folder}}/{folder}" for name, folder in places.items()},
        "node.name": "alone",
        "cluster.initial_master_nodes": "alone",
        "discovery.type": "",
    }


class OwnServer:
    """The server, the programs it runs among, and the one who may do everything with it."""

    def __init__(self, processes: Processes, **settings: str) -> None:
        wanted = {**deployed_settings(), **settings}
        self.processes = processes
        self.node: SearchNode = Elasticsearch().node(processes, wanted)
        certificates = self.node.conf / "certs"
        certificates.mkdir()
        for name, source in (
            ("node.crt", "http.crt"),
            ("node.key", "http.key"),
            ("ca.crt", "http.crt"),
        ):
            shutil.copy(self.node.conf / source, certificates / name)

    def start(self) -> None:
        self.node.start(self.processes)

    @contextmanager
    def operator(self) -> Iterator[Client]:
        client = Client(
            self.node.address,
            basic_auth=(OPERATOR, self.node.password),
            ca_certs=str(self.node.certificate),
            request_timeout=30,
        )
        try:
            yield client
        finally:
            client.close()

    def address(self) -> dict[str, Any]:
        """What an installation would set in `settings.ELASTICSEARCH`."""
        return {
            "urls": [self.node.address],
            "prefix": f"gongyi-{uuid.uuid4().hex[:8]}",
            "user": "writer",
            "password": self.node.password,
            "ca": str(self.node.certificate),
            "readers": {"PUBLIC": ("public", self.node.password)},
        }

    def environment(self, address: dict[str, Any]) -> dict[str, str]:
        """The same for a program that is started."""
        user, password = address["readers"]["PUBLIC"]
        return {
            "ELASTICSEARCH_URL": address["urls"][0],
            "ELASTICSEARCH_PREFIX": address["prefix"],
            "ELASTICSEARCH_USER": address["user"],
            "ELASTICSEARCH_PASSWORD": address["password"],
            "ELASTICSEARCH_CA": address["ca"],
            "ELASTICSEARCH_PUBLIC_USER": user,
            "ELASTICSEARCH_PUBLIC_PASSWORD": password,
        }
