"""What staff set of the matcher: the table of weights, impossible pairs."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import is_staff
from core.views import ActionView, FormPage, Page, SignedIn
from marketplace.models import NeedKind, OfferKind
from marketplace.permissions import can_register_for_others
from marketplace.queries import categories
from matching import named, operations
from matching.engine import weights
from matching.engine.kinds import compatible
from matching.engine.levels import thresholds
from matching.forms import ImpossiblePairForm, WeightForm
from matching.models import ImpossiblePair, WeightChange
from matching.queries.items import KIND_OF_NEED, KIND_OF_OFFER


class Weights(SignedIn, Page):
    """Every weight of the score in one table: label, value, measured or not, where from."""

    section = "desk"
    template_name = "matching/weights.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_staff(self.actor).require()
        changes = {row.code: row for row in WeightChange.objects.all()}
        rows = [
            {
                "weight": weight,
                "label": named.WEIGHTS[weight.code],
                "change": changes.get(weight.code),
            }
            for weight in weights.TABLE
        ]
        crumbs = [(_("对接台"), reverse("matching:desk")), (_("契合度怎么算"), "")]
        return super().get_context_data(
            rows=rows,
            version=weights.MODEL_VERSION,
            may_write=bool(can_register_for_others(self.actor)),
            levels=_levels(),
            kinds=_kinds(),
            pairs=ImpossiblePair.objects.select_related("need_category", "resource_category"),
            crumbs=crumbs,
            **kwargs,
        )


def _levels() -> list[dict[str, object]]:
    """From how many points on a pair is high, medium, fitting, low; as the desk counts points."""
    rows = ((_("两边都算过意思的"), True), (_("还没有算意思的"), False))
    return [
        {"label": label}
        | {name: round(100 * least) for name, least in asdict(thresholds(meaning=meaning)).items()}
        for label, meaning in rows
    ]


def _kinds() -> list[tuple[str, str]]:
    """Each kind of need with the kinds of offers that may meet it, as people name them."""
    return [
        (
            str(label),
            _("、").join(
                str(offered)
                for given, offered in OfferKind.choices
                if compatible(KIND_OF_NEED.get(wanted, ""), KIND_OF_OFFER.get(given, ""))
            ),
        )
        for wanted, label in NeedKind.choices
    ]


class ChangeWeight(SignedIn, FormPage):
    section = "desk"
    template_name = "matching/weight_edit.html"
    form_class = WeightForm

    @property
    def weight(self) -> weights.Weight:
        for weight in weights.TABLE:
            if weight.code == self.kwargs["code"]:
                return weight
        raise Http404

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        change = WeightChange.objects.filter(code=self.weight.code).first()
        initial = {"value": change.value if change else self.weight.value}
        return WeightForm(data, initial=initial)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        can_register_for_others(self.actor).require()
        label = named.WEIGHTS[self.weight.code]
        crumbs = [(_("契合度怎么算"), reverse("matching:weights")), (label, "")]
        return super().get_context_data(weight=self.weight, label=label, crumbs=crumbs, **kwargs)

    def perform(self, form: forms.Form) -> str:
        operations.set_weight(
            self.weight.code,
            form.cleaned_data["value"],
            note=form.cleaned_data["note"],
            by=self.actor,
            at=self.at,
        )
        return reverse("matching:weights")


class MarkImpossible(SignedIn, FormPage):
    section = "desk"
    template_name = "matching/impossible_new.html"
    form_class = ImpossiblePairForm

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return ImpossiblePairForm(data, categories=categories())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        can_register_for_others(self.actor).require()
        crumbs = [(_("契合度怎么算"), reverse("matching:weights")), (_("标记不可能的类别"), "")]
        return super().get_context_data(crumbs=crumbs, **kwargs)

    def perform(self, form: forms.Form) -> str:
        operations.mark_impossible(
            form.cleaned_data["need"],
            form.cleaned_data["resource"],
            note=form.cleaned_data["note"],
            by=self.actor,
            at=self.at,
        )
        return reverse("matching:weights")


class UnmarkImpossible(ActionView):
    def perform(self) -> str:
        pair = ImpossiblePair.objects.filter(pk=self.kwargs["pk"]).first()
        if pair is not None:
            operations.unmark_impossible(pair, by=self.actor, at=self.at)
        return reverse("matching:weights")
