"""A link is carried out: deliveries, their confirmation, messages, feedback and thanks."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.queries import BASE_PHONE
from archive import operations as archive
from archive.models import File, FileLevel
from core import audit, outbox
from core.errors import Conflict, Invalid
from core.permissions import Actor
from core.ports import Subject
from core.states import advance, begin, lock, revise
from marketplace import operations as market
from marketplace.personal import find_personal
from marketplace.templatetags.market import total_in
from matching import permissions
from matching.models import Delivery, Feedback, Match, Note, Side
from matching.operations.end import give_back
from matching.queries.due import due_of
from matching.states import FULFILLED, RUNNING, DeliveryState, MatchState

MAX_QUANTITY = Decimal("9999999.99")


def _check_delivery(match: Match, quantity: Decimal | None, day: date, today: date) -> None:
    if day > today:
        raise Invalid({"day": _("交付日期不能在今天之后。")})
    if match.linked_at and day < timezone.localdate(match.linked_at):
        raise Invalid({"day": _("交付日期不能早于对接的日期。")})
    if match.quantity is not None and quantity is None:
        raise Invalid({"quantity": _("请写这次交付了多少。")})
    if quantity is not None and not 0 < quantity <= MAX_QUANTITY:
        raise Invalid({"quantity": _("数量要大于 0。")})


def _check_amount(
    match: Match,
    quantity: Decimal | None,
    day: date,
    *,
    over: bool,
    note: str,
    without: Delivery | None = None,
) -> None:
    """More than falls due by the day takes a word that it is meant (`over`) and a note why; more
    than the base's factor of it is refused. Raises Invalid at `quantity`, `over` or `note`."""
    due = due_of(match, day, without=without)
    if due is None or quantity is None or quantity <= due.left:
        return
    words = {
        "expected": total_in(due.expected, match.need),
        "delivered": total_in(due.delivered, match.need),
    }
    told = _("到这一天，约定一共交付 %(expected)s，已登记 %(delivered)s。") % words
    if quantity > due.most:
        most = _("这次最多能写 %(n)s，请看看数量有没有写错。") % {"n": f"{due.most.normalize():f}"}
        raise Invalid({"quantity": f"{told}{most}"})
    if not over:
        more = _("这次比约定多 %(n)s。数量没有写错的话，请勾选这一项，并在“说明”里写原因。")
        raise Invalid({"over": told + more % {"n": f"{(quantity - due.left).normalize():f}"}})
    if not note.strip():
        raise Invalid({"note": _("比约定的多，请在这里写原因，对方会看到。")})


@transaction.atomic
def record_delivery(
    match: Match,
    *,
    quantity: Decimal | None,
    day: date,
    note: str = "",
    over: bool = False,
    files: Sequence[File] = (),
    by: Actor,
    at: datetime,
) -> Delivery:
    """Write down one handing over (either side may; the need's side confirms).

    `files` are loose uploads: photos, lists of signatures. `over` says that more than was agreed is
    meant; the note tells why. The first delivery moves the link to DELIVERING. Raises NotAllowed,
    Conflict, Invalid.
    """
    locked = lock(match)
    permissions.can_carry(by, locked).require()
    if locked.state not in RUNNING:
        raise Conflict(_("这条对接现在不能登记交付。"))
    _check_delivery(locked, quantity, day, timezone.localdate(at))
    _check_amount(locked, quantity, day, over=over, note=note)
    sides = permissions.sides_of(by, locked)
    side = Side.NEED if sides == [Side.NEED] else Side.RESOURCE
    delivery = begin(
        Delivery(
            match=locked,
            quantity=quantity,
            day=day,
            note=note.strip()[:300],
            recorded_by=by.name,
            recorded_side=side,
        ),
        by=by,
        at=at,
        act="record",
        event="delivery.recorded",
        facts={"match_id": locked.pk},
    )
    _attach(audit.subject_of(delivery), files, by, at)
    if locked.state == MatchState.LINKED:
        advance(locked, "start", by=by, at=at, changes={"started_at": at})
    if side == Side.NEED:
        # Who receives and writes it down has confirmed it with that.
        return confirm_delivery(delivery, by=by, at=at)
    return delivery


def _attach(subject: Subject, files: Sequence[File], by: Actor, at: datetime) -> None:
    archive.attach_all(files=files, subject=subject, level=FileLevel.PARTIES, by=by, at=at)


def _answer(delivery: Delivery, action: str, note: str, by: Actor, at: datetime) -> Delivery:
    permissions.can_confirm(by, delivery.match).require()
    changes = {"answer_note": note.strip()[:300], "answered_by": by.name, "answered_at": at}
    return advance(
        delivery, action, by=by, at=at, changes=changes, facts={"match_id": delivery.match_id}
    )


@transaction.atomic
def confirm_delivery(delivery: Delivery, *, by: Actor, at: datetime, note: str = "") -> Delivery:
    """The need's side has received it."""
    return _answer(delivery, "confirm", note, by, at)


@transaction.atomic
def question_delivery(delivery: Delivery, *, note: str, by: Actor, at: datetime) -> Delivery:
    """The need's side has received something else; the note says what."""
    if not note.strip():
        raise Invalid({"note": _("请写明哪里不一样。")})
    return _answer(delivery, "question", note, by, at)


@transaction.atomic
def correct_delivery(
    delivery: Delivery,
    *,
    quantity: Decimal | None,
    day: date,
    note: str = "",
    over: bool = False,
    files: Sequence[File] = (),
    by: Actor,
    at: datetime,
) -> Delivery:
    """Correct an unconfirmed delivery; it waits for confirmation again. `files` are added; `over`
    as in `record_delivery`."""
    locked = lock(delivery.match)
    permissions.can_carry(by, locked).require()
    _check_delivery(locked, quantity, day, timezone.localdate(at))
    _check_amount(locked, quantity, day, over=over, note=note, without=delivery)
    changes = {"quantity": quantity, "day": day, "note": note.strip()[:300]}
    _attach(audit.subject_of(delivery), files, by, at)
    return advance(delivery, "correct", by=by, at=at, changes=changes)


@transaction.atomic
def confirm_all(match: Match, *, by: Actor, at: datetime) -> Match:
    """The need's side: everything has arrived. Open deliveries are confirmed with it, and what was
    agreed beyond them is free again (see `queries.due.given_back`).

    Raises Conflict when nothing was delivered or a delivery is in question.
    """
    locked = lock(match)
    permissions.can_confirm(by, locked).require()
    deliveries = list(locked.deliveries.order_by("id"))
    if not deliveries:
        raise Conflict(_("还没有登记过交付，先登记一次再确认。"))
    if any(d.state == DeliveryState.QUESTIONED for d in deliveries):
        raise Conflict(_("有一次交付还有出入，请先和对方说清楚。"))
    for delivery in deliveries:
        if delivery.state == DeliveryState.RECORDED:
            confirm_delivery(delivery, by=by, at=at)
    give_back(locked, confirmed=True, by=by, at=at)
    return advance(locked, "confirm", by=by, at=at, changes={"confirmed_at": at})


@transaction.atomic
def give_feedback(
    match: Match,
    side: Side,
    *,
    score: int,
    thanks: str = "",
    files: Sequence[File] = (),
    by: Actor,
    at: datetime,
) -> Feedback:
    """1 to 5, a word of thanks and photos (loose uploads), once a side; the need's side closes
    the link with it."""
    locked = lock(match)
    if side not in permissions.sides_of(by, locked):
        permissions.can_confirm(by, locked).require()
    if locked.state not in FULFILLED:
        raise Conflict(_("确认收到之后才能评价。"))
    if not 1 <= score <= 5:
        raise Invalid({"score": _("请选 1 到 5 分。")})
    if find_personal(thanks[:1000]):
        raise Invalid({"thanks": _("这里像有电话或身份证号，公开后别人会看到。请删去再发。")})
    if locked.feedback.filter(side=side).exists():
        raise Conflict(_("你们已经评价过了。"))
    given = Feedback.objects.create(
        match=locked, side=side, score=score, thanks=thanks.strip()[:500], at=at, by_name=by.name
    )
    _attach(given.subject, files, by, at)
    after = {"side": side, "score": score}
    audit.record(audit.subject_of(locked), "match.feedback", by=by, at=at, after=after)
    outbox.publish("match.thanked", audit.subject_of(locked), by=by, at=at, facts={"side": side})
    if side == Side.NEED and locked.state == MatchState.CONFIRMED:
        advance(locked, "close", by=by, at=at, changes={"ended_at": at})
    return given


@transaction.atomic
def close(match: Match, *, by: Actor, at: datetime) -> Match:
    """Close a confirmed link without feedback (the coordinator, or the need's side)."""
    if not permissions.is_coordinator(by, match):
        permissions.can_confirm(by, match).require()
    return advance(match, "close", by=by, at=at, changes={"ended_at": at})


@transaction.atomic
def agree_to_publish(match: Match, side: Side, agree: bool, *, by: Actor, at: datetime) -> Match:
    """Whether a side lets the finished link be shown to everybody; both must, either may end it."""
    if side not in permissions.sides_of(by, match):
        permissions.can_confirm(by, match).require()
    name = "need_publishes" if side == Side.NEED else "resource_publishes"
    return revise(match, {name: agree}, act="publish", by=by, at=at, event="match.changed")


@transaction.atomic
def write_message(
    match: Match, text: str, *, files: Sequence[File] = (), by: Actor, at: datetime
) -> Note:
    """A message to the other side (and the operator), with loose uploads; raises Invalid when
    empty or too long."""
    permissions.can_carry(by, match).require()
    text = text.strip()
    if not text and not files:
        raise Invalid({"text": _("还没有写内容。")})
    if len(text) > 2000:
        raise Invalid({"text": _("一次最多写 2000 字。")})
    note = Note.objects.create(
        match=match,
        at=at,
        author_id=by.user_id,
        author_name=by.name,
        organization_id=by.organization_id,
        organization_name=by.organization_name,
        text=text,
    )
    _attach(note.subject, files, by, at)
    facts: dict[str, Any] = {"note_id": note.pk}
    outbox.publish("match.message", audit.subject_of(match), by=by, at=at, facts=facts)
    return note


def look_at_contact(match: Match, side: Side, *, by: Actor, at: datetime) -> dict[str, str]:
    """Contact data of one side of a link; each look is written to the audit trail.

    `via` says whose number it is: the entry's own ("entry"), else the organization's
    ("organization"), else the operator's, who passes it on ("operator").
    """
    permissions.can_look_at_contact(by, match).require()
    entry = match.need if side == Side.NEED else match.resource
    found = market.look_at_contact(entry, by=by, at=at, link=audit.subject_of(match))
    if found["contact_phone"]:
        return {**found, "via": "entry"}
    owner = entry.organization
    if owner.contact_phone:
        name = owner.contact_name or found["contact_name"]
        number = {"contact_name": name, "contact_phone": owner.contact_phone}
        return {**found, **number, "via": "organization"}
    return {**found, "contact_phone": BASE_PHONE.get(), "via": "operator"}
