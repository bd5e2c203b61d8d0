"""What a log line holds: when, how bad, who says so, in which request; and nobody's number.

`LOG_FORMAT=json` writes one JSON object a line for a collector, else a line for people. Either way
phone numbers, identity numbers and mail addresses are covered in the finished line, tracebacks
included: a log is read by more people than a page.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from pythonjsonlogger.json import JsonFormatter

_request_id: ContextVar[str] = ContextVar("request_id", default="")

# Not inside a longer number or word: ids and digests stay readable.
_PERSONAL = re.compile(
    r"(?<![\w.-])(?:"
    r"(?:\+?86[-. ]?)?1[3-9]\d[-. ]?\d{4}[-. ]?\d{4}"
    r"|[1-9]\d{5}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[\dXx]"
    r")(?![\w-])"
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
COVER = "***"


@contextmanager
def about(request_id: str) -> Iterator[None]:
    """Whatever is logged inside names this request: the page's own, or the one whose news are
    delivered."""
    token = _request_id.set(request_id)
    try:
        yield
    finally:
        _request_id.reset(token)


def covered(text: str) -> str:
    """The text without numbers and addresses of people."""
    return _PERSONAL.sub(COVER, text)


class RequestIdFilter(logging.Filter):
    """Gives each record `request_id`, "-" outside a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _request_id.get() or "-"
        return True


class LineFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return covered(super().format(record))


class ObjectFormatter(JsonFormatter):
    """`{"time", "level", "logger", "request_id", "message"}`, with `exception` where there is one."""

    def __init__(self) -> None:
        super().__init__(
            "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s",
            rename_fields={
                "asctime": "time",
                "levelname": "level",
                "name": "logger",
                "exc_info": "exception",
            },
            json_ensure_ascii=False,
        )
        self.default_time_format = "%Y-%m-%dT%H:%M:%S"
        self.default_msec_format = "%s.%03d"

    def format(self, record: logging.LogRecord) -> str:
        return covered(super().format(record))
