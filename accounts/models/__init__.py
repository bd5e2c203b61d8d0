from accounts.models.organization import (
    KINDS_WITHOUT_CODE,
    Invitation,
    Membership,
    MembershipRole,
    Organization,
    OrganizationKind,
)
from accounts.models.region import Region, RegionLevel
from accounts.models.role import STAFF_ROLES, WRITING_STAFF, OperatorRole, RoleGrant
from accounts.models.token import ApiScope, ApiToken
from accounts.models.user import OneTimeCode, User

__all__ = [
    "KINDS_WITHOUT_CODE",
    "STAFF_ROLES",
    "WRITING_STAFF",
    "ApiScope",
    "ApiToken",
    "Invitation",
    "Membership",
    "MembershipRole",
    "OneTimeCode",
    "OperatorRole",
    "Organization",
    "OrganizationKind",
    "Region",
    "RegionLevel",
    "RoleGrant",
    "User",
]
