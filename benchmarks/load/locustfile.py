"""The simulated people: they sign in, then search, read, type, post and decide for a while.

    LOAD_PLAN       what `seed` wrote: accounts, numbers, queries, texts
    LOAD_SECONDS    how long, counted from when the last person has signed in
    LOAD_RESULTS    where the figures are written, as JSON

Each person has an address of their own in `X-Forwarded-For`, as behind the proxy of a real
installation, so that rate limits and lock-outs count them apart and stay switched on.
"""

import json
import os
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import gevent
from locust import HttpUser, between, events, task
from locust.env import Environment
from locust.exception import StopUser

from benchmarks.load.forms import Fields, fields_of

PLAN: dict[str, Any] = json.loads(Path(os.environ["LOAD_PLAN"]).read_text(encoding="utf-8"))
SECONDS = int(os.environ["LOAD_SECONDS"])
SHARES = {"search": 60, "read": 25, "type": 8, "post": 4, "decide": 3}
HTMX = {"HX-Request": "true"}
_TOO_LATE = ("现在只剩", "不能再这样做", "已经分完了")
"""What a yes is told when others were faster: a refusal in a sentence, and no error."""

_waiting = list(enumerate(PLAN["people"], start=1))
_deciders = sum(bool(person["asked"]) for person in PLAN["people"])
_inside = 0
_before: dict[str, Any] = {}
outcomes = {"accepted": 0, "declined": 0, "too late": 0, "decided before": 0, "posted": 0}


def figures(entry: Any) -> dict[str, Any]:
    """One kind of request as the report prints it; times in milliseconds."""
    return {
        "kind": f"{entry.name}, {entry.method}" if entry.name == "sign-in" else entry.name,
        "requests": entry.num_requests,
        "errors": entry.num_failures,
        "p50": entry.get_response_time_percentile(0.5),
        "p95": entry.get_response_time_percentile(0.95),
        "rate": entry.total_rps,
    }


class Person(HttpUser):
    """Somebody of an organization, who thinks for some seconds between two pages."""

    wait_time = between(5, 15)

    def on_start(self) -> None:
        place, person = _waiting.pop()
        self.account, self.asked = person["account"], list(person["asked"])
        self.chance = random.Random(place)
        self.draft_form: Fields = {}
        # One address each, and no connection kept: the proxy's own would be kept instead.
        address = f"10.7.{place // 250}.{place % 250 + 1}"
        self.client.headers.update({"X-Forwarded-For": address, "Connection": "close"})
        decide = SHARES["decide"] * len(PLAN["people"]) / _deciders if self.asked else 0
        self.shares = {**SHARES, "decide": decide}
        try:
            self.sign_in()
        finally:
            _one_more_inside(self.environment)

    def sign_in(self) -> None:
        page = self.expect("GET", "/sign-in/", "sign-in", {200})
        sent = fields_of(page.text, holding="password")
        sent |= {"login": self.account, "password": PLAN["password"]}
        answer = self.expect("POST", "/sign-in/", "sign-in", {302}, data=sent)
        if answer.status_code != 302:
            raise StopUser

    def expect(
        self,
        method: str,
        path: str,
        name: str,
        statuses: set[int],
        *,
        allow: Callable[[Any], bool] | None = None,
        **more: Any,
    ) -> Any:
        """One request; any other status is an error, unless `allow` knows the refusal."""
        with self.client.request(
            method, path, name=name, allow_redirects=False, catch_response=True, **more
        ) as answer:
            if answer.status_code in statuses or (allow and allow(answer)):
                answer.success()
            else:
                answer.failure(f"{answer.status_code} for {method} {path.partition('?')[0]}")
            return answer

    @task
    def act(self) -> None:
        (kind,) = self.chance.choices([*self.shares], [*self.shares.values()])
        # A page that lacks its form was counted as an error with its status.
        with suppress(LookupError):
            getattr(self, kind)()

    def search(self) -> None:
        asked = {"q": self.chance.choice(PLAN["queries"])}
        dice = self.chance.random()
        if dice < 0.2:
            asked["category"] = self.chance.choice(PLAN["choices"]["category"])
        elif dice < 0.3:
            asked = {"sort": "newest"}
        self.expect("GET", "/market/", "search", {200}, params=asked)

    def read(self) -> None:
        self.expect("GET", self.chance.choice(PLAN["readable"]), "read", {200})

    def type(self) -> None:
        """Half of it in the box of the search, half in the form of a need."""
        if self.chance.random() < 0.5:
            asked = {"q": self.chance.choice(PLAN["queries"])[: self.chance.randint(2, 4)]}
            self.expect(
                "GET", "/market/suggest/", "type-ahead: words", {200}, params=asked, headers=HTMX
            )
            return
        if not self.draft_form:
            self.draft_form = self.open_form()
        sent = self.written(self.draft_form)
        self.expect(
            "POST", "/typing/need/", "type-ahead: candidates", {200}, data=sent, headers=HTMX
        )

    def open_form(self) -> Fields:
        page = self.expect("GET", "/needs/new/", "post: the form", {200})
        return fields_of(page.text, holding="form_token")

    def written(self, form: Fields) -> Fields:
        title, text = self.chance.choice(PLAN["texts"])
        choices = PLAN["choices"]
        return form | {
            "title": title,
            "text_public": text,
            "category": self.chance.choice(choices["category"]),
            "quantity": str(self.chance.randint(1, 99)),
            "unit": self.chance.choice(choices["unit"]),
        }

    def post(self) -> None:
        """The form, the draft that saves itself, the need, and its page."""
        sent = self.written(self.open_form())
        sent.pop("pasted", None)
        kept = self.expect("POST", "/needs/draft/", "post: draft", {200}, data=sent)
        if kept.status_code != 200:
            return
        sent |= kept.json()["fields"]
        done = self.expect("POST", "/needs/new/", "post", {302}, data=sent)
        if done.status_code == 302:
            outcomes["posted"] += 1
            self.expect("GET", done.headers["Location"], "read", {200})

    def decide(self) -> None:
        number = self.asked.pop()
        if not self.asked:
            self.shares["decide"] = 0
        yes = self.chance.random() < 0.75
        path = f"/matches/{number}/{'accept' if yes else 'decline'}/"
        page = self.expect("GET", path, "decide: the form", {200, 302})
        if page.status_code == 302:
            outcomes["decided before"] += 1
            self.expect("GET", page.headers["Location"], "read", {200})
            return
        sent = fields_of(page.text, holding="form_token")
        if not yes:
            sent |= {"code": "OTHER", "note": "这次安排不过来。"}
        answer = self.expect("POST", path, "decide", {302}, allow=_came_too_late, data=sent)
        if answer.status_code != 302:
            outcomes["too late"] += _came_too_late(answer)
            return
        outcomes["accepted" if yes else "declined"] += 1
        self.expect("GET", answer.headers["Location"], "read", {200})


def _came_too_late(answer: Any) -> bool:
    return answer.status_code in (409, 422) and any(one in answer.text for one in _TOO_LATE)


def _one_more_inside(environment: Environment) -> None:
    """The clock starts when the last person is inside."""
    global _inside  # noqa: PLW0603 - one count a run
    _inside += 1
    if _inside == len(PLAN["people"]):
        # Whoever was inside early has begun already: of that only the errors count.
        before = list(environment.stats.entries.values())
        _before["sign_in"] = [figures(entry) for entry in before if entry.name == "sign-in"]
        _before["errors"] = _told(environment)
        environment.stats.reset_all()
        print(f"{_inside} people are inside; {SECONDS} s begin", flush=True)
        gevent.spawn_later(SECONDS, environment.runner.quit)


def _told(environment: Environment) -> list[str]:
    return [
        f"{error.occurrences} × {error.name}: {error.error}"
        for error in environment.stats.errors.values()
    ]


@events.quitting.add_listener
def write_results(environment: Environment, **_more: Any) -> None:
    kinds = [figures(entry) for entry in environment.stats.entries.values()]
    result = {
        "people": _inside,
        "sign_in": _before.get("sign_in", []),
        "kinds": sorted((k for k in kinds if k["requests"]), key=lambda k: str(k["kind"])),
        "errors": [*_before.get("errors", []), *_told(environment)],
        "outcomes": outcomes,
    }
    Path(os.environ["LOAD_RESULTS"]).write_text(
        json.dumps(result, ensure_ascii=False), encoding="utf-8"
    )
