import json
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from core import logs, outbox
from core.models import Delivery
from core.ports import Subject
from tests.core.cases import COORDINATOR, NOW


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[list[str]]:
    """What a logger of the site writes, as JSON lines, read when the test asks."""
    found: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(self.format(record))

    handler = Keep()
    handler.addFilter(logs.RequestIdFilter())
    handler.setFormatter(logs.ObjectFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield found
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("call 13800138000 now", "call *** now"),
        ("138-0013-8000,+86 13800138000", "***,***"),
        ("来自 13800138000。", "来自 ***。"),
        ("id 110101199003078515", "id ***"),
        ("mail zhou.min+a@example.org failed", "mail *** failed"),
        ("seq 20138001380001, uid 7f13800138000aab", "seq 20138001380001, uid 7f13800138000aab"),
        ("2026-11-25 10:00:00 XQ26-000123", "2026-11-25 10:00:00 XQ26-000123"),
    ],
)
def test_numbers_of_people_are_covered(text: str, covered: str) -> None:
    assert logs.covered(text) == covered


def test_an_object_a_line_with_the_traceback_covered(lines: list[str]) -> None:
    try:
        raise ValueError("no such person: 13800138000")
    except ValueError:
        with logs.about("request-7"):
            logging.getLogger("core.test").exception("failed for %s", "li@example.org")
    (line,) = lines
    value = json.loads(line)
    assert {name: value[name] for name in ("level", "logger", "request_id", "message")} == {
        "level": "ERROR",
        "logger": "core.test",
        "request_id": "request-7",
        "message": "failed for ***",
    }
    assert "no such person: ***" in value["exception"]
    assert "13800138000" not in line


@pytest.mark.django_db
def test_each_request_leaves_a_line_without_its_address(lines: list[str]) -> None:
    answer = Client().get("/market/?q=李四 轮椅", headers={"X-Request-ID": "abcdef-123456"})
    assert answer.headers["X-Request-ID"] == "abcdef-123456"
    (value,) = [v for v in map(json.loads, lines) if v["logger"] == "core.access"]
    assert value["request_id"] == "abcdef-123456"
    assert value["message"].startswith(f"GET search:market {answer.status_code} ")
    assert "李四" not in "".join(lines)
    assert "轮椅" not in "".join(lines)


@pytest.mark.django_db
@pytest.mark.usefixtures("handlers")
def test_a_handler_s_lines_name_the_request_that_caused_it(lines: list[str]) -> None:
    def handler(_event: outbox.Event) -> None:
        logging.getLogger("core.test").info("at work")

    outbox.handles("probe.logged")(handler)
    outbox.publish("probe.logged", Subject("need", "P-1", 1), by=COORDINATOR, at=NOW)
    assert outbox.drain(NOW) == 1
    (value,) = [v for v in map(json.loads, lines) if v["logger"] == "core.test"]
    assert (value["request_id"], value["message"]) == ("request-1", "at work")
    assert Delivery.objects.get().status == "DONE"
