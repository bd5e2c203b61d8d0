"""The forms of the second factor: allauth's checks, our words."""

from typing import Any

from allauth.mfa.base.forms import AuthenticateForm as BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as BaseReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm as BaseActivateForm
from django import forms
from django.utils.translation import gettext_lazy as _


def _code_field(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("验证码"),
        max_length=20,
        help_text=help_text,
        error_messages={"required": _("请填验证码。")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "mid"}
        ),
    )


EITHER = _("手机验证器上的 6 位数字；手机不在身边，可以填一个备用码。")


class SecondStepForm(BaseAuthenticateForm):  # type: ignore[misc]
    code = _code_field(EITHER)


class ConfirmCodeForm(BaseReauthenticateForm):  # type: ignore[misc]
    code = _code_field(EITHER)


class ActivateForm(BaseActivateForm):  # type: ignore[misc]
    code = _code_field(_("扫码之后，验证器上显示的 6 位数字。"))
