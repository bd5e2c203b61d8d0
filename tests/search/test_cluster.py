"""Three nodes formed from the very files of `deploy/`: as `deploy/compose.yaml` starts them."""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from elasticsearch import ApiError, NotFoundError, TransportError
from elasticsearch import Elasticsearch as Client

from deploy.dev.environment import ROOT
from deploy.dev.ports import free_port
from deploy.dev.processes import Processes
from deploy.dev.search_node import SearchNode
from deploy.dev.search_server import Elasticsearch
from deploy.search_cluster import ROLES, prepare
from search.queries import engines
from tests.factories.search import MemorySource, document
from tests.search.beside import built, found, needs_server, use
from tests.search.load import until
from tests.search.own_server import deployed_settings

NAMES = ("es1", "es2", "es3")
COMPOSE = ROOT / "deploy" / "compose.yaml"


@dataclass
class Cluster:
    nodes: dict[str, SearchNode]
    passwords: dict[str, str]
    authority: Path

    def client(self, account: str, node: str = "es1") -> Client:
        return Client(
            self.nodes[node].address,
            basic_auth=(account, self.passwords[account]),
            ca_certs=str(self.authority),
            request_timeout=60,
        )


def laid_out(processes: Processes, folder: Path) -> Cluster:
    """Not yet started: each node with the deployed settings and what the command prepared."""
    files, snapshots = folder / "cluster", folder / "snapshots"
    prepare(files, list(NAMES))
    snapshots.mkdir()
    snapshots.chmod(0o777)
    lines = (files / "passwords").read_text(encoding="ascii").split("\n")
    passwords = dict(line.split() for line in lines if line)
    ports = {name: free_port() for name in NAMES}
    seeds = ",".join(f"127.0.0.1:{port}" for port in ports.values())
    nodes = {}
    for name in NAMES:
        settings = {
            **deployed_settings(),
            "node.name": name,
            "transport.port": str(ports[name]),
            "discovery.seed_hosts": seeds,
            "cluster.initial_master_nodes": ",".join(NAMES),
            "path.repo": str(snapshots),
        }
        node = nodes[name] = Elasticsearch().node(processes, settings)
        certificates = node.conf / "certs"
        certificates.mkdir()
        sources = (files / "ca.crt", files / name / "node.crt", files / name / "node.key")
        for source in sources:
            (certificates / source.name).write_bytes(source.read_bytes())
        for account_file in ("users", "users_roles"):
            (node.conf / account_file).write_bytes((files / account_file).read_bytes())
        node.password, node.certificate = passwords["writer"], files / "ca.crt"
    return Cluster(nodes, passwords, files / "ca.crt")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with Processes() as processes:
        # Not pytest's own folder: the servers run as somebody else and must reach the snapshots.
        folder = Path(tempfile.mkdtemp(prefix="gongyi-cluster-"))
        processes.own(folder)
        folder.chmod(0o755)
        made = laid_out(processes, folder)
        for node in made.nodes.values():
            node.launch(processes)
        with made.client("writer") as client:
            until(lambda: _is_whole(client), seconds=180)
        yield made


def _is_whole(client: Client) -> bool:
    try:
        health = client.cluster.health()
    except (ApiError, TransportError):  # not up yet: refused, half started or without a master
        return False
    return bool(health["number_of_nodes"] == len(NAMES) and health["status"] == "green")


@needs_server
@pytest.mark.django_db
@pytest.mark.timeout(400)
def test_it_forms_keeps_snapshots_and_serves_without_one_node(
    cluster: Cluster, source: MemorySource, settings: Any
) -> None:
    readers = {level: (level.lower(), cluster.passwords[level.lower()]) for level in ("PUBLIC",)}
    server = use(
        settings,
        urls=[node.address for node in cluster.nodes.values()],
        prefix="gongyi",
        password=cluster.passwords["writer"],
        ca=str(cluster.authority),
        replicas=1,
        readers=readers,
    )
    built(source, server, document(1, "老人助餐"), document(2, "社区义诊"))
    assert found("助餐") == [1]
    snapshots_come_back(cluster)
    with cluster.client("writer") as client:
        until(lambda: _is_whole(client), seconds=90)  # the restored index has its copy again
    cluster.nodes["es1"].kill()
    engines.forget()
    with cluster.client("writer", "es2") as client:
        until(lambda: client.cluster.health()["number_of_nodes"] == 2, seconds=90)
        until(lambda: client.cluster.health()["status"] in ("yellow", "green"), seconds=90)
    until(lambda: server.indexes.trouble() == "")
    server.connection.breaker.answered()
    assert engines.answering() is server
    assert found("义诊") == [2]


def snapshots_come_back(cluster: Cluster) -> None:
    """By the account that may make snapshots and read nothing."""
    place = {"type": "fs", "settings": {"location": "gongyi"}}
    with cluster.client("snapshots") as keeper, cluster.client("writer") as writer:
        keeper.snapshot.create_repository(name="gongyi", repository=place)
        kept = keeper.snapshot.create(
            repository="gongyi", snapshot="first", indices="gongyi-*", wait_for_completion=True
        )
        assert kept["snapshot"]["state"] == "SUCCESS"
        (index,) = writer.indices.get_alias(name="gongyi-public")
        held = writer.count(index=index)["count"]
        writer.indices.delete(index=index)
        with pytest.raises(NotFoundError):
            writer.count(index=index)
        keeper.snapshot.restore(
            repository="gongyi",
            snapshot="first",
            indices=index,
            include_global_state=False,
            wait_for_completion=True,
        )
        assert writer.count(index=index)["count"] == held == 2
        assert list(writer.indices.get_alias(name="gongyi-public")) == [index]


def test_every_variable_and_file_of_the_cluster_is_given(tmp_path: Path) -> None:
    """What the settings ask for is set for each node, and what is mounted exists or is made."""
    compose = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    wanted = set(
        re.findall(r"\$\{(\w+)\}", (COMPOSE.parent / "elasticsearch/elasticsearch.yml").read_text())
    )
    prepare(tmp_path / "cluster", list(NAMES))
    for name in NAMES:
        node = compose["services"][name]
        assert wanted <= set(node["environment"])
        assert node["environment"]["NODE_NAME"] == node["hostname"] == name
        mounts = [mount.split(":")[0] for mount in node["volumes"]]
        folders = {mount for mount in mounts if not mount.startswith(".")}
        assert folders == {name, "snapshots"} <= set(compose["volumes"])
        for mount in (mount for mount in mounts if mount.startswith("./")):
            made = mount.startswith("./cluster/")
            assert ((tmp_path if made else COMPOSE.parent) / mount).is_file(), mount


def test_prepared_files_are_kept_and_no_reader_gets_more(tmp_path: Path) -> None:
    folder = tmp_path / "cluster"
    assert len(prepare(folder, ["es1"])) == 3
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert prepare(folder, ["es1"]) == ["Everything was there already."]
    assert prepare(folder, ["es1", "es4"]) == ["es4/: its certificate and key, good for five years"]
    assert all(path.read_bytes() == held for path, held in before.items() if path.suffix != ".srl")
    roles = yaml.safe_load((COMPOSE.parent / "elasticsearch/roles.yml").read_text(encoding="utf-8"))
    assert set(roles) == {f"gongyi_{role}" for role in ROLES}
    assert (folder / "passwords").stat().st_mode & 0o077 == 0
    assert (folder / "ca.key").stat().st_mode & 0o077 == 0
