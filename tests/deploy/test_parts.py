"""A part that is missing is installed where that is allowed, else named with what it costs."""

import pytest

from deploy.dev.broker import RabbitMQ
from deploy.dev.parts import PARTS, Chromium, PostgreSQL, start_parts
from deploy.dev.processes import Processes
from deploy.dev.search_server import Elasticsearch


class Broker:
    """A part that is here once its package is installed."""

    name = "Broker"
    packages = ["broker-server"]
    without_it = "every test of the broker"

    def __init__(self, *, here: bool) -> None:
        self.here = here

    def found(self) -> bool:
        return self.here

    def start(self, processes: Processes) -> dict[str, str]:
        return {"BROKER": "broker://127.0.0.1"}

    def install(self, names: list[str]) -> bool:
        self.here = names == self.packages
        return self.here


def refuse(names: list[str]) -> bool:
    return False


def test_a_part_that_is_here_is_started() -> None:
    broker = Broker(here=True)
    with Processes() as processes:
        answer = start_parts(processes, strict=True, parts=[broker], install=refuse)
    assert answer == ({"BROKER": "broker://127.0.0.1"}, [])


def test_a_missing_part_is_installed() -> None:
    broker = Broker(here=False)
    with Processes() as processes:
        answer = start_parts(processes, strict=True, parts=[broker], install=broker.install)
    assert answer == ({"BROKER": "broker://127.0.0.1"}, [])


def test_where_nothing_may_be_installed_the_loss_is_named() -> None:
    broker = Broker(here=False)
    with Processes() as processes:
        answer = start_parts(processes, strict=False, parts=[broker], install=refuse)
    assert answer == (
        {},
        [
            "Broker is missing, so not tested: every test of the broker. "
            "To have it: sudo apt-get install broker-server"
        ],
    )


def test_under_ci_the_loss_is_a_failure() -> None:
    broker = Broker(here=False)
    with Processes() as processes, pytest.raises(SystemExit, match="Broker is missing"):
        start_parts(processes, strict=True, parts=[broker], install=refuse)


def test_the_parts_of_this_project() -> None:
    assert [type(part) for part in PARTS] == [PostgreSQL, Elasticsearch, RabbitMQ, Chromium]
