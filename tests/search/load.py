"""People at work while something breaks: some post needs, some search, all note what they got."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.test import Client

from accounts.models import Organization, User
from tests.factories.marketplace import make_need

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
BANNER = "搜索服务器暂时不能用"
SHAPE = {"lines", "facets", "tabs"}
"""What the market page always has, whichever engine answers."""


@dataclass(frozen=True)
class Answer:
    """One page as it came."""

    status: int
    keys: frozenset[str]
    banner: bool


@dataclass
class Load:
    """Two who write and two who search, until `stop`; `errors` holds whatever went wrong."""

    organization: Organization
    staff: User
    pause: float = 0.15
    written: list[int] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)

    def __enter__(self) -> "Load":
        self._over = threading.Event()
        works = [self._write, self._write, self._search, self._search_as_staff]
        self._threads = [threading.Thread(target=self._repeat, args=[work]) for work in works]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(timeout=60)

    def more(self, wanted: int, *, written: bool = False) -> None:
        """Wait until so many more pages were answered, or needs written."""
        rows: list[Any] = self.written if written else self.answers
        goal = len(rows) + wanted
        until(lambda: len(rows) >= goal, errors=self.errors)

    def _repeat(self, work: Callable[[], None]) -> None:
        try:
            while not self._over.is_set():
                work()
                time.sleep(self.pause)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            self.errors.append(error)
        finally:
            connection.close()

    def _write(self) -> None:
        title = f"老人助餐第{len(self.written)}份"
        self.written.append(make_need(title=title, organization=self.organization).pk)

    def _search(self) -> None:
        self._ask(Client())

    def _search_as_staff(self) -> None:
        client = Client()
        client.force_login(self.staff, backend=BACKEND)
        self._ask(client)

    def _ask(self, client: Client) -> None:
        page = client.get("/market/", {"q": "老人助餐"})
        # Of a page that was drawn; a refusal has no context.
        keys = SHAPE & page.context.keys() if page.context else set()
        self.answers.append(
            Answer(page.status_code, frozenset(keys), BANNER in page.content.decode())
        )


def until(
    true: Callable[[], object], *, seconds: float = 60, errors: list[BaseException] | None = None
) -> None:
    """Wait for something to become true; an error of somebody at work ends the wait."""
    end = time.monotonic() + seconds
    while not true():
        if errors:
            raise errors[0]
        if time.monotonic() > end:
            raise AssertionError("waited in vain")
        time.sleep(0.05)
