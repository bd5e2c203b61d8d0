"""Rows and actors that tests of the ground share."""

from datetime import UTC, datetime, timedelta

from accounts.models import Organization, OrganizationKind, Region, RegionLevel
from core import states
from core.permissions import Actor, RoleScope

# A Wednesday, 10:00 in Shanghai.
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

COORDINATOR = Actor(
    user_id=7,
    name="周敏",
    organization_id=3,
    organization_number="ZZ26-000003",
    organization_name="运营中心",
    scopes=(RoleScope("COORDINATOR"),),
    request_id="request-1",
)
AUDITOR = Actor(user_id=9, name="钱正", scopes=(RoleScope("AUDITOR"),))
STRANGER = Actor(user_id=8, name="路人")


def make_region() -> Region:
    return Region.objects.get_or_create(
        code="999901",
        defaults={
            "name": "滨河街道",
            "level": RegionLevel.STREET,
            "path": "999901/",
            "full_name": "滨河街道",
        },
    )[0]


def make_organization(name: str = "春晓社区居委会", **fields: str) -> Organization:
    """An organization in its first state: the nearest real row with states."""
    row = Organization(name=name, kind=OrganizationKind.COMMUNITY, region=make_region(), **fields)
    return states.begin(row, by=COORDINATOR, at=NOW, event="organization.created")
