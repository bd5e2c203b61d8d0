"""Forms shape and clean input; the rules are in `validators` and `operations`."""

from accounts.forms.organization import (
    InviteForm,
    MemberRoleForm,
    OrganizationForm,
    ReasonForm,
    TokenForm,
)
from accounts.forms.people import (
    CallerForm,
    CommunityEditForm,
    CommunityForm,
    DayInput,
    JoinForm,
    MomentInput,
    NewPersonForm,
    PersonForm,
    RoleForm,
)
from accounts.forms.region import RegionField, RegionPicker, chosen_region
from accounts.forms.sign_in import (
    ChangePasswordForm,
    CodeSignInForm,
    ConfirmPasswordForm,
    ForgottenForm,
    NewPasswordForm,
    SignInForm,
    SignUpForm,
)

__all__ = [
    "CallerForm",
    "ChangePasswordForm",
    "CodeSignInForm",
    "CommunityEditForm",
    "CommunityForm",
    "ConfirmPasswordForm",
    "DayInput",
    "ForgottenForm",
    "InviteForm",
    "JoinForm",
    "MemberRoleForm",
    "MomentInput",
    "NewPasswordForm",
    "NewPersonForm",
    "OrganizationForm",
    "PersonForm",
    "ReasonForm",
    "RegionField",
    "RegionPicker",
    "RoleForm",
    "SignInForm",
    "SignUpForm",
    "TokenForm",
    "chosen_region",
]
