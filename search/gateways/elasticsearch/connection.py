"""Talking to the server: accounts by level, time limits, retries with jitter, the circuit breaker.

Whatever goes wrong arrives as a `GatewayError` whose message names the cause and the cure.
"""

import random
import time
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from elastic_transport import ConnectionError as NoConnection
from elastic_transport import TlsError, TransportError
from elastic_transport.client_utils import DEFAULT
from elasticsearch import ApiError, Elasticsearch

from search.gateways.address import Account, Address
from search.gateways.elasticsearch.trouble import BUSY, Away, translated

Answer = TypeVar("Answer")

READ_SECONDS = 2.0
"""A search that takes longer counts as no answer: the embedded index is quicker."""
WRITE_SECONDS = 30.0
ATTEMPTS = 3
_FIRST_PAUSE = 0.05


class Breaker:
    """Stops asking a server that is away: after `LIMIT` failures in a row nothing is asked for a
    while, then one call tries, and each failure doubles the while, up to a minute.
    """

    LIMIT = 3
    FIRST_REST, LONGEST_REST = 2.0, 60.0

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._until = 0.0

    @property
    def is_open(self) -> bool:
        return self._clock() < self._until

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            beyond = self._failures - self.LIMIT
            if beyond >= 0:
                rest = min(self.LONGEST_REST, self.FIRST_REST * 2**beyond)
                # Jitter, so that many processes do not come back in the same moment.
                self._until = self._clock() + rest * (0.5 + random.random() / 2)  # noqa: S311

    def answered(self) -> None:
        if self._failures:
            with self._lock:
                self._failures, self._until = 0, 0.0


class Connection:
    """The clients of one address, shared by all threads of a process."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.breaker = Breaker()
        self._lock = Lock()
        self._clients: dict[str, Elasticsearch] = {}

    def client(self, level: str = "") -> Elasticsearch:
        """The writer's client, or the one that reads a level."""
        account = dict(self.address.readers).get(level, self.address.writer)
        name = account.user
        with self._lock:
            if name not in self._clients:
                self._clients[name] = self._new_client(account)
            return self._clients[name]

    def _account(self, level: str) -> str:
        """The beginning of the variables that name this level's account."""
        return f"ELASTICSEARCH_{level}" if level in dict(self.address.readers) else "ELASTICSEARCH"

    def _new_client(self, account: Account) -> Elasticsearch:
        return Elasticsearch(
            list(self.address.urls),
            basic_auth=account.basic_auth(),
            request_timeout=READ_SECONDS,
            max_retries=0,
            ca_certs=self.address.ca or DEFAULT,
        )

    def ask(self, call: Callable[[Elasticsearch], Answer], *, level: str = "") -> Answer:
        """Run a read. Raises Away at once while the breaker is open."""
        if self.breaker.is_open:
            raise Away("the search server did not answer a moment ago; it is tried again soon")
        return self._run(call, self.client(level), level)

    def probe(self, call: Callable[[Elasticsearch], Answer], *, level: str = "") -> Answer:
        """Run a read whether or not the breaker is open: to see if the server is quick enough."""
        return self._run(call, self.client(level), level)

    def order(self, call: Callable[[Elasticsearch], Answer]) -> Answer:
        """Run a write as the writer, with time to finish; the breaker is not asked."""
        return self._run(call, self.client().options(request_timeout=WRITE_SECONDS))

    def _run(
        self, call: Callable[[Elasticsearch], Answer], client: Elasticsearch, level: str = ""
    ) -> Answer:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = call(client)
            except (ApiError, TransportError) as error:
                if attempt < ATTEMPTS and _may_pass(error):
                    time.sleep(_FIRST_PAUSE * 2**attempt * random.random())  # noqa: S311 - jitter
                    continue
                found = translated(error, self._account(level))
                if isinstance(found, Away):
                    self.breaker.failed()
                raise found from error
            self.breaker.answered()
            return answer
        raise AssertionError("unreachable")


def _may_pass(error: Exception) -> bool:
    """Whether the next moment may bring an answer; a timeout has cost enough already."""
    if isinstance(error, ApiError):
        return error.meta.status in BUSY
    return isinstance(error, NoConnection) and not isinstance(error, TlsError)
