"""What the API takes: text that can be seen, known fields, plain yes and no.

Pages clean what a person pasted; a program is told what it sent wrong, so that nothing of it is
lost in silence.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, cast

import django_filters
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, serializers

UNSEEN = gettext_lazy("里面有看不见的控制字符或改变文字方向的符号，请删去。")
MOST_NAMED = 20
"""Unknown names of one request that are named in its refusal."""
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def holds_unseen(text: str) -> bool:
    """Whether a text holds control characters besides line breaks and tabs, or marks that turn
    its direction: pages clean them away, the API says so."""
    return bool(_DIRECTION.search(text)) or any(
        unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in text
    )


class PlainText(serializers.CharField):
    """Text that is sent as text, and that one can see: a number is not taken for its digits."""

    default_error_messages = {
        "unseen": UNSEEN,
        "invalid": gettext_lazy("这里要写文字，放在引号里。"),
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text = super().to_internal_value(data)
        limit = self.max_length or 0
        if limit and len(text) > 4 * limit:
            # Refused for its length alone, before anything looks through megabytes.
            self.fail("max_length", max_length=limit)
        if holds_unseen(text):
            self.fail("unseen")
        return text


class StrictInput(serializers.Serializer[Any]):
    """A body whose every field is known: a misspelled one must not be left out in silence."""

    def to_internal_value(self, data: Any) -> Any:
        strange: dict[str, list[str]] = {}
        if isinstance(data, Mapping):
            known = {name for name, field in self.fields.items() if not field.read_only}
            names = sorted(str(name) for name in data if name not in known)
            strange = {name[:60]: [_("没有这个字段。")] for name in names[:MOST_NAMED]}
        try:
            taken = super().to_internal_value(data)
        except exceptions.ValidationError as error:
            wrong = cast(dict[str, Any], error.detail)
            raise exceptions.ValidationError({**wrong, **strange}) from error
        if strange:
            raise exceptions.ValidationError(strange)
        return taken


class _YesNo(forms.NullBooleanField):
    widget = forms.TextInput

    def clean(self, value: Any) -> bool | None:
        words = str(value or "").lower()
        if words not in ("", "true", "false", "1", "0"):
            raise forms.ValidationError(_("请写 true 或 false。"))
        return words in ("true", "1") if words else None


class YesNoFilter(django_filters.BooleanFilter):
    """true or false; another word is refused, not left out."""

    field_class = _YesNo
