"""The demo's city: regions, organizations, people, memberships and roles."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from accounts.models import (
    Membership,
    MembershipRole,
    OperatorRole,
    Organization,
    OrganizationKind,
    Region,
    RoleGrant,
    User,
)
from accounts.operations import RegionRow, load_regions
from core.options import set_option
from core.permissions import SYSTEM, Actor, RoleScope
from core.states import advance, begin

FOLDER = Path(__file__).resolve().parent
PASSWORD = "gongyi-2026"  # noqa: S105 - the demo's accounts are for everybody

KINDS = {
    "SOCIAL_GROUP": OrganizationKind.ASSOCIATION,
    "SERVICE_AGENCY": OrganizationKind.SERVICE_BODY,
    "COMPANY": OrganizationKind.ENTERPRISE,
}

Rows = list[dict[str, Any]]


def read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return data


class City:
    """What the loader has made so far, by the ids that the data files use."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.data = read("city")
        self.organizations: dict[str, Organization] = {}
        self.people: dict[str, User] = {}
        self.memberships: dict[tuple[str, str], Membership] = {}
        self.scopes: dict[str, list[RoleScope]] = {}
        self.places: dict[str, Region] = {}

    def load(self) -> None:
        early = self.at - timedelta(days=150)
        self.load_places(early)
        for row in self.data["organizations"]:
            self._add_organization(row, early)
        for row in self.data["people"]:
            self._add_person(row, early)
        set_option("base.region", self.data["city"]["code"], by=SYSTEM, at=early)
        for key, value in self.data["base"].items():
            set_option(f"base.{key}", value, by=SYSTEM, at=early)

    def actor(self, person: str, organization: str = "") -> Actor:
        """A person of the data files acting for one of their organizations (or the first)."""
        user = self.people[person]
        mine = [m for (who, _org), m in self.memberships.items() if who == person]
        chosen = self.memberships.get((person, organization)) or (mine[0] if mine else None)
        base = Actor(user_id=user.pk, name=user.name, scopes=tuple(self.scopes.get(person, [])))
        if chosen is None:
            return base
        own = chosen.organization
        return Actor(
            user_id=user.pk,
            name=user.name,
            scopes=base.scopes,
            organization_id=own.pk,
            organization_number=own.number,
            organization_name=own.label,
            membership=chosen.role,
            verified=own.is_verified,
        )

    def coordinator(self) -> Actor:
        """The first person who coordinates the whole city."""
        person = next(
            row["id"]
            for row in self.data["people"]
            for role in row["staff_roles"]
            if role["role"] == "coordinator" and len(role["region"]) == 4
        )
        return self.actor(person)

    def place(self, row: dict[str, Any]) -> Region:
        """Community, else street, else district, else the city."""
        for key in ("community", "street", "district"):
            if row.get(key):
                return self.places[row[key]]
        return self.places[self.data["city"]["name"]]

    def load_places(self, at: datetime) -> None:
        """The invented city's regions, down to its communities."""
        data = self.data
        province, city = data["province"], data["city"]
        rows = [RegionRow(province["code"], province["name"])]
        rows.append(RegionRow(city["code"], city["name"], province["code"]))
        rows += [RegionRow(r["code"], r["name"], city["code"]) for r in data["districts"]]
        rows += [
            RegionRow(r["code"], r["name"], r["district"], r["row"], r["column"])
            for r in data["streets"]
        ]
        streets = {r["name"]: r["code"] for r in data["streets"]}
        rows += [RegionRow(r["code"], r["name"], streets[r["street"]]) for r in data["communities"]]
        load_regions(rows=rows, by=SYSTEM, at=at)
        below = Region.objects.filter(path__startswith=f"{province['code']}/")
        self.places = {region.name: region for region in below}
        self.places |= {region.code: region for region in below}

    def _add_organization(self, row: dict[str, Any], at: datetime) -> None:
        organization = Organization(
            name=row["name"],
            short_name=row["short_name"],
            kind=KINDS.get(row["kind"], row["kind"]),
            uscc=row.get("uscc") or "",
            region=self.place(row),
            intro=row.get("intro") or "",
        )
        begin(organization, by=SYSTEM, at=at, act="register", event="organization.registered")
        if row["verified"]:
            later = at + timedelta(days=2)
            organization = advance(
                organization, "verify", by=SYSTEM, at=later, changes={"verified_at": later}
            )
        self.organizations[row["id"]] = organization

    def _add_person(self, row: dict[str, Any], at: datetime) -> None:
        user = User(
            username=row["account"] or f"demo-{row['id']}",
            name=row["name"],
            email=row["email"] or "",
            email_verified_at=at if row["email"] else None,
            phone=row["phone"] or "",
            date_joined=at,
            consented_at=at,
        )
        user.set_password(PASSWORD)
        self.people[row["id"]] = begin(user, by=SYSTEM, at=at, act="open")
        for member in row["memberships"]:
            membership = Membership(
                user=user,
                organization=self.organizations[member["org"]],
                role=MembershipRole(member["role"].upper()),
                title=row["title"] or "",
                since=at,
            )
            begin(membership, by=SYSTEM, at=at, act="join")
            self.memberships[row["id"], member["org"]] = membership
        for grant in row["staff_roles"]:
            self._grant(row["id"], user, grant, at)

    def _grant(self, person: str, user: User, row: dict[str, str], at: datetime) -> None:
        whole_city = row["region"] == self.data["city"]["code"]
        region = None if whole_city else self.places[row["region"]]
        role = OperatorRole(row["role"].upper())
        roles = [role]
        if role == OperatorRole.COORDINATOR and whole_city:
            roles.append(OperatorRole.ADMINISTRATOR)
        for one in roles:
            grant = RoleGrant(user=user, role=one, region=region, starts_on=at.date())
            begin(grant, by=SYSTEM, at=at, act="grant")
            scope = RoleScope(one, region.path if region else "")
            self.scopes.setdefault(person, []).append(scope)
