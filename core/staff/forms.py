"""Inputs of the ground's staff pages."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import workdays
from core.options import AnyOption
from core.staff.queries import TrailFilter

DAY = forms.DateInput(attrs={"type": "date", "class": "mid"}, format="%Y-%m-%d")


def option_field(option: AnyOption, value: bool | int | str) -> forms.Field:
    """The input for one option by its type; keeps beside it the value that was shown."""
    told: dict[str, Any] = {
        "label": option.label,
        "help_text": _help(option),
        "initial": value,
        "show_hidden_initial": True,
    }
    if option.kind is bool:
        return forms.BooleanField(required=False, **told)
    if option.kind is int:
        widget = forms.NumberInput(attrs={"class": "short num-in"})
        return forms.IntegerField(
            min_value=option.low, max_value=option.high, widget=widget, **told
        )
    if option.choices:
        return forms.ChoiceField(choices=option.choices, **told)
    return forms.CharField(required=False, max_length=option.longest, **told)


def _help(option: AnyOption) -> str:
    default: object = option.default
    if option.kind is bool:
        default = _("是") if option.default else _("否")
    shown = dict(option.choices).get(str(default), default) if option.choices else default
    return " ".join(
        part for part in (str(option.help), _("原来的设定：%(value)s。") % {"value": shown}) if part
    )


class OptionsForm(forms.Form):
    """One input per option; the fields are named by the options' keys."""

    def __init__(
        self, *args: Any, members: tuple[tuple[AnyOption, bool | int | str], ...], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for option, value in members:
            self.fields[option.key] = option_field(option, value)

    def changes(self) -> dict[str, tuple[Any, Any]]:
        """What the person changed: key to (value that was shown, new value)."""
        found = {}
        for name in self.changed_data:
            raw = self.data.get(self.add_initial_prefix(name))
            shown = self[name].initial if raw is None else self.fields[name].to_python(raw)
            found[name] = (shown, self.cleaned_data[name])
        return found


class DayForm(forms.Form):
    """A correction of one day."""

    day = forms.DateField(label=gettext_lazy("哪一天"), widget=DAY)
    is_working = forms.TypedChoiceField(
        label=gettext_lazy("这一天"),
        choices=[("1", gettext_lazy("上班")), ("0", gettext_lazy("休息"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect(attrs={"class": "choices flow"}),
    )
    note = forms.CharField(
        label=gettext_lazy("为什么"), max_length=workdays.MAX_NOTE, required=False
    )


class TrailForm(forms.Form):
    """Filters of the audit trail; a filter that cannot be read is said and left out."""

    number = forms.CharField(label=gettext_lazy("编号"), max_length=40, required=False)
    person = forms.CharField(label=gettext_lazy("人或单位"), max_length=60, required=False)
    act = forms.ChoiceField(label=gettext_lazy("做了什么"), required=False)
    since = forms.DateField(label=gettext_lazy("从"), required=False, widget=DAY)
    until = forms.DateField(label=gettext_lazy("到"), required=False, widget=DAY)

    def __init__(self, *args: Any, acts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["act"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("全部")), *acts]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        since, until = found.get("since"), found.get("until")
        if since and until and since > until:
            self.add_error("until", _("“到”要在“从”之后。"))
        return found

    def wanted(self) -> TrailFilter:
        self.full_clean()
        found: dict[str, Any] = getattr(self, "cleaned_data", {})
        until = found.get("until")
        return TrailFilter(
            number=found.get("number", ""),
            person=found.get("person", ""),
            act=found.get("act", ""),
            since=_midnight(found.get("since")),
            until=_midnight(until + timedelta(days=1)) if until and until < date.max else None,
        )


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) if day else None
