import os
import time
from collections.abc import Callable
from pathlib import Path

from django.utils import timezone

from core import outbox
from core.models import NumberTicket


def slow(event: outbox.Event) -> Callable[[], None]:
    """Says that it is at work, fails as often as it is told to, takes its time, then leaves one
    row per event."""
    folder = Path(os.environ["PROBE_DIR"])
    pause = float(os.environ.get("PROBE_PAUSE", "0"))
    failed = len(list(folder.glob("failed-*")))
    if failed < int(os.environ.get("PROBE_FAILS", "0")):
        (folder / f"failed-{failed}").touch()
        raise RuntimeError("没连上")
    if os.environ.get("PROBE_AT") == "compute":
        (folder / f"at-{os.getpid()}").touch()
        time.sleep(pause)

    def finish() -> None:
        NumberTicket.objects.create(prefix=f"E{event.subject.id}", at=timezone.now())
        if os.environ.get("PROBE_AT") == "finish":
            (folder / f"at-{os.getpid()}").touch()
            time.sleep(pause)

    return finish


def register() -> None:
    """The same handler for three events of different urgency."""
    outbox.handles("probe.went")(slow)
    outbox.handles("probe.first", priority=10)(slow)
    outbox.handles("probe.last", priority=90)(slow)
