"""附件: putting files to an entry, and showing what the operator has looked at."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive.forms import AttachmentsForm, attachments_of
from archive.queries import load_file
from core.views import say
from marketplace import operations, queries
from marketplace.views.actions import EntryAction, EntryQuestion


class FilesForm(AttachmentsForm):
    purpose = forms.ChoiceField(
        label=gettext_lazy("给谁看"),
        choices=[
            ("attachment", gettext_lazy("附件：能看到这一条的人都能看")),
            ("proof", gettext_lazy("证明材料（权属、来源、资质等）：只有本单位和运营方能看")),
        ],
        initial="attachment",
        required=False,
        widget=forms.RadioSelect,
    )
    field_order = ("uploads", "kept", "purpose")

    def clean_purpose(self) -> str:
        """Seen by the fewest where nothing was chosen."""
        return str(self.cleaned_data["purpose"] or "proof")


class EntryFiles(EntryQuestion):
    template_name = "marketplace/entry_files.html"
    form_class = FilesForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"by": self.actor, "at": self.at}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        files = queries.files_of_entry(self.entry, self.actor)
        return super().get_context_data(files=files, **kwargs)

    def perform(self, form: forms.Form) -> str:
        added = operations.add_files(
            self.entry,
            attachments_of(form),
            proof=form.cleaned_data["purpose"] == "proof",
            by=self.actor,
            at=self.at,
        )
        waits = form.cleaned_data["purpose"] == "attachment" and added[0].level == "INTERNAL"
        said = _("文件已放好，运营方看过后别人才看得到。") if waits else _("文件已放好。")
        say(self.request, said)
        return self.url("detail", self.entry.number) + "#files"


class EntryFileShow(EntryAction):
    def perform(self) -> str:
        file = load_file(self.kwargs["file"], self.actor)
        operations.show_file(self.entry, file, by=self.actor, at=self.at)
        say(self.request, _("能看到这一条的人，现在也能看到这个文件。"))
        return self.url("detail", self.entry.number) + "#files"
