"""Carrying a link out: deliveries, confirmation, feedback, messages, contact data."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.forms import attachments_of
from core import audit
from core.errors import Invalid, NotFound
from core.permissions import Decision
from core.views import check_acting_for, say
from matching import operations, permissions, queries
from matching.forms import DeliveryForm, FeedbackForm, MessageForm, NoteForm, plain
from matching.models import Delivery, Match, Side
from matching.states import FULFILLED, RUNNING, DeliveryState, MatchState
from matching.views.pages import MatchAction, MatchFormPage, detail_url, own_side


class DeliveryPage(MatchFormPage):
    """A page with a delivery's form: more than was agreed is asked about once more."""

    form_class = DeliveryForm
    open_in = RUNNING

    def write(self, values: dict[str, Any]) -> None:
        """Run the operation with what was written."""
        raise TypeError(f"{type(self).__name__} must define write()")

    def perform(self, form: forms.Form) -> str:
        assert isinstance(form, DeliveryForm)
        names = ("quantity", "day", "note", "over")
        values = {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
        try:
            self.write({"quantity": None} | values | {"files": attachments_of(form)})
        except Invalid as refusal:
            if {"over", "note"} & set(refusal.fields):
                form.ask_over()
            raise
        return detail_url(self.match) + "#deliveries"


class RecordDelivery(DeliveryPage):
    heading = gettext_lazy("登记一次交付")
    verb = gettext_lazy("登记交付")

    def lead(self) -> str:
        if Side.NEED in permissions.sides_of(self.actor, self.match):
            return _("由你们登记的交付，登记就算确认收到。")
        return _("登记后请需求方确认收到。")

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        match = self.match
        today = timezone.localdate(self.at)
        due = queries.due_of(match, today)
        initial = {"quantity": plain(_usual(match, due)), "day": today}
        return DeliveryForm(data, files, match=match, initial=initial, by=self.actor, at=self.at)

    def write(self, values: dict[str, Any]) -> None:
        operations.record_delivery(self.match, by=self.actor, at=self.at, **values)


def _usual(match: Match, due: queries.Due | None) -> Decimal | None:
    """What a field for a delivery starts with: the agreed amount, or less where less is left."""
    if due is None or match.quantity is None or not due.left:
        return match.quantity
    return min(match.quantity, due.left)


def _delivery_of(match: Match, number: str) -> Delivery:
    delivery = match.deliveries.filter(number=number).first()
    if delivery is None:
        raise NotFound(_("没有找到这次交付。"))
    delivery.match = match
    return delivery


def _settled(match: Match, number: str, *open_in: DeliveryState) -> str:
    """What is said of a delivery that is past the states in which a page about it makes sense."""
    delivery = _delivery_of(match, number)
    if delivery.state in open_in:
        return ""
    return _("这次交付现在是“%(state)s”，不用再做这一步。") % {
        "state": delivery.get_state_display()
    }


class ConfirmDelivery(MatchAction):
    open_in = RUNNING

    def perform(self) -> str:
        delivery = _delivery_of(self.match, self.kwargs["delivery"])
        operations.confirm_delivery(delivery, by=self.actor, at=self.at)
        return detail_url(delivery.match) + "#deliveries"


class QuestionDelivery(MatchFormPage):
    form_class = NoteForm
    open_in = RUNNING
    heading = gettext_lazy("这次交付有出入")
    verb = gettext_lazy("告诉对方")

    def done_already(self) -> str:
        return _settled(self.match, self.kwargs["delivery"], DeliveryState.RECORDED)

    def may(self) -> Decision:
        return permissions.can_confirm(self.actor, self.match)

    def perform(self, form: forms.Form) -> str:
        delivery = _delivery_of(self.match, self.kwargs["delivery"])
        note = form.cleaned_data["note"]
        operations.question_delivery(delivery, note=note, by=self.actor, at=self.at)
        return detail_url(delivery.match) + "#deliveries"


class CorrectDelivery(DeliveryPage):
    heading = gettext_lazy("更正交付")
    verb = gettext_lazy("保存更正")

    def done_already(self) -> str:
        return _settled(
            self.match,
            self.kwargs["delivery"],
            DeliveryState.RECORDED,
            DeliveryState.QUESTIONED,
        )

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        delivery = _delivery_of(self.match, self.kwargs["delivery"])
        initial = {"quantity": plain(delivery.quantity), "day": delivery.day, "note": delivery.note}
        return DeliveryForm(
            data, files, match=self.match, initial=initial, by=self.actor, at=self.at
        )

    def write(self, values: dict[str, Any]) -> None:
        delivery = _delivery_of(self.match, self.kwargs["delivery"])
        operations.correct_delivery(delivery, by=self.actor, at=self.at, **values)


class ConfirmAll(MatchAction):
    open_in = RUNNING

    def perform(self) -> str:
        match = operations.confirm_all(self.match, by=self.actor, at=self.at)
        say(self.request, _("已确认全部收到。写一句评价，就可以办结了。"))
        return detail_url(match)


class GiveFeedback(MatchFormPage):
    form_class = FeedbackForm
    open_in = FULFILLED
    heading = gettext_lazy("评价和感谢")
    verb = gettext_lazy("发出评价")

    def may(self) -> Decision:
        return permissions.can_judge(self.actor, self.match)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"by": self.actor, "at": self.at}

    def done_already(self) -> str:
        sides = permissions.sides_of(self.actor, self.match)
        given = set(self.match.feedback.values_list("side", flat=True))
        return _("你们已经评价过了。") if sides and given.issuperset(sides) else ""

    def perform(self, form: forms.Form) -> str:
        match = self.match
        side = own_side(match, self.actor, self.request.POST.get("side", ""))
        if form.cleaned_data["publish"]:
            match = operations.agree_to_publish(match, side, True, by=self.actor, at=self.at)
        operations.give_feedback(
            match,
            side,
            score=form.cleaned_data["score"],
            thanks=form.cleaned_data["thanks"],
            files=attachments_of(form),
            by=self.actor,
            at=self.at,
        )
        say(self.request, _("谢谢，评价已经发给对方。"))
        return detail_url(match)


class WriteMessage(MatchFormPage):
    form_class = MessageForm
    open_in = frozenset(MatchState) - {MatchState.SUGGESTED}
    heading = gettext_lazy("写给对方")
    verb = gettext_lazy("发送")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"by": self.actor, "at": self.at}

    def perform(self, form: forms.Form) -> str:
        match, text = self.match, form.cleaned_data["text"]
        operations.write_message(match, text, files=attachments_of(form), by=self.actor, at=self.at)
        return detail_url(match) + "#messages"


class LookAtContact(MatchAction):
    """Shows the other side's contact data; the look is written down, so it is a POST."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        check_acting_for(request)
        match = self.match
        contacts = [
            {
                "label": entry.organization.label,
                **operations.look_at_contact(match, side, by=self.actor, at=self.at),
            }
            for side, entry in ((Side.NEED, match.need), (Side.RESOURCE, match.resource))
            if side not in permissions.sides_of(self.actor, match)
        ]
        context = {"match": match, "contacts": contacts, "subject": audit.subject_of(match)}
        template = (
            "matching/contact_part.html"
            if getattr(request, "htmx", False)
            else "matching/contact.html"
        )
        return render(request, template, context)
