"""The outside programs of `make up`: on loopback, on data that stays from one start to the next."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

from deploy.dev.broker import RabbitMQ, start_broker
from deploy.dev.parts import Part, PostgreSQL
from deploy.dev.processes import Processes
from deploy.dev.search_server import Elasticsearch
from deploy.dev.serving import VAR


def folder() -> Path:
    """Where their data lies: beside the site's, or, for root, where the servers' own users, who
    may not enter root's home, can reach it."""
    if os.geteuid() != 0:
        return VAR / "up"
    mark = hashlib.sha256(str(VAR).encode()).hexdigest()[:8]
    return Path("/var/lib/gongyi-link") / mark


def _place(name: str) -> Path:
    place = folder() / name
    place.mkdir(parents=True, exist_ok=True)
    return place


class KeptPostgreSQL(PostgreSQL):
    def start(self, processes: Processes) -> dict[str, str]:
        return {"DATABASE_URL": self.serve(processes, _place("postgresql"), {})}


class KeptElasticsearch(Elasticsearch):
    def start(self, processes: Processes) -> dict[str, str]:
        node = self.node_in(_place("elasticsearch"))
        node.start(processes)
        accounts = {"": "writer", "PUBLIC_": "public", "PARTNERS_": "partners"}
        accounts["INTERNAL_"] = "internal"
        variables = {f"ELASTICSEARCH_{key}USER": user for key, user in accounts.items()}
        variables |= {f"ELASTICSEARCH_{key}PASSWORD": node.password for key in accounts}
        variables["ELASTICSEARCH_URL"] = node.address
        variables["ELASTICSEARCH_CA"] = str(node.certificate)
        return variables


class KeptRabbitMQ(RabbitMQ):
    def start(self, processes: Processes) -> dict[str, str]:
        port = start_broker(processes, _place("rabbitmq"))
        return {"AMQP_URL": f"amqp://guest:guest@127.0.0.1:{port}//"}


KEPT: Sequence[Part] = (KeptPostgreSQL(), KeptElasticsearch(), KeptRabbitMQ())
