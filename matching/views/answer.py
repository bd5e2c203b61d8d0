"""Proposing and answering: each page one question, each POST one operation."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.permissions import Actor, Decision
from core.views import offer_undo, safe_next, say
from marketplace.models import Level
from marketplace.templatetags.market import amount_in
from matching import operations, permissions
from matching.forms import AmountForm, DeclineForm, ProposeForm, ReasonForm, plain
from matching.models import Answer, Match
from matching.operations.amounts import usual
from matching.states import ASKING, RUNNING, MatchState
from matching.views.pages import MatchAction, MatchFormPage, detail_url, own_side


class Propose(MatchFormPage):
    """推荐给双方, with the amounts and what the other side will be able to read."""

    template_name = "matching/match_propose.html"
    form_class = ProposeForm
    open_in = frozenset({MatchState.SUGGESTED})
    heading = gettext_lazy("推荐给双方")
    verb = gettext_lazy("推荐给双方")

    def may(self) -> Decision:
        return permissions.can_propose(self.actor, self.match)

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        amounts = usual(self.match.need, self.match.resource)
        initial = {
            "quantity": plain(amounts.need),
            "resource_quantity": plain(amounts.resource),
        }
        return ProposeForm(data, match=self.match, initial=initial)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        match = self.match
        revealed = [
            {
                "entry": entry,
                "to": other.organization.label,
                "text": entry.text_at(Level(entry.visibility)),
            }
            for entry, other in ((match.need, match.resource), (match.resource, match.need))
            if entry.visibility != Level.PUBLIC
        ]
        return super().get_context_data(revealed=revealed, **kwargs)

    def perform(self, form: forms.Form) -> str:
        assert isinstance(form, ProposeForm)
        match = operations.propose(
            self.match,
            by=self.actor,
            at=self.at,
            note=form.cleaned_data["note"],
            quantity=form.amount("quantity"),
            resource_quantity=form.amount("resource_quantity"),
        )
        _offer_to_withdraw(self.request, match)
        return safe_next(self.request, detail_url(match))


def _offer_to_withdraw(request: Any, match: Any) -> None:
    url = reverse("matching:match-withdraw", args=[match.number])
    sentence = _("已推荐“%(need)s”和“%(resource)s”，双方会收到消息。") % {
        "need": match.need.title,
        "resource": match.resource.title,
    }
    offer_undo(request, sentence, url)


class ProposeAtOnce(MatchAction):
    """The desk's key r: propose with the usual amount."""

    open_in = frozenset({MatchState.SUGGESTED})

    def perform(self) -> str:
        match = operations.propose(self.match, by=self.actor, at=self.at)
        _offer_to_withdraw(self.request, match)
        return safe_next(self.request, detail_url(match))


def _answered(match: Match, actor: Actor) -> str:
    """What is said to a side that has answered before and comes back to the question."""
    sides = permissions.sides_of(actor, match)
    if not sides or any(match.answer_of(side) == Answer.WAITING for side in sides):
        return ""
    return _("你们已经回复过了，等对方回复。")


class Accept(MatchFormPage):
    form_class = AmountForm
    open_in = ASKING
    heading = gettext_lazy("同意对接")
    verb = gettext_lazy("同意")

    def done_already(self) -> str:
        return _answered(self.match, self.actor)

    def may(self) -> Decision:
        return permissions.can_answer_somewhere(self.actor, self.match)

    def lead(self) -> str:
        if self.match.state == MatchState.PROPOSED:
            return _("你同意后，数量先为这次对接留着，等对方也同意。")
        amount = amount_in(self.match.quantity, self.match.need)
        if amount:
            return _(
                "对方已经同意 %(n)s。你们可以写少一点，按少的算。你同意后就对接成功，"
                "双方可以看到联系方式。"
            ) % {"n": amount}
        return _("对方已经同意。你同意后就对接成功，双方可以看到联系方式。")

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        match = self.match
        initial = {
            "quantity": plain(match.quantity),
            "resource_quantity": plain(match.resource_quantity),
        }
        return AmountForm(data, match=match, initial=initial)

    def perform(self, form: forms.Form) -> str:
        assert isinstance(form, AmountForm)
        side = own_side(self.match, self.actor, self.request.POST.get("side", ""))
        match = operations.accept(
            self.match,
            side,
            by=self.actor,
            at=self.at,
            quantity=form.amount("quantity"),
            resource_quantity=form.amount("resource_quantity"),
        )
        if match.state == MatchState.LINKED:
            amount = amount_in(match.quantity, match.need)
            linked = _("对接成功，按 %(n)s 对接。") % {"n": amount} if amount else _("对接成功。")
            say(self.request, linked + _("现在可以看到对方的联系方式。"))
        else:
            say(self.request, _("已同意，等对方回复。"))
        return detail_url(match)


class Decline(MatchFormPage):
    form_class = DeclineForm
    open_in = ASKING
    heading = gettext_lazy("谢绝")
    verb = gettext_lazy("谢绝")
    danger = True

    def done_already(self) -> str:
        return _answered(self.match, self.actor)

    def may(self) -> Decision:
        return permissions.can_answer_somewhere(self.actor, self.match)

    def lead(self) -> str:
        return _("原因会用来改进以后的推荐。谢绝后，运营方会再找别的。")

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return DeclineForm(
            data, side=own_side(self.match, self.actor, self.request.POST.get("side", ""))
        )

    def perform(self, form: forms.Form) -> str:
        side = own_side(self.match, self.actor, self.request.POST.get("side", ""))
        match = operations.decline(
            self.match,
            side,
            code=form.cleaned_data["code"],
            note=form.cleaned_data["note"],
            by=self.actor,
            at=self.at,
        )
        say(self.request, _("已谢绝，会告诉对方。"))
        return detail_url(match)


class Dismiss(MatchFormPage):
    """不合适: the coordinator crosses a candidate out."""

    form_class = DeclineForm
    open_in = frozenset({MatchState.SUGGESTED})
    section = "desk"
    heading = gettext_lazy("这个候选为什么不合适？")
    verb = gettext_lazy("记下，换下一个")

    def may(self) -> Decision:
        return permissions.can_dismiss(self.actor, self.match)

    def lead(self) -> str:
        return _("原因会用来改进以后的候选，不会告诉对方。")

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        form = DeclineForm(data)
        form.fields["note"].help_text = _("只有运营方看到。选“其他原因”时必须填。")
        return form

    def perform(self, form: forms.Form) -> str:
        match = operations.dismiss(
            self.match,
            code=form.cleaned_data["code"],
            note=form.cleaned_data["note"],
            by=self.actor,
            at=self.at,
        )
        desk = reverse("matching:desk") + f"?need={match.need.number}"
        return safe_next(self.request, desk)


class Withdraw(MatchAction):
    """Take a proposal back (also the undo of proposing)."""

    open_in = ASKING

    def perform(self) -> str:
        match = self.match
        permissions.can_withdraw(self.actor, match).require()
        operations.withdraw(match, by=self.actor, at=self.at)
        say(self.request, _("推荐已撤回。"))
        return safe_next(self.request, detail_url(match))


class Cancel(MatchFormPage):
    form_class = ReasonForm
    open_in = RUNNING
    heading = gettext_lazy("取消这次对接")
    verb = gettext_lazy("取消对接")
    danger = True

    def lead(self) -> str:
        return _("没有交付的数量会放开，双方可以再找别人。已经交付的记录都保留。")

    def perform(self, form: forms.Form) -> str:
        reason = form.cleaned_data["reason"]
        match = operations.cancel(self.match, reason=reason, by=self.actor, at=self.at)
        return detail_url(match)
