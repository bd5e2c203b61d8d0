"""The load's own installation is whole, and its checks find what is planted; not the load itself."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks.load import checks
from benchmarks.load.forms import fields_of
from benchmarks.load.people import PASSWORD
from benchmarks.load.report import error_count, lines
from benchmarks.load.seed import DrawnVectors, derive, fill_market
from core import audit
from core.models import AuditEvent, Delivery
from core.triggers import lifted
from marketplace.models import Need, ResourceOffer
from matching import operations as matching
from matching.models import Match, Side
from search.models import SearchEntry, SearchVector
from tests.factories.accounts import actor_for

pytestmark = pytest.mark.django_db


class Words:
    """Texts enough for a tiny market."""

    def entries(self, count: int) -> Iterator[tuple[str, str]]:
        for n in range(count):
            yield f"老人午餐配送{n}", f"每天送到家，第{n}条街。"

    def queries(self, count: int) -> Iterator[str]:
        for n in range(count):
            yield f"午餐{n}"


@pytest.fixture
def plan(settings: Any, tmp_path: Any) -> dict[str, Any]:
    settings.ARCHIVE_DIR = tmp_path
    at = timezone.now()
    made = fill_market(20, 8, at, Words())
    derive(at)
    return made


def faults() -> dict[str, list[str]]:
    return {name: list(find()) for name, find in checks.CHECKS.items()}


def only(name: str) -> list[str]:
    """What one check finds, while all others find nothing."""
    found = faults()
    assert [other for other in found if found[other] and other != name] == []
    return found[name]


def answered(plan: dict[str, Any]) -> Match:
    """One proposal accepted by both of its sides."""
    number = plan["people"][4]["asked"][0]
    match, at = Match.objects.get(number=number), timezone.now()
    for side, entry in ((Side.NEED, match.need), (Side.RESOURCE, match.resource)):
        user = User.objects.get(memberships__organization=entry.organization)
        match = matching.accept(match, side, by=actor_for(user), at=at)
    return match


def test_the_seeded_market_is_whole_and_the_checks_pass(plan: dict[str, Any]) -> None:
    assert (Need.objects.count(), ResourceOffer.objects.count()) == (10 + 4, 10 + 1)
    assert [len(person["asked"]) for person in plan["people"]] == [1, 1, 1, 1, 4, 0, 0, 0]
    assert SearchVector.objects.values("kind", "object_id").distinct().count() in (0, 25)
    assert checks.waiting() == 0
    answered(plan)
    Delivery.objects.filter(status="WAITING").update(status="DONE", done_at=timezone.now())
    from search import operations  # noqa: PLC0415 - what the worker would have done

    operations.rebuild()
    assert faults() == {name: [] for name in checks.CHECKS}
    assert checks.failed_checks() == 0


def test_the_people_can_sign_in_and_read_what_the_plan_says(plan: dict[str, Any]) -> None:
    client = Client()
    page = client.get("/sign-in/").content.decode()
    sent = fields_of(page, holding="password")
    sent |= {"login": plan["people"][0]["account"], "password": PASSWORD}
    assert client.post("/sign-in/", sent).status_code == 302
    assert {client.get(path).status_code for path in plan["readable"]} == {200}
    number = plan["people"][0]["asked"][0]
    form = fields_of(
        client.get(f"/matches/{number}/accept/").content.decode(), holding="form_token"
    )
    assert form["quantity"] == "20"
    assert client.post(f"/matches/{number}/accept/", form).status_code == 302
    assert Match.objects.get(number=number).need_answer == "YES"


def test_a_planted_over_allocation_is_found(plan: dict[str, Any]) -> None:
    match = answered(plan)
    assert list(checks.faults_of_quantities()) == []
    Match.objects.filter(pk=match.pk).update(resource_quantity=Decimal(50))
    number = match.resource.number
    assert list(checks.faults_of_quantities()) == [
        f"{number}: 50 taken of 40",
        f"{number}: its matches take 50 and hold 0, it says 20 and 0",
    ]


def test_a_missing_index_row_is_found(plan: dict[str, Any]) -> None:
    gone = SearchEntry.objects.filter(kind="need", level="PUBLIC").order_by("pk")[0]
    SearchEntry.objects.filter(pk=gone.pk).delete()
    found = only("search: equal to the rows")
    assert f"missing   need {gone.object_id} PUBLIC" in found


def test_a_changed_audit_row_is_found(plan: dict[str, Any]) -> None:
    while audit.seal(timezone.now()):
        pass
    row = AuditEvent.objects.order_by("pk")[0]
    with transaction.atomic(), lifted():
        AuditEvent.objects.filter(pk=row.pk).update(actor_name="别人")
    found = only("audit trail: whole")
    assert any("a covered audit row was changed" in fault for fault in found)


def test_dead_and_waiting_news_are_found(plan: dict[str, Any]) -> None:
    first, second = Delivery.objects.order_by("pk")[:2]
    Delivery.objects.filter(pk=first.pk).update(status="DEAD", done_at=None, last_error="坏了")
    later = timezone.now() + timedelta(hours=1)
    Delivery.objects.filter(pk=second.pk).update(status="WAITING", done_at=None, available_at=later)
    assert only("news: all delivered") == [
        f"dead: {first.handler}: 坏了",
        "1 things still wait for the worker",
    ]
    assert checks.failed_checks() == 1


@pytest.mark.parametrize("texts", [["老人"], ["老人", "儿童"]])
def test_drawn_vectors_are_the_texts_own_and_of_length_one(texts: list[str]) -> None:
    model = DrawnVectors("m", 16)
    one, again = model.passage(texts), model.query(texts)
    assert (one == again).all()
    assert one.shape == (len(texts), 16)
    assert (abs((one**2).sum(axis=1) - 1) < 1e-5).all()


def test_a_form_is_read_as_a_browser_sends_it() -> None:
    page = """
    <form><input name="q"></form>
    <form><input type="hidden" name="form_token" value="t"><input name="off" disabled value="x">
    <input type="radio" name="kind" value="A"><input type="radio" name="kind" value="B" checked>
    <input type="checkbox" name="remote"><input type="checkbox" name="all" checked>
    <select name="unit"><option value="">-</option><option value="set">套</option></select>
    <select name="every"><option value="DAY">天</option><option value="WEEK" selected>周</option>
    </select><textarea name="text">一行</textarea><button name="later" value="1">存</button></form>
    """
    assert fields_of(page, holding="form_token") == {
        "form_token": "t",
        "kind": "B",
        "all": "on",
        "unit": "",
        "every": "WEEK",
        "text": "一行",
    }
    with pytest.raises(LookupError):
        fields_of(page, holding="password")


def test_an_error_before_or_during_the_load_fails_it() -> None:
    kind = {"kind": "search", "requests": 9, "errors": 0, "p50": 12.0, "p95": 80.4, "rate": 3.0}
    result: dict[str, Any] = {
        "people": 8,
        "sign_in": [],
        "kinds": [kind],
        "errors": [],
        "outcomes": {"posted": 1},
    }
    assert error_count(result) == 0
    assert "| search | 9 | 0 | 12 | 80 | 3.0 |" in lines(result)
    assert error_count(result | {"errors": ["1 × read: 500"]}) == 1
    assert error_count(result | {"kinds": [kind | {"errors": 2}]}) == 2
