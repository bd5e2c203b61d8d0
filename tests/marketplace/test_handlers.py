"""Deadlines: reminders once each, closing by itself; and what owners are told."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Organization
from core import outbox
from core.models import OutboxEvent
from core.permissions import SYSTEM
from inbox.models import Message
from marketplace import handlers, operations
from marketplace.models import EntryVersion, Need
from marketplace.states import EntryState
from tests.factories import accounts as people
from tests.factories.marketplace import make_need, make_offer, whole

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def closing() -> list[tuple[str, dict[str, int]]]:
    rows = OutboxEvent.objects.filter(name__endswith=".closing").order_by("id")
    return list(rows.values_list("name", "facts"))


def test_reminded_seven_days_and_one_day_before_once_each() -> None:
    need = make_need(closes_on=date(2026, 12, 24), at=AT)
    make_offer(closes_on=date(2026, 11, 27), at=AT)  # posted three days before: knows it
    before = Need.objects.get().version
    for day in range(32):
        handlers.remind_before_deadlines(AT + timedelta(days=day))
    assert closing() == [
        ("resource.closing", {"days": 1}),
        ("need.closing", {"days": 7}),
        ("need.closing", {"days": 1}),
    ]
    need.refresh_from_db()
    assert (need.version, need.reminded_days) == (before, 1)


def test_closes_by_itself_the_day_after() -> None:
    need = make_need(closes_on=date(2026, 11, 25), at=AT)
    handlers.close_expired(AT + timedelta(days=1))
    need.refresh_from_db()
    assert need.state == EntryState.OPEN
    handlers.close_expired(AT + timedelta(days=2))
    need.refresh_from_db()
    assert (need.state, need.closed_at) == (EntryState.EXPIRED, AT + timedelta(days=2))


def told(user_id: int) -> list[tuple[str, dict[str, object]]]:
    return list(
        Message.objects.filter(user_id=user_id).order_by("id").values_list("code", "figures")
    )


def test_owners_are_told_what_became_of_it() -> None:
    owner = people.member()
    organization = Organization.objects.get(pk=owner.organization_id)
    need = make_need(EntryState.RETURNED, organization=organization, title="甲", at=AT)
    outbox.drain()
    assert told(owner.user_id) == [
        ("entry.returned", {"side": "need", "title": "甲", "reason": "请写清楚送餐地点。"})
    ]
    operations.post_need(whole(need), by=people.member(organization), at=AT, draft=need)
    operations.approve(need, by=people.coordinator(), at=AT)
    outbox.drain()
    assert told(owner.user_id)[1:] == [("entry.posted", {"side": "need", "title": "甲"})]


def test_edits_and_expiry_are_told_but_not_what_one_did_oneself() -> None:
    owner = people.member()
    organization = Organization.objects.get(pk=owner.organization_id)
    need = make_need(organization=organization, title="甲", at=AT)
    outbox.drain()
    Message.objects.all().delete()
    staff = people.coordinator()
    for text, approve in (("改一", True), ("改二", False)):
        operations.edit(Need.objects.get(), whole(need, text_public=text), by=owner, at=AT)
        version = EntryVersion.objects.get(status="PENDING")
        if approve:
            operations.approve_version(version, by=staff, at=AT)
        else:
            operations.refuse_version(version, reason="不合适", by=staff, at=AT)
    operations.withdraw(Need.objects.get(), by=owner, at=AT)
    operations.reopen(Need.objects.get(), by=owner, at=AT)
    later = AT + timedelta(days=300)
    operations.expire_due(Need, later)
    outbox.drain(later)
    assert [code for code, _figures in told(owner.user_id)] == [
        "entry.edit_approved",
        "entry.edit_refused",
        "entry.expired",
    ]


def test_the_coordinator_is_told_that_the_owner_took_over() -> None:
    need = make_need(at=AT)
    staff = people.caller_actor(need.organization)
    phoned = operations.copy(need, by=staff, at=AT)
    operations.take_over(phoned, by=people.member(need.organization), at=AT)
    outbox.drain()
    assert told(staff.user_id) == [("entry.taken_over", {"side": "need", "title": need.title})]
    assert SYSTEM.channel == "system"
