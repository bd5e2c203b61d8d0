"""The upload field that every form uses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from archive.validators import ACCEPT, MAX_BYTES


class UploadField(forms.FileField):
    """One file; the browser says at once when it is too large, `operations.store` judges it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("PDF、照片、Word、Excel、PowerPoint、文字，20 MB 以内。"))
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)
        self.error_messages |= {
            "required": _("请选择文件。"),
            "empty": _("这个文件是空的，请换一个。"),
            "max_length": _("文件名太长，请改短一些。"),
        }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "accept": ACCEPT, "data-limit": MAX_BYTES}
