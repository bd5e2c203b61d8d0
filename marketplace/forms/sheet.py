"""The form that takes a spreadsheet."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.forms import UploadField
from core.sheets import MAX_BYTES


class SheetForm(forms.Form):
    """One .xlsx; `operations.begin_import` judges it."""

    file = UploadField(
        label=_("填好的 Excel 文件"),
        help_text=_("用下载的模板填，.xlsx，最多 5,000 行，20 MB 以内。"),
    )

    def __init__(self, data: Any = None, files: Any = None, **more: Any) -> None:
        super().__init__(data, files, **more)
        self.fields["file"].widget.attrs |= {"accept": ".xlsx", "data-limit": MAX_BYTES}
