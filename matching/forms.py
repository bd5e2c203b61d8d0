"""Forms of matching: amounts, reasons, deliveries, words. Shape only; rules are in operations."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from archive.forms import AttachmentsForm
from marketplace.models import Category, Need, ResourceOffer
from marketplace.templatetags.market import period_word
from matching import decline_reasons
from matching.models import Match, Side
from matching.queries.measures import same_measure
from matching.queries.sharing import Portion


def unit_words(entry: Need | ResourceOffer) -> str:
    """`份/天`: what a number of this entry counts; "" without a unit."""
    unit, every = entry.unit.localized if entry.unit else "", period_word(entry.period)
    return f"{unit}/{every}" if unit and every else unit


def plain(amount: Decimal | None) -> str:
    """`4`, not `4.00`, for a field to start with; "" without a number."""
    return "" if amount is None else f"{amount.normalize():f}"


class AmountForm(forms.Form):
    """How much: in the need's unit, and in the resource's where the two differ."""

    quantity = forms.DecimalField(
        label=_("这次对接多少"),
        max_digits=12,
        decimal_places=2,
        required=False,
        min_value=Decimal("0.01"),
    )
    resource_quantity = forms.DecimalField(
        label=_("占用资源多少"),
        max_digits=12,
        decimal_places=2,
        required=False,
        min_value=Decimal("0.01"),
    )

    def __init__(self, *args: Any, match: Match, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        need, resource = match.need, match.resource
        for name, entry in (("quantity", need), ("resource_quantity", resource)):
            field = self.fields[name]
            field.widget.attrs["class"] = "short num-in"
            field.help_text = _("单位：%(unit)s") % {"unit": unit_words(entry)}
            proposed = self.initial.get(name)
            field.required = True
            field.error_messages["required"] = (
                _("请写数量。推荐的是 %(n)s。") % {"n": proposed}
                if proposed
                else _("请写数量，两边商量好再填。")
            )
        if need.quantity is None:
            del self.fields["quantity"]
        if resource.quantity is None or same_measure(need, resource):
            del self.fields["resource_quantity"]

    def amount(self, name: str) -> Decimal | None:
        """What was written in a field; None where the form has no such field."""
        value: Decimal | None = self.cleaned_data.get(name)
        return value


class ProposeForm(AmountForm):
    note = forms.CharField(
        label=_("想对双方说的话"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("可以不填。双方都会看到。"),
    )


class ShareForm(forms.Form):
    """An amount for each candidate need of an offer, by the match's number; empty: nothing."""

    note = forms.CharField(
        label=_("想对各方说的话"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("可以不填。双方都会看到。"),
    )

    def __init__(self, *args: Any, portions: Sequence[Portion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in portions:
            self.fields[one.match.number] = forms.DecimalField(
                label=_("给“%(title)s”多少") % {"title": one.match.need.title},
                max_digits=12,
                decimal_places=2,
                required=False,
                min_value=Decimal("0.01"),
                initial=plain(one.amount or None),
                widget=forms.NumberInput(attrs={"class": "short num-in"}),
            )


class DeclineForm(forms.Form):
    """Why not, for one side."""

    code = forms.ChoiceField(label=_("为什么不合适"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("补充一句"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("对方会看到。选“其他原因”时必须填。"),
    )

    def __init__(self, *args: Any, side: Side | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = decline_reasons.for_side(side) if side else decline_reasons.all_reasons()
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(reason.code, reason.label) for reason in reasons]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("原因"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("对方会看到这句话。"),
    )


class DeliveryForm(AttachmentsForm):
    quantity = forms.DecimalField(
        label=_("交付了多少"),
        max_digits=12,
        decimal_places=2,
        required=False,
        min_value=Decimal("0.01"),
    )
    day = forms.DateField(
        label=_("哪天"),
        widget=forms.DateInput(attrs={"type": "date", "class": "mid"}, format="%Y-%m-%d"),
    )
    # Asked for only where more than was agreed is written.
    over = forms.BooleanField(label=_("确实比约定的多"), required=False, widget=forms.HiddenInput())
    note = forms.CharField(
        label=_("说明"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ("quantity", "over", "day", "note", "uploads", "kept")

    def __init__(self, *args: Any, match: Match, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].label = _("照片、签到表等凭证")
        self.fields["uploads"].help_text = _(
            "可以不放，最多 6 个，每个 20 MB 以内。只有双方和运营方能看到。"
        )
        # What was handed over is counted as such, whatever period the agreed amount has.
        unit = match.need.unit.localized if match.need.unit else ""
        self.fields["quantity"].widget.attrs["class"] = "short num-in"
        self.fields["quantity"].help_text = _("单位：%(unit)s") % {"unit": unit}
        if match.need.quantity is None and not unit:
            del self.fields["quantity"]
        if self.data.get("over"):
            self.ask_over()

    def ask_over(self) -> None:
        """Show the box that says: more than was agreed is meant."""
        self.fields["over"].widget = forms.CheckboxInput()


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("哪里不一样"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class FeedbackForm(AttachmentsForm):
    score = forms.TypedChoiceField(
        label=_("满意吗"),
        coerce=int,
        choices=[
            (5, _("很满意")),
            (4, _("满意")),
            (3, _("一般")),
            (2, _("不太满意")),
            (1, _("不满意")),
        ],
        widget=forms.RadioSelect(attrs={"class": "cards-in"}),
    )
    thanks = forms.CharField(
        label=_("想说的话"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("比如感谢的话。对方会看到；双方同意公开时，大家也会看到，请不要写姓名和电话。"),
    )
    publish = forms.BooleanField(
        label=_("同意把这次对接的结果公开在首页（不公开联系方式和金额明细）"), required=False
    )
    field_order = ("score", "thanks", "uploads", "kept", "publish")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].label = _("照片")
        self.fields["uploads"].help_text = _(
            "可以不放，最多 6 个，每个 20 MB 以内。只有双方和运营方能看到，不会公开。"
        )


class MessageForm(AttachmentsForm):
    """A message, files, or both; that it is not empty is the operation's rule."""

    text = forms.CharField(
        label=_("写给对方"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("text", "uploads", "kept")


class ImpossiblePairForm(forms.Form):
    need = forms.ModelChoiceField(label=_("需求类别"), queryset=Category.objects.none())
    resource = forms.ModelChoiceField(label=_("资源类别"), queryset=Category.objects.none())
    note = forms.CharField(label=_("为什么不可能"), max_length=200)

    def __init__(self, *args: Any, categories: QuerySet[Category], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("need", "resource"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = categories


class WeightForm(forms.Form):
    value = forms.FloatField(label=_("权重"), min_value=0, max_value=20)
    note = forms.CharField(label=_("为什么改"), max_length=200, required=False)
