from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Organization
from accounts.states import ORGANIZATION
from core import states
from core.errors import Conflict
from core.models import AuditEvent, OutboxEvent
from core.states import Machine, move
from tests.core.cases import COORDINATOR, MINUTE, NOW, make_organization
from tests.database import needs_postgresql, together

LATER = NOW + MINUTE
# What a legal move writes besides the state, to satisfy the table's own constraints.
CHANGES: dict[str, dict[str, Any]] = {
    "verify": {"verified_at": LATER},
    "unverify": {"verified_at": None},
}
LEGAL = {(state, step.action): step.target for step in ORGANIZATION.moves for state in step.sources}
STATES = ["UNVERIFIED", "VERIFIED", "SUSPENDED"]
EVERY = [(state, step.action) for state in STATES for step in ORGANIZATION.moves]
# How to bring a fresh row into each state.
WAY = {"UNVERIFIED": [], "VERIFIED": ["verify"], "SUSPENDED": ["suspend"]}


def organization_in(state: str) -> Organization:
    row = make_organization()
    for action in WAY[state]:
        states.advance(row, action, by=COORDINATOR, at=NOW, changes=CHANGES.get(action))
    return row


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "action"), EVERY)
def test_every_move_from_every_state(state: str, action: str) -> None:
    row = organization_in(state)
    version, audited = row.version, AuditEvent.objects.count()
    target = LEGAL.get((state, action))
    if target is None:
        with pytest.raises(Conflict, match="不能再这样做"):
            states.advance(row, action, by=COORDINATOR, at=LATER, changes=CHANGES.get(action))
        row.refresh_from_db()
        assert (row.state, row.version, AuditEvent.objects.count()) == (state, version, audited)
        return
    fresh = states.advance(row, action, by=COORDINATOR, at=LATER, changes=CHANGES.get(action))
    stored = Organization.objects.get(pk=row.pk)
    assert (fresh.state, row.state, stored.state) == (target, target, target)
    assert (row.version, stored.version, stored.updated_at) == (version + 1, version + 1, LATER)
    event = AuditEvent.objects.latest("id")
    assert (event.act, event.subject_version) == (f"organization.{action}", version + 1)
    assert (event.before["state"], event.after["state"]) == (state, target)
    news = OutboxEvent.objects.latest("id")
    assert (news.name, news.subject_id) == (ORGANIZATION.move(action).event, row.pk)


@pytest.mark.django_db
def test_the_table_names_the_buttons_of_each_state() -> None:
    offered = {state: [m.action for m in ORGANIZATION.actions(state)] for state in STATES}
    assert offered == {
        "UNVERIFIED": ["verify", "suspend"],
        "VERIFIED": ["unverify", "suspend"],
        "SUSPENDED": ["restore"],
    }
    assert [m.action for m in make_organization().actions] == ["verify", "suspend"]
    assert ORGANIZATION.allows("UNVERIFIED", "verify")
    assert not ORGANIZATION.allows("SUSPENDED", "verify")


def test_a_table_with_one_action_twice_is_a_programmers_mistake() -> None:
    with pytest.raises(ValueError, match="stands in the table twice"):
        Machine("x", (move("go", {"A"}, "B"), move("go", {"B"}, "A")))


@pytest.mark.django_db
def test_begin_gives_number_times_audit_and_news() -> None:
    row = make_organization(contact_name="王秀兰", contact_phone="13800000000")
    assert row.number.startswith("ZZ26-")
    assert (row.version, row.created_at, row.updated_at) == (1, NOW, NOW)
    event = AuditEvent.objects.get()
    assert (event.act, event.actor_name, event.request_id) == (
        "organization.create",
        "周敏",
        "request-1",
    )
    assert event.after["name"] == "春晓社区居委会"
    assert event.after["contact_phone"].startswith("hmac:")
    assert "王秀兰" not in str(event.after)
    assert OutboxEvent.objects.get().name == "organization.created"


@pytest.mark.django_db
def test_two_tabs_meet_a_conflict_and_nothing_is_written() -> None:
    first = make_organization()
    opened = first.version
    states.revise(first, {"intro": "第一个人写的"}, act="edit", by=COORDINATOR, at=LATER)
    with pytest.raises(Conflict, match="别人已经改过"):
        states.revise(
            first, {"intro": "第二个人写的"}, act="edit", by=COORDINATOR, at=LATER, version=opened
        )
    with pytest.raises(Conflict, match="别人已经改过"):
        states.advance(first, "suspend", by=COORDINATOR, at=LATER, version=opened)
    stored = Organization.objects.get()
    assert (stored.intro, stored.state, stored.version) == ("第一个人写的", "UNVERIFIED", 2)


@pytest.mark.django_db
def test_a_row_that_has_gone_is_a_conflict() -> None:
    row = make_organization()
    Organization.objects.filter(pk=row.pk).delete()
    with pytest.raises(Conflict, match="已经不在了"):
        states.advance(row, "suspend", by=COORDINATOR, at=LATER)


@pytest.mark.django_db
def test_revise_audits_only_what_changed_and_hashes_personal_values() -> None:
    row = make_organization(contact_name="王秀兰", intro="旧")
    states.revise(
        row,
        {"intro": "新", "name": row.name, "contact_name": "李桂芳"},
        act="edit",
        by=COORDINATOR,
        at=LATER,
        reason="来电更正",
    )
    event = AuditEvent.objects.latest("id")
    assert sorted(event.after) == ["contact_name", "intro"]
    assert (event.before["intro"], event.after["intro"], event.reason) == (
        "text:1",
        "text:1",
        "来电更正",
    )
    assert event.after["contact_name"].startswith("hmac:")
    assert event.before["contact_name"] != event.after["contact_name"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["state", "number", "version"])
def test_revise_is_no_back_door(name: str) -> None:
    row = make_organization()
    with pytest.raises(ValueError, match="use advance"):
        states.revise(row, {name: "VERIFIED"}, act="edit", by=COORDINATOR, at=LATER)


@pytest.mark.django_db
def test_a_refused_constraint_leaves_nothing_behind() -> None:
    row = make_organization()
    before = (AuditEvent.objects.count(), OutboxEvent.objects.count())
    with pytest.raises(Exception, match="organization_verified_has_time"), transaction.atomic():
        states.advance(row, "verify", by=COORDINATOR, at=LATER)
    assert (AuditEvent.objects.count(), OutboxEvent.objects.count()) == before
    assert Organization.objects.get().state == "UNVERIFIED"


@pytest.mark.django_db(transaction=True)
@needs_postgresql
def test_of_two_people_at_once_one_moves_and_the_other_is_told() -> None:
    row = make_organization()

    def suspend() -> str:
        mine = Organization.objects.get(pk=row.pk)
        return str(states.advance(mine, "suspend", by=COORDINATOR, at=LATER).state)

    results = together(*[suspend] * 6)
    assert results.count("SUSPENDED") == 1
    assert [type(r) for r in results if r != "SUSPENDED"] == [Conflict] * 5
    assert Organization.objects.get().version == 2
    assert AuditEvent.objects.filter(act="organization.suspend").count() == 1
    assert connection.vendor == "postgresql"
