"""Operations of the market: who, what is written, what the database itself refuses."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.errors import Conflict, Invalid, NotAllowed
from core.models import AuditEvent, OutboxEvent
from core.options import set_option
from core.permissions import SYSTEM
from marketplace import operations
from marketplace.models import EntryVersion, Need, ResourceOffer, Unit
from marketplace.states import EntryState
from tests.factories import accounts as people
from tests.factories.marketplace import (
    make_need,
    make_offer,
    need_content,
    resource_content,
    system_for,
)

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def events() -> list[str]:
    return list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))


def acts(kind: str) -> list[str]:
    rows = AuditEvent.objects.filter(subject_kind=kind).order_by("id")
    return list(rows.values_list("act", flat=True))


def test_posting_goes_through_intake() -> None:
    by = people.member()
    need = operations.post_need(need_content(), by=by, at=AT)
    assert (need.state, need.posted_by_id, need.closes_on) == (
        "SUBMITTED",
        by.user_id,
        date(2027, 5, 23),
    )
    assert events()[-1:] == ["need.submitted"]
    assert acts("need") == ["need.draft", "need.submit"]
    posted = operations.approve(need, by=people.coordinator(), at=AT)
    assert (posted.state, posted.posted_at, posted.versions.count()) == ("OPEN", AT, 1)


def test_trusted_and_phoned_entries_need_no_intake() -> None:
    organization = people.make_organization()
    by_phone = operations.post_resource(
        resource_content(), by=people.caller_actor(organization), at=AT
    )
    assert (by_phone.state, by_phone.caller[:3]) == ("OPEN", "王主任")
    set_option("market.trust_verified", True, by=SYSTEM, at=AT)
    assert operations.post_need(need_content(), by=people.member(), at=AT).state == "OPEN"
    unverified = people.member(people.make_organization(verified=False))
    assert operations.post_need(need_content(), by=unverified, at=AT).state == "SUBMITTED"


def test_a_refused_post_writes_nothing() -> None:
    with pytest.raises(Invalid):
        operations.post_need(need_content(title=""), by=people.member(), at=AT)
    with pytest.raises(NotAllowed):
        operations.post_need(need_content(), by=people.stranger(), at=AT)
    assert (Need.objects.count(), events()) == (0, [])


def test_contact_data_stands_in_the_trail_as_hashes() -> None:
    operations.post_need(need_content(), by=people.member(), at=AT)
    trail = str(list(AuditEvent.objects.values_list("before", "after")))
    assert "13800000001" not in trail
    assert "春晓路" not in trail
    assert "hmac:" in trail


def test_returning_needs_a_reason_and_staff_of_the_region() -> None:
    need = make_need(EntryState.SUBMITTED, at=AT)
    elsewhere = people.coordinator(people.make_region_tree()["城南区"])
    with pytest.raises(NotAllowed):
        operations.return_for_change(need, reason="写清楚", by=elsewhere, at=AT)
    with pytest.raises(Invalid):
        operations.return_for_change(need, reason=" ", by=people.coordinator(), at=AT)
    back = operations.return_for_change(need, reason="写清楚", by=people.coordinator(), at=AT)
    assert (back.state, back.state_reason, events()[-1]) == ("RETURNED", "写清楚", "need.returned")
    again = operations.post_need(
        need_content(), by=people.member(need.organization), at=AT, draft=back
    )
    assert (again.pk, again.state, again.state_reason) == (need.pk, "SUBMITTED", "")


def whole(entry: Any, **changes: Any) -> dict[str, Any]:
    names = [n for n in entry.CONTENT_FIELDS if n != "served"]
    return {name: getattr(entry, name) for name in names} | changes


def test_new_public_words_wait_while_the_old_stay_up() -> None:
    need = make_need(at=AT)
    owner = people.member(need.organization)
    edited = operations.edit(need, whole(need, text_public="改过的话"), by=owner, at=AT)
    assert edited.text_public == need.text_public
    pending = EntryVersion.objects.get(status="PENDING")
    assert (pending.no, pending.content["text_public"]) == (2, "改过的话")
    operations.edit(edited, whole(need, text_public="再改一次"), by=owner, at=AT)
    statuses = list(EntryVersion.objects.order_by("no").values_list("no", "status"))
    assert statuses == [(1, "APPLIED"), (2, "REPLACED"), (3, "PENDING")]
    pending = EntryVersion.objects.get(status="PENDING")
    changed = operations.approve_version(pending, by=people.coordinator(), at=AT)
    assert changed.text_public == "再改一次"
    with pytest.raises(Conflict):
        operations.approve_version(pending, by=people.coordinator(), at=AT)
    last = OutboxEvent.objects.order_by("id").last()
    assert last is not None
    assert (last.name, last.facts) == ("need.changed", {"approved_edit": 3})


def test_other_edits_apply_at_once_and_wider_visibility_waits() -> None:
    need = make_need(visibility="PARTNERS", at=AT)
    owner = people.member(need.organization)
    edited = operations.edit(need, whole(need, closes_on=date(2027, 1, 1)), by=owner, at=AT)
    assert edited.closes_on == date(2027, 1, 1)
    operations.edit(edited, whole(edited, visibility="PUBLIC"), by=owner, at=AT)
    assert Need.objects.get().visibility == "PARTNERS"
    refused = EntryVersion.objects.get(status="PENDING")
    operations.refuse_version(refused, reason="能认出人", by=people.coordinator(), at=AT)
    refused.refresh_from_db()
    assert (refused.status, refused.reason, events()[-1]) == (
        "REFUSED",
        "能认出人",
        "need.edit_refused",
    )


def test_quantity_never_falls_below_what_is_allocated() -> None:
    need = make_need(allocated=Decimal(12), at=AT)
    owner = people.member(need.organization)
    for change in ({"quantity": Decimal(11)}, {"unit": Unit.objects.get(code="box")}):
        with pytest.raises(Invalid):
            operations.edit(need, whole(need, **change), by=owner, at=AT)
    assert operations.edit(need, whole(need, quantity=Decimal(12)), by=owner, at=AT).quantity == 12


def test_two_tabs_conflict() -> None:
    owner = people.member()
    draft = operations.save_draft(Need, {"title": "一"}, by=owner, at=AT)
    operations.save_draft(Need, {"title": "二"}, by=owner, at=AT, entry=draft, version=1)
    with pytest.raises(Conflict):
        operations.save_draft(Need, {"title": "三"}, by=owner, at=AT, entry=draft, version=1)
    assert Need.objects.get().title == "二"


def test_withdraw_reopen_copy_discard() -> None:
    offer = make_offer(served=[people.make_region_tree()["望湖街道"]], serves_all=False, at=AT)
    owner = people.member(offer.organization)
    with pytest.raises(NotAllowed):
        operations.withdraw(offer, by=people.member(), at=AT)
    gone = operations.withdraw(offer, by=owner, at=AT, reason="送完了")
    assert (gone.state, gone.state_reason, gone.closed_at) == ("WITHDRAWN", "送完了", AT)
    later = AT + timedelta(days=400)
    back = operations.reopen(gone, by=owner, at=later)
    assert (back.state, back.closes_on) == ("OPEN", date(2028, 6, 26))
    draft = operations.copy(back, by=owner, at=AT)
    assert (draft.state, draft.title, draft.closes_on) == ("DRAFT", offer.title, None)
    assert [place.name for place in draft.served.all()] == ["望湖街道"]
    with pytest.raises(Conflict):
        operations.discard_draft(back, by=owner, at=AT)
    operations.discard_draft(draft, by=owner, at=AT)
    assert ResourceOffer.objects.count() == 1


def test_an_entry_never_published_is_not_reopened() -> None:
    need = make_need(EntryState.SUBMITTED, at=AT)
    owner = people.member(need.organization)
    gone = operations.withdraw(need, by=owner, at=AT)
    with pytest.raises(Conflict):
        operations.reopen(gone, by=owner, at=AT)


def test_taking_over_what_was_registered_on_the_phone() -> None:
    organization = people.make_organization()
    need = operations.post_need(need_content(), by=people.caller_actor(organization), at=AT)
    registrar, owner = need.posted_by_id, people.member(organization)
    mine = operations.take_over(need, by=owner, at=AT)
    assert (mine.caller, mine.posted_by_id) == ("", owner.user_id)
    last = OutboxEvent.objects.order_by("id").last()
    assert last is not None
    assert (last.name, last.facts) == ("need.taken_over", {"registrar": registrar})
    with pytest.raises(Conflict):
        operations.take_over(mine, by=owner, at=AT)


def test_holding_and_allocating_within_the_quantity() -> None:
    offer = make_offer(quantity=Decimal(50), at=AT)
    held = operations.hold(offer, Decimal(30), by=SYSTEM, at=AT)
    with pytest.raises(Conflict):
        operations.hold(held, Decimal(21), by=SYSTEM, at=AT)
    part = operations.allocate(held, Decimal(30), by=SYSTEM, at=AT)
    assert (part.state, part.allocated, part.held) == ("PARTLY_MET", Decimal(30), Decimal(0))
    operations.hold(part, Decimal(20), by=SYSTEM, at=AT)
    full = operations.allocate(part, Decimal(20), by=SYSTEM, at=AT)
    assert full.state == "MET"
    free = operations.release(full, Decimal(50), by=SYSTEM, at=AT)
    assert (free.state, free.allocated) == ("OPEN", Decimal(0))


ATTACKS: list[dict[str, Any]] = [
    {"allocated": 31},
    {"allocated": -1},
    {"held": 31},
    {"quantity": 0},
    {"quantity": -5},
    {"posted_at": None},
    {"category": None},
    {"region": None},
    {"starts_on": date(2027, 1, 2), "ends_on": date(2027, 1, 1)},
    {"budget": 5, "self_raised": 6},
    {"self_raised": 6},
]


@pytest.mark.parametrize("values", ATTACKS)
def test_the_database_refuses_what_is_false(values: dict[str, Any]) -> None:
    need = make_need(at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Need.objects.filter(pk=need.pk).update(**values)


def test_the_database_keeps_one_pending_version_and_one_import_key() -> None:
    need = make_need(at=AT)
    values = {"need": need, "content": {}, "status": "PENDING", "made_at": AT, "made_by": "甲"}
    EntryVersion.objects.create(no=2, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryVersion.objects.create(no=3, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryVersion.objects.create(**(values | {"no": 4, "need": None}))
    by = system_for(need.organization)
    operations.post_need(need_content(), by=by, at=AT, import_key="a1")
    with pytest.raises(IntegrityError), transaction.atomic():
        operations.post_need(need_content(), by=by, at=AT, import_key="a1")


def test_staff_lists() -> None:
    staff = people.coordinator()
    row = operations.add_listed(Unit, {"name": "桶", "aliases": []}, by=staff, at=AT)
    assert acts("unit") == ["unit.add"]
    with pytest.raises(Invalid):
        operations.add_listed(Unit, {"name": "桶", "aliases": []}, by=staff, at=AT)
    taken = [{"label": "份", "factor": "1"}]
    with pytest.raises(Invalid):
        operations.edit_listed(row, {"name": "桶", "aliases": taken}, by=staff, at=AT)
    closed = operations.edit_listed(row, {"name": "桶", "closed": True}, by=staff, at=AT)
    assert closed.closed
    with pytest.raises(NotAllowed):
        operations.edit_listed(row, {"name": "筐"}, by=replace(staff, scopes=()), at=AT)
