"""Which engine answers: the search server where one is set and whole, else the embedded index.

The embedded index always holds everything, in the product's own database, so it can take over at
any moment, in the same shapes.
"""

import logging
import time
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from search.embedded.gateway import EmbeddedGateway
from search.gateways import Gateway, GatewayError
from search.gateways.address import Account, Address
from search.models import EngineBacklog, EngineState

if TYPE_CHECKING:
    from search.gateways.elasticsearch import ElasticsearchGateway

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

NAME = "elasticsearch"
_LOOKED_AT_EVERY = 2.0
_last: tuple[float, bool] = (-_LOOKED_AT_EVERY, False)


@cache
def embedded() -> Gateway:
    return EmbeddedGateway()


@cache
def elasticsearch() -> "ElasticsearchGateway | None":
    """The search server's gateway, or None where no address is set."""
    facts: dict[str, Any] = settings.ELASTICSEARCH
    if not facts["urls"]:
        return None
    try:
        from search.gateways.elasticsearch import ElasticsearchGateway  # noqa: PLC0415
    except ImportError as error:
        raise ImproperlyConfigured(
            "ELASTICSEARCH_URL is set, but the client is not installed: install the extra "
            "`elasticsearch`."
        ) from error
    return ElasticsearchGateway(
        Address(
            urls=tuple(facts["urls"]),
            prefix=facts["prefix"],
            writer=Account(facts["user"], facts["password"]),
            readers=tuple((lv, Account(*who)) for lv, who in facts["readers"].items()),
            ca=facts["ca"],
            shards=facts["shards"],
            replicas=facts["replicas"],
            graph=facts["graph"],
        )
    )


def engine_state() -> EngineState | None:
    """How the search server stands; None where none is set, or nobody has looked yet."""
    if elasticsearch() is None:
        return None
    return EngineState.objects.filter(name=NAME).first()


def _is_whole() -> bool:
    """Whether the server stood well when somebody last looked; asked every few seconds at most."""
    global _last  # noqa: PLW0603 - one pair a process, replaced whole
    looked, whole = _last
    if time.monotonic() - looked >= _LOOKED_AT_EVERY:
        whole = EngineState.objects.filter(name=NAME, away_since=None).exists()
        _last = (time.monotonic(), whole)
    return whole


def forget() -> None:
    """Look anew at the next question (a test, an operation that knows better)."""
    global _last  # noqa: PLW0603 - one pair a process, replaced whole
    _last = (-_LOOKED_AT_EVERY, False)


def answering(organization_id: int = 0) -> Gateway:
    """The engine that this reader asks. Whoever has written something that the server does not
    show yet reads the embedded index, which holds it since the same moment."""
    server = elasticsearch()
    if server is None or not _is_whole() or server.connection.breaker.is_open:
        return embedded()
    if organization_id and EngineBacklog.objects.filter(organization_id=organization_id).exists():
        return embedded()
    return server


def ask(question: Callable[[Gateway], Answer], organization_id: int = 0) -> Answer:
    """Ask the engine that answers, and the embedded index where it gives no answer."""
    engine = answering(organization_id)
    try:
        return question(engine)
    except GatewayError as error:
        if engine is embedded():
            raise
        log.warning("search answers from the embedded index: %s", error)
        return question(embedded())
