"""Both engines keep the contract; and the fleet lives through the loss of its broker."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from core import outbox
from core.models import Delivery
from deploy.dev.broker import start_broker
from deploy.dev.processes import Processes
from tests.contracts.work_engine import Engine, WorkEngineContract, all_done, effects, publish

BROKER = os.environ.get("TEST_AMQP_URL", "")
needs_broker = pytest.mark.skipif(not BROKER, reason="no RabbitMQ was started for this run")


class Fleet(Engine):
    """A feeder, and the processes behind the broker."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder)
        self.url, self.queue = url, f"gongyi-test-{uuid.uuid4().hex[:8]}"
        self.fed = False

    def variables(self) -> dict[str, str]:
        return {"AMQP_URL": self.url, "AMQP_QUEUE": self.queue}

    def start(self, count: int = 1, **more: str) -> None:
        if not self.fed:
            self.run("work", "--poll", "0.1")
            self.fed = True
        for _number in range(count):
            self.run("fleet", **more)

    def queue_up(self) -> None:
        self.start(0)
        free = Delivery.objects.filter(leased_until__isnull=True, status="WAITING")
        self.until(lambda: not free.exists())


class TestLeaseWorker(WorkEngineContract):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        engine = Engine(tmp_path)
        yield engine
        engine.kill()


@needs_broker
class TestFleet(WorkEngineContract):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        engine = Fleet(tmp_path, BROKER)
        yield engine
        engine.kill()


@needs_broker
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("handlers")
class TestLossOfTheBroker:
    def test_while_it_is_away_the_feeder_works_alone(self, tmp_path: Path) -> None:
        engine = Fleet(tmp_path, "amqp://guest:guest@127.0.0.1:9//")
        publish(5)
        try:
            engine.start(0)
            engine.until(all_done)
        finally:
            engine.kill()
        assert sorted(effects()) == [f"E{n}" for n in range(1, 6)]
        assert "Look whether RabbitMQ runs" in engine.said()

    def test_a_wrong_password_is_told(self, tmp_path: Path) -> None:
        engine = Fleet(tmp_path, BROKER.replace("guest:guest", "guest:wrong"))
        publish()
        try:
            engine.start(0)
            engine.until(all_done)
        finally:
            engine.kill()
        assert "ACCESS_REFUSED" in engine.said()

    def test_restarted_in_the_middle_of_a_job(self, tmp_path: Path) -> None:
        # Not below pytest's folder, which the broker's own user may not enter.
        place = Path(tempfile.mkdtemp(prefix="gongyi-rabbitmq-"))
        publish(30)
        with Processes() as first:
            port = start_broker(first, place)
            engine = Fleet(tmp_path, f"amqp://guest:guest@127.0.0.1:{port}//")
            engine.start(1, PROBE_AT="compute", PROBE_PAUSE="0.3")
            engine.until(lambda: list(engine.folder.glob("at-*")))
        try:
            with Processes() as second:
                start_broker(second, place, port)
                # What lay in the broker is handed over anew after a minute; not waited for.
                Delivery.objects.filter(status="WAITING", tries=0).update(
                    leased_until=timezone.now() - timedelta(seconds=1)
                )
                engine.until(all_done)
                publish(3, start=31)
                engine.until(all_done)
        finally:
            engine.kill()
            shutil.rmtree(place)
        assert sorted(effects()) == sorted(f"E{n}" for n in range(1, 34))

    def test_a_message_that_comes_late_or_twice_does_nothing(self) -> None:
        publish(2)
        at = timezone.now()
        handed = {row.pk: row.fence for row in outbox.hand_over(at, limit=10)}
        first, second = handed
        assert [row.pk for row in outbox.take({first: handed[first]}, at)] == [first]
        assert outbox.take({first: handed[first]}, at) == []
        # The second was given to somebody else meanwhile.
        later = at + outbox.HANDED + timedelta(seconds=1)
        assert [row.pk for row in outbox.hand_over(later, limit=10)] == [first, second]
        assert outbox.take({second: handed[second]}, later) == []
        assert outbox.in_hand(later) == 2
