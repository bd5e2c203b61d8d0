"""The upload fields that every form uses, and the form that keeps files while it has errors."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from archive import operations, queries
from archive.models import File
from archive.validators import ACCEPT, MAX_BYTES
from core.errors import DomainError
from core.permissions import Actor

MOST_FILES = 6


class UploadField(forms.FileField):
    """One file; the browser says at once when it is too large, `operations.store` judges it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text", gettext_lazy("PDF、照片、Word、Excel、PowerPoint、文字，20 MB 以内。")
        )
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)
        self.error_messages |= {
            "required": gettext_lazy("请选择文件。"),
            "empty": gettext_lazy("这个文件是空的，请换一个。"),
            "max_length": gettext_lazy("文件名太长，请改短一些。"),
        }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "accept": ACCEPT, "data-limit": MAX_BYTES}


class _ManyInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class UploadsField(UploadField):
    """Several files at once; its value is a list, empty when none was chosen."""

    widget = _ManyInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        if not data:
            return super().clean(None, initial) or []
        return [super(UploadsField, self).clean(one, initial) for one in data]


class AttachmentsForm(forms.Form):
    """A form with attachments that survive its errors.

    A browser forgets chosen files when a page comes back. So each good upload is kept at once as a
    loose file of the actor, and its number returns in `kept`, a list of ticks: what is ticked when
    the form passes is in `attachments`, for `operations.attach_all` in the transaction of the
    operation that the form runs. A file that cannot be taken is named at `uploads`; the others stay.
    """

    uploads = UploadsField(label=gettext_lazy("附件"), required=False)
    kept = forms.MultipleChoiceField(
        label=gettext_lazy("已经传上来的文件"),
        help_text=gettext_lazy("会一起提交。不要的，去掉勾。"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        by: Actor,
        at: datetime,
        most: int = MOST_FILES,
        **more: Any,
    ) -> None:
        super().__init__(data, files, **more)
        self.by, self.at, self.most = by, at, most
        self.attachments: list[File] = []
        self._order = list(self.fields)
        self._kept = self.fields["kept"]
        name = self.add_prefix("kept")
        numbers = self.data.getlist(name) if isinstance(self.data, QueryDict) else []
        # Numbers that are not the actor's own loose files are left out: used or withdrawn since.
        self._offer(queries.loose_files(numbers, by) if numbers else [])

    def _offer(self, loose: list[File]) -> None:
        """Show these files as ticked; without any the field is not shown at all."""
        self._loose = {file.number: file for file in loose}
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            self.data.setlist(self.add_prefix("kept"), list(self._loose))
        if not loose:
            self.fields.pop("kept", None)
            return
        assert isinstance(self._kept, forms.MultipleChoiceField)
        self._kept.choices = [(file.number, file.name) for file in loose]
        self.fields["kept"] = self._kept
        self.order_fields(self._order)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen: list[UploadedFile[Any]] = cleaned.get("uploads") or []
        loose = [self._loose[number] for number in cleaned.get("kept") or []]
        if len(loose) + len(chosen) > self.most:
            self.add_error("uploads", _("最多放 %(n)s 个文件。") % {"n": self.most})
            chosen = []
        for upload in chosen:
            try:
                kept = operations.store(upload=upload, by=self.by, at=self.at, field="uploads")
            except DomainError as error:
                which = f"{upload.name}：" if len(chosen) > 1 else ""
                self.add_error("uploads", f"{which}{error}")
            else:
                loose.append(kept)
        self.attachments = loose
        self._offer(loose)
        return cleaned


def attachments_of(form: forms.Form) -> list[File]:
    """The files to attach, of a form that passed; none of a form without attachments."""
    return form.attachments if isinstance(form, AttachmentsForm) else []


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("为什么撤下"),
        help_text=gettext_lazy("撤下以后，只有运营方还能看到；内容和原因留在记录里。"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
