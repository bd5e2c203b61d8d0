"""A person's own pages: particulars, password, second factor, the organization acted for."""

from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django import forms
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import operations, queries
from accounts.forms import (
    ChangePasswordForm,
    ConfirmPasswordForm,
    NewPasswordForm,
    PersonForm,
)
from accounts.forms.second_factor import ActivateForm, ConfirmCodeForm, SecondStepForm
from accounts.middleware import ACTING_SESSION_KEY
from accounts.models import User
from core.errors import Invalid, NotFound
from core.views import ActionView, FormPage, Page, SignedIn, safe_next, say


class Own(SignedIn):
    """Pages about oneself: an auditor may use them as well."""

    open_to_auditors = True
    request: HttpRequest

    @cached_property
    def user(self) -> User:
        # The row itself: `request.user` is a lazy wrapper, which operations cannot lock.
        return queries.load_user(self.request.user.pk or 0)


class Welcome(Own, Page):
    """After signing up: register an organization, join one, or look around first."""

    template_name = "accounts/welcome.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        register = reverse("accounts:organization-register")
        steps = [
            (
                _("单位还没有人登记过"),
                register,
                "wait",
                _("登记单位"),
                _("我来登记，之后由我管理成员。"),
            ),
            (
                _("单位已经登记了"),
                "",
                "wait",
                _("等邀请链接"),
                _("请单位的管理员在“成员”里发一个链接给你，点开就加入。"),
            ),
        ]
        return super().get_context_data(person=self.user, steps=steps, **kwargs)


class Account(Own, FormPage):
    template_name = "accounts/account.html"
    section = "account"
    form_class = PersonForm

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        initial = {name: getattr(self.user, name) for name in PersonForm.base_fields}
        return PersonForm(data=data, initial=initial)

    def perform(self, form: forms.Form) -> str:
        before = self.user.email
        user = operations.edit_person(
            user=self.user, by=self.actor, at=self.at, **form.cleaned_data
        )
        if user.email and user.email != before:
            say(
                self.request,
                _("已保存。确认信发到了 %(email)s，请点开里面的链接。") % {"email": user.email},
            )
        else:
            say(self.request, _("已保存。"))
        return reverse("accounts:account")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        memberships = queries.active_memberships(self.user)
        return super().get_context_data(person=self.user, memberships=memberships, **kwargs)


class EmailAskConfirm(Own, ActionView):
    def perform(self) -> str:
        operations.ask_confirmation(user=self.user, by=self.actor, at=self.at)
        say(self.request, _("确认信又发了一次。没收到的话，看看垃圾邮件里有没有。"))
        return reverse("accounts:account")


@method_decorator(sensitive_post_parameters(), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class PasswordSet(Own, FormPage):
    """Change the password; after a one-time code (or with none yet) the old one is not asked."""

    template_name = "accounts/password_set.html"
    section = "security"
    before_password = True
    before_second_factor = True

    @property
    def first(self) -> bool:
        return self.user.must_set_password or not self.user.has_usable_password()

    def get_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return NewPasswordForm(data=data) if self.first else ChangePasswordForm(data=data)

    def perform(self, form: forms.Form) -> str:
        first = self.first
        if not first and not self.user.check_password(form.cleaned_data["current"]):
            raise Invalid({"current": _("现在的密码不对。")})
        password = form.cleaned_data["password"]
        operations.set_password(user=self.user, password=password, by=self.actor, at=self.at)
        update_session_auth_hash(self.request, self.user)
        say(self.request, _("新密码已生效，其他设备上的登录已退出。"))
        return "/" if first else reverse("mfa_index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(first=self.first, **kwargs)


class Security(Own, Page):
    template_name = "accounts/security.html"
    section = "security"
    before_second_factor = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {a.type: a for a in Authenticator.objects.filter(user=self.user)}
        codes = found.get(Authenticator.Type.RECOVERY_CODES)
        left = len(codes.wrap().get_unused_codes()) if codes else 0
        totp = found.get(Authenticator.Type.TOTP)
        asked = bool(self.actor.roles) and not totp and queries.lacks_second_factor(self.user.pk)
        return super().get_context_data(
            totp=totp, codes=codes, codes_left=left, asked=asked, **kwargs
        )


class ActingSwitch(Own, ActionView):
    """Act for another of one's organizations, on this session."""

    def perform(self) -> str:
        wanted = self.request.POST.get("organization", "")
        mine = queries.active_memberships(self.user)
        chosen = next((m for m in mine if m.organization.number == wanted), None)
        if chosen is None:
            raise NotFound(_("你不是这个单位的成员。"))
        self.request.session[ACTING_SESSION_KEY] = chosen.organization.number
        say(self.request, _("现在代表“%(name)s”。") % {"name": chosen.organization.label})
        return safe_next(self.request, "/")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # A switch carries no `acting_for`: it is about to change just that.
        location = self.perform()
        return HttpResponse(status=302, headers={"Location": location})


# -- the second factor: allauth's views, our pages and words ---------------------------------------
class SecondStep(AuthenticateView):  # type: ignore[misc]
    template_name = "accounts/second_step.html"
    form_class = SecondStepForm
    open_to_auditors = True
    before_second_factor = True


class ConfirmPassword(ReauthenticateView):  # type: ignore[misc]
    template_name = "accounts/confirm_again.html"
    form_class = ConfirmPasswordForm
    open_to_auditors = True
    before_second_factor = True


class ConfirmCode(CodeReauthenticateView):  # type: ignore[misc]
    template_name = "accounts/confirm_again.html"
    form_class = ConfirmCodeForm
    open_to_auditors = True
    before_second_factor = True


@method_decorator(never_cache, name="dispatch")
class TotpActivate(ActivateTOTPView):  # type: ignore[misc]
    template_name = "accounts/totp_activate.html"
    form_class = ActivateForm
    open_to_auditors = True
    before_second_factor = True


class TotpDeactivate(DeactivateTOTPView):  # type: ignore[misc]
    template_name = "accounts/totp_deactivate.html"
    open_to_auditors = True


@method_decorator(never_cache, name="dispatch")
class RecoveryCodes(ViewRecoveryCodesView):  # type: ignore[misc]
    template_name = "accounts/recovery_codes.html"
    open_to_auditors = True


class RecoveryCodesRenew(GenerateRecoveryCodesView):  # type: ignore[misc]
    template_name = "accounts/recovery_codes_renew.html"
    open_to_auditors = True
