"""The access matrix: each role, each page, own and others' things; and no page left out of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.table import ROWS
from tests.access.world import ROLES, World, build

pytestmark = pytest.mark.django_db
# One answer for everybody, whatever they may: they only lead on, or belong to the API.
BESIDES = frozenset({"set_language"})
APPS = sorted({name.partition(":")[0] if ":" in name else "" for _m, name, _t, _a in ROWS})


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> None:
    settings.ARCHIVE_DIR = tmp_path


def answer_of(client: Client, method: str, path: str) -> str:
    with transaction.atomic():
        answer = getattr(client, method.lower())(path)
        for close in answer._resource_closers:
            close()
        transaction.set_rollback(True)
    to_sign_in = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
    return "L" if to_sign_in else str(answer.status_code)


@pytest.mark.timeout(600)  # hundreds of pages, on a busy machine
@pytest.mark.parametrize("app", APPS)
def test_each_role_gets_each_page_or_the_reason(app: str) -> None:
    world = build()
    clients = {role: world.client(role) for role in ROLES}
    wrong = []
    for method, name, thing, expected in ROWS:
        if (name.partition(":")[0] if ":" in name else "") != app:
            continue
        path = reverse(name, args=world.things[thing] if thing else [])
        got = " ".join(answer_of(clients[role], method, path) for role in ROLES)
        if name == "account_logout":
            clients = {role: world.client(role) for role in ROLES}
        if got != expected:
            wrong.append(f"{method} {name} ({thing}):\n  {got}\n  {expected} expected")
    assert not wrong, "\n".join(wrong)


def _named(resolver: Any, space: str = "") -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _named(one, inner)
        elif isinstance(one, URLPattern) and one.name:
            yield f"{space}{one.name}"


def test_no_page_is_missing_from_the_table() -> None:
    """Addresses of the API have their own table of scopes, in each app's tests of its API."""
    known = {name for _method, name, _thing, _answers in ROWS} | BESIDES
    every = {name for name in _named(get_resolver()) if not name.startswith("api-")}
    assert sorted(every - known) == []


def test_the_writing_pages_are_closed_to_the_auditor() -> None:
    """Reads all, writes nothing: no POST of the table is carried out for an auditor."""
    column = ROLES.index("auditor")
    own = {"account_logout", "inbox:message-read-all", "core:audit-export"}
    done = [
        name
        for method, name, _thing, answers in ROWS
        if method == "POST" and answers.split()[column] in ("200", "302") and name not in own
    ]
    assert done == []


def offered(world: World, role: str, start: str, most: int = 150) -> Iterator[tuple[str, str]]:
    """Every address that is offered to a role, walking on from `start`, with where it stood."""
    from bs4 import BeautifulSoup  # noqa: PLC0415 - a test's tool

    client, seen, waiting = world.client(role), {start}, [(start, "")]
    while waiting and len(seen) <= most:
        path, place = waiting.pop(0)
        yield path, place
        answer = client.get(path)
        for close in answer._resource_closers:  # type: ignore[attr-defined]
            close()
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        soup = BeautifulSoup(answer.content, "html.parser")
        for link in soup.select("a[href^='/']"):
            address = str(link["href"]).partition("#")[0]
            if address not in seen and not address.startswith(("/static/", "/api/")):
                seen.add(address)
                waiting.append((address, path))


@pytest.mark.parametrize("role", ROLES)
def test_no_offered_link_leads_to_a_refusal(role: str) -> None:
    world = build()
    client = world.client(role)
    start = "/" if role == "nobody" else "/workbench/"
    refused = []
    for path, place in offered(world, role, start):
        status = answer_of(client, "GET", path)
        if status.startswith(("4", "5")):
            refused.append(f"{place} offers {path}: {status}")
    assert not refused, "\n".join(refused)
