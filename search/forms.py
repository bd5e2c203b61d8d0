"""Forms of search: naming a subscription, a group of synonyms."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

from search.operations.saved import LONGEST_LABEL

_BETWEEN = re.compile(r"[、，,；;|\s]+")


class LabelForm(forms.Form):
    """The name of a subscription."""

    label = forms.CharField(label=_("名称"), max_length=LONGEST_LABEL)


def words_in(text: str) -> list[str]:
    """Words with 、, commas, spaces or new lines between them."""
    return [word for word in _BETWEEN.split(text) if word]


class SynonymForm(forms.Form):
    """One group: at least two words, and longer words in which they mean something else."""

    terms = forms.CharField(
        label=_("意思相同的词"),
        max_length=1200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("用顿号隔开，例如：助餐、送餐、配餐。查其中一个，另外几个也会查到。"),
    )
    not_in = forms.CharField(
        label=_("这些词里不算"),
        required=False,
        max_length=600,
        help_text=_("例如“工程”不该在“工程师”里算数，就写：工程师。可以不填。"),
    )

    def clean_terms(self) -> list[str]:
        return words_in(self.cleaned_data["terms"])

    def clean_not_in(self) -> list[str]:
        return words_in(self.cleaned_data["not_in"])
