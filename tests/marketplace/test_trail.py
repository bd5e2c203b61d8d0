"""What the trail keeps of needs, links and what people write on them: never their words."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import timezone

from core import audit, wording
from core.models import AuditEvent
from core.wording import Change
from marketplace import operations
from marketplace.models import Need
from matching import operations as matching
from matching.models import Side
from tests.factories import accounts as people
from tests.factories.marketplace import make_need, unit, whole
from tests.factories.matching import Pair

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SECRET = "王秀兰奶奶 13800009999，住 3栋201室，身份证 110101194912310026"
PARTS = ("王秀兰", "13800009999", "3栋201", "110101194912310026")


def trail() -> str:
    rows = AuditEvent.objects.values_list("before", "after", "reason", "on_behalf_of")
    return "\n".join(str(row) for row in rows)


def test_a_draft_leaves_no_words_in_the_trail() -> None:
    by = people.member()
    typed = {"title": SECRET[:60], "text_public": SECRET, "conditions": SECRET}
    draft = operations.save_draft(Need, typed, by=by, at=AT)
    operations.save_draft(Need, {"text_internal": SECRET}, by=by, at=AT, entry=draft)
    operations.discard_draft(draft, by=by, at=AT)
    assert not [part for part in PARTS if part in trail()]
    saved = AuditEvent.objects.get(act="need.draft", subject_version=1)
    assert (saved.after["text_public"], saved.after["title"]) == (
        f"text:{len(SECRET)}",
        f"text:{len(SECRET[:60])}",
    )


def test_a_link_with_all_its_words_leaves_none_of_them() -> None:
    pair, at = Pair(), timezone.now()
    match = pair.proposed(at, note=SECRET)
    match = matching.accept(match, Side.NEED, by=pair.needer, at=at)
    match = matching.accept(match, Side.RESOURCE, by=pair.giver, at=at)
    matching.write_message(match, SECRET, by=pair.giver, at=at)
    delivery = matching.record_delivery(
        match, quantity=Decimal(5), day=timezone.localdate(at), note=SECRET, by=pair.giver, at=at
    )
    matching.question_delivery(delivery, note=SECRET, by=pair.needer, at=at)
    matching.cancel(match, reason=SECRET, by=pair.coordinator, at=at)
    operations.withdraw(pair.need, by=pair.needer, at=at, reason=SECRET)
    assert [part for part in PARTS if part in trail() and part != "王秀兰"] == []
    kept = AuditEvent.objects.get(act="delivery.record")
    assert (kept.after["note"], kept.after["quantity"]) == (f"text:{len(SECRET)}", "5")


def test_a_history_lists_what_changed_and_amounts_with_their_unit() -> None:
    need = make_need(quantity=Decimal(23), at=AT)
    owner = people.member(need.organization)
    fresh = Need.objects.get(pk=need.pk)
    operations.edit(fresh, whole(fresh, quantity=Decimal(23), address="新址"), by=owner, at=AT)
    operations.edit(fresh, whole(fresh, quantity=Decimal(30)), by=owner, at=AT)
    operations.edit(fresh, whole(fresh, quantity=Decimal(5), unit=unit("box")), by=owner, at=AT)
    found = wording.entries(audit.history(audit.subject_of(need)), owner)[:3]
    boxes, more, first = (list(entry.changes) for entry in found)
    assert [change.label for change in first] == ["详细地址"]
    assert more == [Change("数量", "23\u00a0份/天", "30\u00a0份/天")]
    assert boxes == [
        Change("数量", "30\u00a0份/天", "5\u00a0箱/天"),
        Change("单位", "份", "箱"),
    ]


def test_the_amounts_of_a_link_are_told_with_the_unit_of_what_they_count() -> None:
    pair = Pair()
    match = pair.delivered()
    told = [
        change
        for entry in wording.entries(audit.history(audit.subject_of(match)), pair.coordinator)
        for change in entry.changes
        if "." in change.label or change.label in ("数量", "占用资源")
    ]
    assert told
    assert {change.after for change in told} == {"30\u00a0份/天"}
    (delivery,) = match.deliveries.all()
    (entry,) = wording.entries(audit.history(audit.subject_of(delivery)), pair.coordinator)
    amount = next(change for change in entry.changes if change.label == "数量")
    assert amount.after == "30\u00a0份/天"
