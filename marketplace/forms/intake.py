"""Intake: the reason with which something goes back."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.forms.fields import Words


def common_reasons() -> list[tuple[str, str]]:
    """(code, sentence) of what is asked most often; the sentence goes to the owner as it stands."""
    return [
        ("detail", _("请写清楚要什么、给谁用、有什么要求。")),
        ("quantity", _("请补上数量和单位。")),
        ("place", _("请写清楚在哪个街道或社区。")),
        ("person", _("公开的文字里能认出具体的人，请改成“一名……”，只写到街道。")),
        ("twice", _("和你们已经发布的一条重复了，请在那一条上修改。")),
        ("scope", _("这件事不在公益供需的范围内。")),
    ]


class ReturnForm(forms.Form):
    """Common reasons to tick, and words of one's own; at least one of them."""

    common = forms.MultipleChoiceField(
        label=gettext_lazy("常见的原因"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("请从列出的几项里选。")},
    )
    reason = Words(
        label=gettext_lazy("还要说什么"),
        max_length=300,
        rows=3,
        help_text=gettext_lazy("对方会看到这些话。"),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["common"].choices = common_reasons()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if not self.errors and not self.sentence():
            self.add_error("reason", _("请选一个原因，或者写明要改什么。"))
        return cleaned

    def sentence(self) -> str:
        chosen = set(self.cleaned_data.get("common", []))
        lines = [words for code, words in common_reasons() if code in chosen]
        own = self.cleaned_data.get("reason", "")
        return "".join([*lines, own])[:300]
