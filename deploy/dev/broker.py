"""A real RabbitMQ for one run: in a temporary folder, on loopback, on free ports."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from pathlib import Path

from deploy.dev.ports import free_port, unprivileged, wait_until
from deploy.dev.processes import Processes

_SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
_GREETING = b"AMQP\x00\x00\x09\x01"


class RabbitMQ:
    """See `Part`."""

    name = "RabbitMQ"
    packages = ["rabbitmq-server"]
    without_it = "the fleet of workers behind a message broker"

    def found(self) -> bool:
        return _SERVER.exists() and shutil.which("epmd") is not None

    def start(self, processes: Processes) -> dict[str, str]:
        folder = Path(tempfile.mkdtemp(prefix="gongyi-rabbitmq-"))
        processes.own(folder)
        port = start_broker(processes, folder)
        return {"TEST_AMQP_URL": f"amqp://guest:guest@127.0.0.1:{port}//"}


def start_broker(processes: Processes, folder: Path, port: int | None = None) -> int:
    """A broker with its data in `folder`; returns its port once it answers."""
    owner = unprivileged("rabbitmq")
    for part in ("data", "log"):
        (folder / part).mkdir(exist_ok=True)
    if owner:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    port = port or free_port()
    distribution, names = free_port(), free_port()
    environment = {
        **os.environ,
        "HOME": str(folder),
        "RABBITMQ_NODENAME": "gongyi@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(names),
        "LANG": "C.UTF-8",
    }
    log = folder / "server.log"
    # Erlang's register of names, in the foreground: started by the server it would outlive it.
    register = [str(shutil.which("epmd")), "-address", "127.0.0.1", "-port", str(names)]
    processes.start(register, env=environment, cwd=folder, log=log, owner=owner)
    processes.start([str(_SERVER)], env=environment, cwd=folder, log=log, owner=owner)
    wait_until(lambda: _answers(port), name=RabbitMQ.name, log=log, seconds=120)
    return port


def _answers(port: int) -> bool:
    """Whether something speaks the broker's protocol there."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
            line.sendall(_GREETING)
            return bool(line.recv(1))
    except OSError:
        return False
