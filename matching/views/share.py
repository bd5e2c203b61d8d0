"""分给几家: one offer's candidates side by side, with amounts that the smallest need first gets."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.views import FormPage, SignedIn, say
from marketplace.models import ResourceOffer
from marketplace.permissions import can_moderate, can_post
from marketplace.queries import get_entry
from marketplace.templatetags.market import amount_in
from matching import operations, queries
from matching.forms import ShareForm, unit_words
from matching.queries.reasons import Sentences
from matching.views import shown
from matching.views.desk import constraint_labels


def _why_not(code: str) -> str:
    own = {
        "measure": _("单位和这份资源不同，要商量一个数"),
        "held": _("数量都留着，等对方确认"),
        "satisfied": _("没有写还差多少，或者已经够了"),
    }
    return own.get(code) or constraint_labels().get(code, code)


class ShareOut(SignedIn, FormPage):
    """For the offer's own side and its coordinator."""

    section = "desk"
    template_name = "matching/share.html"
    form_class = ShareForm

    @cached_property
    def offer(self) -> ResourceOffer:
        entry = get_entry("resource", self.kwargs["number"], self.actor)
        assert isinstance(entry, ResourceOffer)
        return entry

    @cached_property
    def sharing(self) -> queries.Sharing:
        return queries.sharing_of(self.offer, self.actor, self.at)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.actor.is_authenticated:
            own = self.actor.acts_for(self.offer.organization_id)
            (can_post(self.actor) if own else can_moderate(self.actor, self.offer)).require()
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"portions": self.sharing.portions}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs["form"]
        sentences = Sentences()
        rows = [
            {
                "match": one.match,
                "url": shown.entry_url(one.match.need),
                "missing": amount_in(one.missing, one.match.need),
                "fit": shown.FIT.get(one.match.fit, "low"),
                "reason": shown.short_reason(one.match, sentences),
                "field": form[one.match.number],
            }
            for one in self.sharing.portions
        ]
        back = shown.entry_url(self.offer)
        return super().get_context_data(
            offer=self.offer,
            rows=rows,
            sharing=self.sharing,
            left=amount_in(self.offer.remaining, self.offer),
            rest=amount_in(self.sharing.rest, self.offer) if self.sharing.rest else "",
            left_out=[
                {
                    "match": one.match,
                    "url": shown.entry_url(one.match.need),
                    "why": _("、").join(_why_not(code) for code in one.codes),
                    "by_hand": one.codes == ("measure",),
                }
                for one in self.sharing.left_out
            ],
            unit=unit_words(self.offer),
            back_url=back,
            crumbs=[(self.offer.title, back), (_("分给几家"), "")],
            **kwargs,
        )

    def perform(self, form: forms.Form) -> str:
        matches = {one.match.number: one.match for one in self.sharing.portions}
        shares: list[tuple[Any, Decimal]] = [
            (match, form.cleaned_data[number])
            for number, match in matches.items()
            if form.cleaned_data.get(number)
        ]
        done = operations.share_out(
            self.offer, shares, note=form.cleaned_data["note"], by=self.actor, at=self.at
        )
        say(self.request, _("推荐了 %(n)s 家，各方会收到消息。") % {"n": len(done)})
        return shown.entry_url(self.offer)
