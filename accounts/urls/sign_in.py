"""Paths whose names allauth looks up by itself, without a namespace. Its other pages do not exist."""

from django.urls import path

from accounts.views import account, sign_in

urlpatterns = [
    path("sign-in/", sign_in.SignIn.as_view(), name="account_login"),
    path("sign-up/", sign_in.SignUp.as_view(), name="account_signup"),
    path("sign-out/", sign_in.SignOut.as_view(), name="account_logout"),
    path("sign-in/second-step/", account.SecondStep.as_view(), name="mfa_authenticate"),
    path("account/confirm/", account.ConfirmPassword.as_view(), name="account_reauthenticate"),
    path("account/confirm-code/", account.ConfirmCode.as_view(), name="mfa_reauthenticate"),
    path("account/security/", account.Security.as_view(), name="mfa_index"),
    path("account/security/totp/", account.TotpActivate.as_view(), name="mfa_activate_totp"),
    path(
        "account/security/totp/off/", account.TotpDeactivate.as_view(), name="mfa_deactivate_totp"
    ),
    path(
        "account/security/codes/", account.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"
    ),
    path(
        "account/security/codes/new/",
        account.RecoveryCodesRenew.as_view(),
        name="mfa_generate_recovery_codes",
    ),
]
