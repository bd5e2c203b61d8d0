"""Forms of signing up, signing in and passwords."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class PasswordWidget(forms.PasswordInput):
    """A password that can be shown; the button appears where JavaScript runs."""

    template_name = "accounts/widgets/password.html"


def _account_field(label: Any, autocomplete: str = "username") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=254,
        error_messages={"required": _("请填手机号、邮箱或账号名。")},
        widget=forms.TextInput(
            attrs={"autocomplete": autocomplete, "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


def _password_field(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=128,
        strip=False,
        help_text=help_text,
        error_messages={"required": _("请填密码。")},
        widget=PasswordWidget(attrs={"autocomplete": autocomplete}),
    )


STRENGTH = _("至少 8 位，不要只用数字，也不要用姓名或手机号。一句只有你知道的话最好记。")


class SignInForm(forms.Form):
    login = _account_field(_("手机号、邮箱或账号名"))
    password = _password_field(_("密码"), "current-password")


class SignUpForm(forms.Form):
    name = forms.CharField(
        label=_("你的姓名"),
        max_length=60,
        error_messages={"required": _("请写姓名。")},
        help_text=_("对接的另一方会看到，请写真名。"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    account = _account_field(_("手机号、邮箱或账号名"))
    password = _password_field(_("密码"), "new-password", STRENGTH)
    consent = forms.BooleanField(
        label=_(
            "我同意平台为供需对接保存和使用这些信息：姓名只给对接的另一方和运营方看，不对外公开。"
        ),
        error_messages={"required": _("同意之后才能注册。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].help_text = _("以后用它登录，三样里填一样就行。")


class CodeSignInForm(forms.Form):
    account = _account_field(_("手机号、邮箱或账号名"))
    code = forms.CharField(
        label=_("一次性验证码"),
        max_length=20,
        help_text=_("对接专员在电话里念给你的 8 位数字，15 分钟内有效。"),
        error_messages={"required": _("请填验证码。")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "mid"}
        ),
    )


class ForgottenForm(forms.Form):
    account = _account_field(_("手机号、邮箱或账号名"))


class NewPasswordForm(forms.Form):
    password = _password_field(_("新密码"), "new-password", STRENGTH)


class ChangePasswordForm(forms.Form):
    current = _password_field(_("现在的密码"), "current-password")
    password = _password_field(_("新密码"), "new-password", STRENGTH)


class ConfirmPasswordForm(forms.Form):
    """For allauth's re-authentication: takes the person, checks in `clean_password`."""

    password = _password_field(_("密码"), "current-password")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not self.user.check_password(password):
            raise forms.ValidationError(_("密码不对。"))
        return password
