"""Forms of the inbox."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inbox.models import MailTiming, MessageKind


class PreferenceForm(forms.Form):
    """One choice a kind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in MessageKind:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                choices=MailTiming.choices,
                # One of them is always chosen: nothing to mark as 必填.
                required=False,
                error_messages={"invalid_choice": _("请从列出的几项里选一项。")},
            )


class ToldForm(forms.Form):
    note = forms.CharField(
        label=_("对方怎么说"),
        max_length=200,
        required=False,
        help_text=_("例如“王主任说明天答复”，可以不填。"),
    )
