"""Fields that take what people really type: full-width digits, thousands marks, 4.5万."""

import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from core.money import parse_yuan
from marketplace.validators import MAX_QUANTITY, clean_text


class Words(forms.CharField):
    """Text without control or direction marks; `rows` makes it a text area."""

    def __init__(self, *, rows: int = 0, css: str = "", **options: Any) -> None:
        attrs: dict[str, Any] = {"class": css} if css else {}
        widget: forms.Widget = forms.TextInput(attrs=attrs)
        if rows:
            widget = forms.Textarea(attrs={**attrs, "rows": rows})
        options.setdefault("required", False)
        super().__init__(widget=widget, **options)

    def to_python(self, value: Any) -> str:
        raw = super().to_python(value) or ""
        if self.max_length and len(raw) > 4 * self.max_length:
            # Refused for its length alone, before anything looks through megabytes.
            MaxLengthValidator(self.max_length)(raw)
        return clean_text(raw)


class Amount(forms.DecimalField):
    """A quantity: up to two decimals, `３０` and `1,200` are numbers too."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(
            attrs={"class": "short num-in", "inputmode": "decimal", "autocomplete": "off"}
        )
        options |= {"required": False, "widget": widget, "max_value": MAX_QUANTITY}
        # The cap alone says that it is too much; it lies below what the column holds.
        super().__init__(decimal_places=2, **options)
        self.error_messages |= {
            "invalid": _("数量请写数字，例如 30。单位在旁边选。"),
            "max_decimal_places": _("数量最多写两位小数。"),
            "max_value": _("数量太大了，请核对。"),
        }

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        plain = unicodedata.normalize("NFKC", str(value or "")).replace(",", "").replace(" ", "")
        return super().to_python(plain)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class WholeNumber(forms.IntegerField):
    def __init__(self, *, too_big: Any, **options: Any) -> None:
        widget = forms.TextInput(
            attrs={"class": "short num-in", "inputmode": "numeric", "autocomplete": "off"}
        )
        super().__init__(required=False, min_value=1, widget=widget, **options)
        self.error_messages |= {"invalid": _("请写整数，例如 28。")}
        for validator, sentence in zip(
            self.validators[-2:], (too_big, _("请写 1 或更大的数。")), strict=False
        ):
            validator.message = sentence  # type: ignore[attr-defined]

    def to_python(self, value: Any) -> int | None:
        plain = unicodedata.normalize("NFKC", str(value or "")).replace(",", "").strip()
        return super().to_python(plain)


class Yuan(forms.CharField):
    """An amount in yuan: `45,000.00`, `4.5万`; cleans to a Decimal or None."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(
            attrs={"class": "mid num-in", "inputmode": "decimal", "autocomplete": "off"}
        )
        super().__init__(required=False, max_length=30, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        text = unicodedata.normalize("NFKC", str(super().clean(value) or ""))
        if not text.strip():
            return None
        try:
            return parse_yuan(text)
        except Invalid as error:
            raise ValidationError(str(error)) from error


class Day(forms.DateField):
    """A local day, chosen or typed (`2026-12-01`, `2026/12/1`, `2026年12月1日`)."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date", "class": "mid"}, format="%Y-%m-%d")
        formats = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]
        super().__init__(required=False, widget=widget, input_formats=formats, **options)
        self.error_messages |= {"invalid": _("请写成 2026-12-01 这样的日期。")}


class Listed(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A row of a staff list, named by its code."""

    def __init__(self, *, css: str = "", **options: Any) -> None:
        attrs = {"class": css} if css else {}
        super().__init__(
            queryset=None,
            to_field_name="code",
            required=False,
            widget=forms.Select(attrs=attrs),
            **options,
        )
        self.error_messages |= {"invalid_choice": _("这一项已经没有了，请重新选。")}

    def prepare_value(self, value: Any) -> Any:
        return getattr(value, "code", value)


class Choice(forms.ChoiceField):
    """One of a few, shown as cards, as a line of round buttons or as a select."""

    def __init__(self, *, shown: str = "", **options: Any) -> None:
        widget: forms.Widget = forms.Select()
        if shown:
            widget = forms.RadioSelect(attrs={"class": shown})
        options.setdefault("required", False)
        super().__init__(widget=widget, **options)
        self.error_messages |= {"invalid_choice": _("请从列出的几项里选。")}


class Several(forms.MultipleChoiceField):
    """Any of a few; cleans to a list of codes, or of numbers with `numbers`."""

    def __init__(self, *, numbers: bool = False, css: str = "choices flow", **options: Any) -> None:
        self.numbers = numbers
        widget = forms.CheckboxSelectMultiple(attrs={"class": css})
        super().__init__(required=False, widget=widget, **options)
        self.error_messages |= {"invalid_choice": _("有一项已经没有了，请重新选。")}

    def clean(self, value: Any) -> list[Any]:
        chosen: Sequence[str] = super().clean(value)
        return [int(one) for one in chosen] if self.numbers else list(chosen)
