from accounts.models.organization import (
    ApiToken,
    Invitation,
    Membership,
    MembershipRole,
    Organization,
    OrganizationKind,
)
from accounts.models.region import Region, RegionLevel
from accounts.models.role import OperatorRole, RoleGrant
from accounts.models.user import OneTimeCode, User

__all__ = [
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
