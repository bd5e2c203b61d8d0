"""What allauth asks of the site: our words, our mails, our pages."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth carries the stages of a sign-in. It sends no mail and says nothing by itself:
    mails are written by `accounts.handlers`, and a page shows the new state."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _("试得太多了，请过几分钟再试。"),
        "incorrect_password": _("密码不对。"),
        "incorrect_code": _("验证码不对，请看准最新的一组再填。"),
    }

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        return None

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        raise AssertionError(f"allauth wanted to mail {template_prefix}; mails are ours")

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        return redirect("account_login")

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return True


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Names the account in the person's authenticator application."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不对，请看准最新的一组再填。"),
        "rate_limited": _("试得太多了，请过几分钟再试。"),
    }

    def get_totp_label(self, user: User) -> str:
        return user.account

    def get_totp_issuer(self) -> str:
        return str(_("公益链接"))
