"""Paths of organizations, people, roles and regions (`accounts:…`)."""

from django.urls import path

from accounts.views import account, membership, organization, sign_in, staff

app_name = "accounts"

urlpatterns = [
    path("sign-in/code/", sign_in.CodeSignIn.as_view(), name="code-sign-in"),
    path("password/forgotten/", sign_in.PasswordForgotten.as_view(), name="password-forgotten"),
    path("password/asked/", sign_in.PasswordAsked.as_view(), name="password-asked"),
    path("password/renew/<uid>/<token>/", sign_in.PasswordRenew.as_view(), name="password-renew"),
    path("email/confirm/<token>/", sign_in.EmailConfirm.as_view(), name="email-confirm"),
    # One's own pages
    path("welcome/", account.Welcome.as_view(), name="welcome"),
    path("account/", account.Account.as_view(), name="account"),
    path("account/password/", account.PasswordSet.as_view(), name="password-set"),
    path("account/email/", account.EmailAskConfirm.as_view(), name="email-ask"),
    path("acting/", account.ActingSwitch.as_view(), name="acting-switch"),
    # Organizations
    path("organizations/", organization.OrganizationList.as_view(), name="organization-list"),
    path(
        "organizations/export/",
        organization.OrganizationExport.as_view(),
        name="organization-export",
    ),
    path(
        "organizations/names/", organization.OrganizationNames.as_view(), name="organization-names"
    ),
    path(
        "organizations/new/",
        organization.OrganizationRegister.as_view(),
        name="organization-register",
    ),
    path(
        "organizations/<number>/",
        organization.OrganizationDetail.as_view(),
        name="organization-detail",
    ),
    path(
        "organizations/<number>/edit/",
        organization.OrganizationEdit.as_view(),
        name="organization-edit",
    ),
    path(
        "organizations/<number>/decide/<action>/",
        organization.OrganizationDecide.as_view(),
        name="organization-decide",
    ),
    path(
        "organizations/<number>/contact/",
        organization.OrganizationContact.as_view(),
        name="organization-contact",
    ),
    path(
        "organizations/<number>/history/",
        organization.OrganizationHistory.as_view(),
        name="organization-history",
    ),
    path("organizations/<number>/members/", membership.MemberList.as_view(), name="member-list"),
    path(
        "organizations/<number>/members/<user>/",
        membership.OneMember.as_view(),
        name="member-detail",
    ),
    path(
        "organizations/<number>/leave/",
        membership.OrganizationLeave.as_view(),
        name="organization-leave",
    ),
    path(
        "organizations/<number>/invitations/<invitation>/revoke/",
        membership.InvitationRevoke.as_view(),
        name="invitation-revoke",
    ),
    path("organizations/<number>/tokens/", membership.TokenList.as_view(), name="token-list"),
    path(
        "organizations/<number>/tokens/<token>/revoke/",
        membership.TokenRevoke.as_view(),
        name="token-revoke",
    ),
    path("invitations/<token>/", membership.InvitationAccept.as_view(), name="invitation-accept"),
    # Staff
    path("people/", staff.PersonList.as_view(), name="person-list"),
    path("people/new/", staff.PersonOpen.as_view(), name="person-open"),
    path("people/<number>/", staff.PersonDetail.as_view(), name="person-detail"),
    path("people/<number>/code/", staff.PersonCode.as_view(), name="person-code"),
    path("people/<number>/close/", staff.PersonClose.as_view(), name="person-close"),
    path("people/<number>/reopen/", staff.PersonReopen.as_view(), name="person-reopen"),
    path("roles/", staff.RoleList.as_view(), name="role-list"),
    path("roles/<number>/revoke/", staff.RoleRevoke.as_view(), name="role-revoke"),
    path("regions/", staff.RegionList.as_view(), name="region-list"),
    path("regions/pick/", staff.RegionPick.as_view(), name="region-pick"),
    path("regions/<code>/edit/", staff.RegionEdit.as_view(), name="region-edit"),
    path("caller/", staff.CallerBegin.as_view(), name="caller-begin"),
    path("caller/end/", staff.CallerEnd.as_view(), name="caller-end"),
]
