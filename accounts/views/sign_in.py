"""Signing up, in and out; forgotten passwords; one-time codes."""

import math
from typing import Any

from allauth.account.internal.flows.login import perform_login, perform_password_login
from allauth.account.internal.flows.logout import logout
from allauth.account.internal.flows.signup import complete_signup
from allauth.account.models import Login
from axes.utils import reset as axes_reset
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import urlsafe_base64_decode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from accounts import operations, queries
from accounts.forms import (
    CodeSignInForm,
    ForgottenForm,
    NewPasswordForm,
    SignInForm,
    SignUpForm,
)
from accounts.handlers import CONFIRM_SALT
from accounts.models import User
from core.errors import Invalid
from core.ratelimit import Rate, spend
from core.views import FormPage, Page, put_errors, safe_next

LOCKED_SECONDS = 15 * 60
CONFIRM_SECONDS = 3 * 24 * 3600
# Tries at doors that axes does not guard, per address: codes, new accounts, reset mails.
DOOR = Rate(20, 900)


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    """axes calls this for a locked account: the page says until when and what else one can do."""
    return too_many(request, LOCKED_SECONDS, "accounts/sign_in_locked.html")


def too_many(request: HttpRequest, seconds: float, template: str = "429.html") -> HttpResponse:
    context = {"minutes": math.ceil(seconds / 60), "base_phone": queries.BASE_PHONE.get()}
    answer = render(request, template, context, status=429)
    answer["Retry-After"] = str(math.ceil(seconds))
    return answer


@method_decorator(sensitive_post_parameters("password", "current", "code"), name="dispatch")
@method_decorator(never_cache, name="dispatch")
class Door(FormPage):
    """A page in front of the house: shown to whoever is outside, leads on inside.

    `enter(form)` answers; a wrong try must be remembered, so nothing here is rolled back.
    """

    open_to_auditors = True
    before_password = True
    bucket = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.actor.is_authenticated:
            return redirect(self.next_url())
        return super().dispatch(request, *args, **kwargs)

    def next_url(self) -> str:
        return safe_next(self.request, resolve_url(settings.LOGIN_REDIRECT_URL))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.bucket:
            wait = spend(f"{self.bucket}:{request.META.get('REMOTE_ADDR', '')}", DOOR, self.at)
            if wait:
                return too_many(request, wait)
        form = self.get_form(request.POST)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            return self.enter(form)
        except Invalid as error:
            put_errors(form, error)
            return self.show(form, status=error.status)

    def enter(self, form: forms.Form) -> HttpResponse:
        raise TypeError(f"{type(self).__name__} must define enter()")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs |= {"next": self.next_url(), "base_phone": queries.BASE_PHONE.get()}
        return super().get_context_data(**kwargs)


class SignIn(Door):
    """One field takes phone number, e-mail or account name; axes counts wrong passwords."""

    template_name = "accounts/sign_in.html"
    form_class = SignInForm

    def enter(self, form: forms.Form) -> HttpResponse:
        typed, password = form.cleaned_data["login"], form.cleaned_data["password"]
        known = queries.find_by_account(typed)
        # The three spellings of one account share one count of wrong tries.
        username = known.username if known else typed.strip().lower()[:254]
        user = authenticate(self.request, username=username, password=password)
        if not isinstance(user, User):
            raise Invalid({"": _("账号或密码不对。再试一次，或者点下面的“忘了密码”。")})
        login = Login(user=user, redirect_url=self.next_url())
        answer: HttpResponse = perform_password_login(self.request, {"username": username}, login)
        return answer


class SignUp(Door):
    template_name = "accounts/sign_up.html"
    form_class = SignUpForm
    bucket = "sign-up"

    def enter(self, form: forms.Form) -> HttpResponse:
        values = form.cleaned_data
        user = operations.sign_up(
            name=values["name"],
            account=values["account"],
            password=values["password"],
            by=self.actor,
            at=self.at,
        )
        target = safe_next(self.request, reverse("accounts:welcome"))
        answer: HttpResponse = complete_signup(self.request, user=user, redirect_url=target)
        return answer


class CodeSignIn(Door):
    """With a code that the coordinator read out; a password is set right after."""

    template_name = "accounts/code_sign_in.html"
    form_class = CodeSignInForm
    bucket = "code"

    def enter(self, form: forms.Form) -> HttpResponse:
        account, code = form.cleaned_data["account"], form.cleaned_data["code"]
        user = operations.redeem_code(account=account, code=code, by=self.actor, at=self.at)
        axes_reset(username=user.username)
        login = Login(user=user, redirect_url=reverse("accounts:password-set"))
        answer: HttpResponse = perform_login(self.request, login)
        return answer


class PasswordForgotten(Door):
    template_name = "accounts/password_forgotten.html"
    form_class = ForgottenForm
    bucket = "forgotten"

    def enter(self, form: forms.Form) -> HttpResponse:
        account = form.cleaned_data["account"]
        operations.request_password_reset(account=account, by=self.actor, at=self.at)
        return redirect("accounts:password-asked")


class PasswordAsked(Page):
    """The same page for everybody: a mail is on its way if there is an address; else a code."""

    template_name = "accounts/password_asked.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(base_phone=queries.BASE_PHONE.get(), **kwargs)


class PasswordRenew(Door):
    """The link in the mail: a new password, once."""

    template_name = "accounts/password_renew.html"
    form_class = NewPasswordForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.user = self._user(str(kwargs["uid"]), str(kwargs["token"]))
        if self.user is None:
            return render(request, "accounts/link_spent.html", status=410)
        return super().dispatch(request, *args, **kwargs)

    def _user(self, uid: str, token: str) -> User | None:
        try:
            number = urlsafe_base64_decode(uid).decode()
        except ValueError:
            return None
        user = User.objects.filter(number=number, is_active=True).first()
        return user if user and default_token_generator.check_token(user, token) else None

    def enter(self, form: forms.Form) -> HttpResponse:
        assert self.user is not None
        operations.set_password(
            user=self.user,
            password=form.cleaned_data["password"],
            by=queries.build_actor(self.user, on=timezone.localdate()),
            at=self.at,
            act="reset_password",
        )
        axes_reset(username=self.user.username)
        login = Login(user=self.user, redirect_url=resolve_url(settings.LOGIN_REDIRECT_URL))
        answer: HttpResponse = perform_login(self.request, login)
        return answer


class EmailConfirm(Page):
    """The link in a confirmation mail: a button confirms, so that mail scanners do not."""

    template_name = "accounts/email_confirm.html"
    open_to_auditors = True
    before_password = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            number, self.email = signing.loads(
                str(kwargs["token"]), salt=CONFIRM_SALT, max_age=CONFIRM_SECONDS
            )
        except (signing.BadSignature, ValueError):
            return render(request, "accounts/link_spent.html", status=410)
        person = User.objects.filter(number=number, email=self.email).first()
        if person is None:
            return render(request, "accounts/link_spent.html", status=410)
        self.person = person
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        by = queries.build_actor(self.person, on=timezone.localdate())
        operations.confirm_email(user=self.person, email=self.email, by=by, at=self.at)
        return redirect(request.get_full_path())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.person, email=self.email, **kwargs)


class SignOut(View):
    http_method_names = ["post"]
    open_to_auditors = True
    before_password = True
    before_second_factor = True

    def post(self, request: HttpRequest) -> HttpResponse:
        logout(request)
        return redirect("/")
