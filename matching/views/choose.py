"""自己选资源: the coordinator's full list of what is left, for one need."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.views import Page, SignedIn, check_acting_for, say
from marketplace.models import Need, ResourceOffer
from marketplace.permissions import can_moderate
from marketplace.queries import entry_queryset, get_entry
from marketplace.states import SEEKING
from matching import operations, queries
from matching.views.desk import constraint_labels, desk_url

PER_PAGE = 20


class ChooseOffer(SignedIn, Page):
    """Any open offer with something left, with a note where it breaks a rule.

    A refusal shows the same list again: the sentence stands at its row, the note is still there.
    """

    section = "desk"
    template_name = "matching/desk_choose.html"
    refused: tuple[str, str, str] = ("", "", "")

    @property
    def need(self) -> Need:
        need = get_entry("need", self.kwargs["number"], self.actor)
        assert isinstance(need, Need)
        return need

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        need = self.need
        can_moderate(self.actor, need).require()
        words = self.request.GET.get("q", "").strip()[:60]
        without = self.request.GET.get("without", "")
        labels = constraint_labels()
        label = labels.get(without, "")
        rows = self._rows(words)
        if label:
            rows = rows.filter(number__in=queries.kept_out_by(need, without, self.at))
        page = Paginator(rows, PER_PAGE).get_page(self.request.GET.get("page"))
        number, sentence, note = self.refused
        broken = queries.broken_by_offers(need, list(page), self.at)
        return super().get_context_data(
            need=need,
            page=page,
            rows=[
                {
                    "offer": offer,
                    "broken": _("、").join(labels.get(code, code) for code in broken[offer.number]),
                    "error": sentence if offer.number == number else "",
                    "note": note if offer.number == number else "",
                }
                for offer in page
            ],
            words=words,
            without=without if label else "",
            label=label,
            error=sentence,
            crumbs=[(_("对接台"), desk_url("open", need.number)), (_("自己选资源"), "")],
            **kwargs,
        )

    def _rows(self, words: str) -> Any:
        left = Q(quantity=None) | Q(quantity__gt=F("allocated") + F("held"))
        rows = entry_queryset(ResourceOffer).filter(left, state__in=SEEKING)
        if words:
            named = Q(title__contains=words) | Q(organization__name__contains=words)
            rows = rows.filter(named)
        return rows.order_by("-posted_at", "-id")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        check_acting_for(request)
        need, note = self.need, request.POST.get("note", "")
        offer = get_entry("resource", request.POST.get("resource", ""), self.actor)
        assert isinstance(offer, ResourceOffer)
        try:
            match = operations.propose_pair(
                need,
                offer,
                by=self.actor,
                at=self.at,
                note=note,
                broken=queries.broken_constraints(need, offer, self.at),
                pair=queries.pair_of(need, offer, self.at),
            )
        except DomainError as error:
            self.refused = (offer.number, str(error), note)
            return self.render_to_response(self.get_context_data(), status=error.status)
        say(request, _("已推荐，双方会收到消息。"))
        return redirect("matching:match-detail", match.number)
