"""Who takes part: people with organizations that can sign in, and proposals they must answer."""

import random
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from accounts.models import Membership, MembershipRole, Organization, OrganizationKind, Region, User
from core.permissions import SYSTEM, Actor, RoleScope
from core.states import advance, begin
from marketplace import operations as market
from marketplace.models import Category, Need, ResourceOffer, Unit
from matching import operations as matching
from matching.models import Match, Side

PASSWORD = "the-load-of-a-day-7"  # noqa: S105 - of an installation that lasts some minutes
ASKED = 8
"""Needs to which one offer is proposed."""
PEOPLE_PER_OFFER = 8
"""One of so many people has an offer that is proposed: few offers, so that answers meet."""
GIVEN = 40
"""Such an offer's quantity: enough for two of the eight, so that most yeses come too late."""
_PIECE = Decimal(20)


@dataclass(frozen=True)
class Party:
    """A person and the verified organization they act for."""

    user: User
    organization: Organization

    @property
    def actor(self) -> Actor:
        own = self.organization
        return Actor(
            user_id=self.user.pk,
            name=self.user.name,
            organization_id=own.pk,
            organization_number=own.number,
            organization_name=own.label,
            membership=MembershipRole.ADMIN,
            verified=True,
        )


def open_organizations(count: int, at: datetime) -> list[Organization]:
    """Verified organizations, one after the other in every street."""
    streets = list(Region.objects.filter(level=4).order_by("code"))
    kinds = (OrganizationKind.COMMUNITY, OrganizationKind.SERVICE_BODY)
    made = []
    for n in range(count):
        organization = Organization(
            name=f"第{n + 1}公益服务单位",
            kind=kinds[n % 2],
            region=streets[n % len(streets)],
            contact_name="值班员",
            contact_phone="13800000000",
        )
        begin(organization, by=SYSTEM, at=at, act="register", event="organization.registered")
        made.append(advance(organization, "verify", by=SYSTEM, at=at, changes={"verified_at": at}))
    return made


def open_accounts(organizations: list[Organization], at: datetime) -> list[Party]:
    """One person for each organization. All have one password, hashed once."""
    password = make_password(PASSWORD)
    parties = []
    for n, organization in enumerate(organizations, start=1):
        user = User(
            username=f"load{n}",
            name=f"第{n}位经办人",
            password=password,
            date_joined=at,
            consented_at=at,
        )
        begin(user, by=SYSTEM, at=at, act="open")
        membership = Membership(
            user=user, organization=organization, role=MembershipRole.ADMIN, since=at
        )
        begin(membership, by=SYSTEM, at=at, act="join")
        parties.append(Party(user, organization))
    return parties


def ask_around(parties: list[Party], at: datetime, *, seed: int) -> dict[int, list[str]]:
    """Proposals between the first half of the people, who need, and some of the second, who give.

    Returns the numbers that each person has to answer, by the place of the person.
    """
    chance = random.Random(seed)
    half = len(parties) // 2
    coordinator = _coordinator(parties[0])
    asked: dict[int, list[str]] = {place: [] for place in range(len(parties))}
    rows = {"category": _first(Category), "unit": _first(Unit), "period": "ONCE"}
    needs = [_need(party, rows, at) for party in parties[:half]]
    for place in range(half, half + max(1, len(parties) // PEOPLE_PER_OFFER)):
        offer = _offer(parties[place], rows, at)
        for wanting in chance.sample(range(half), min(ASKED, half)):
            number = _ask(needs[wanting], offer, coordinator, at)
            asked[wanting].append(number)
            asked[place].append(number)
    for numbers in asked.values():
        chance.shuffle(numbers)
    return asked


def _coordinator(party: Party) -> Actor:
    return Actor(user_id=party.user.pk, name="对接专员", scopes=(RoleScope("COORDINATOR", ""),))


def _first(model: type[Category] | type[Unit]) -> Category | Unit:
    found = model._default_manager.filter(closed=False).order_by("code").first()
    assert found is not None
    return found


def _content(party: Party, title: str, quantity: int, rows: dict[str, Any]) -> dict[str, Any]:
    return {
        **rows,
        "title": title,
        "text_public": "由一家单位发布，等另一家回复。",
        "region": party.organization.region,
        "quantity": Decimal(quantity),
    }


def _need(party: Party, rows: dict[str, Any], at: datetime) -> Need:
    content = _content(party, "社区里的老人需要午餐", 100_000, rows) | {"kind": "SERVICE"}
    return market.post_need(content, by=party.actor, at=at)


def _offer(party: Party, rows: dict[str, Any], at: datetime) -> ResourceOffer:
    content = _content(party, "食堂可以做午餐", GIVEN, rows)
    content |= {"kind": "PROFESSIONAL", "serves_all": True, "served": [], "cost": "FREE"}
    return market.post_resource(content, by=party.actor, at=at)


@transaction.atomic
def _ask(need: Need, offer: ResourceOffer, by: Actor, at: datetime) -> str:
    need.refresh_from_db()
    offer.refresh_from_db()
    match: Match = matching.propose_pair(need, offer, by=by, at=at, quantity=_PIECE)
    assert match.answer_of(Side.NEED) == match.answer_of(Side.RESOURCE) == "WAITING"
    return match.number
