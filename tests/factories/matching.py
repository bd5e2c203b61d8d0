"""Matches for tests, brought into a state through the operations themselves."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import Organization
from core.permissions import Actor
from matching import operations
from matching.models import Match, Side
from tests.factories import accounts as people
from tests.factories.marketplace import make_need, make_offer


class Pair:
    """A need of one organization and an offer of another, their people and the coordinator."""

    def __init__(self, *, need: Any = None, offer: Any = None, **fields: Any) -> None:
        self.need_side: Organization = people.make_organization("春晓社区居委会")
        self.resource_side: Organization = people.make_organization("康乐食堂")
        self.needer = people.member(self.need_side, name="周小满")
        self.giver = people.member(self.resource_side, name="郑立夏")
        self.coordinator = people.coordinator()
        self.need = need or make_need(organization=self.need_side, quantity=Decimal(30), **fields)
        self.offer = offer or make_offer(
            organization=self.resource_side, quantity=Decimal(50), **fields
        )

    def proposed(self, at: datetime | None = None, **fields: Any) -> Match:
        """Asked by the coordinator; both sides have still to answer."""
        return operations.propose_pair(
            self.need, self.offer, by=self.coordinator, at=at or timezone.now(), **fields
        )

    def linked(self, at: datetime | None = None) -> Match:
        at = at or timezone.now()
        match = self.proposed(at)
        match = operations.accept(match, Side.NEED, by=self.needer, at=at)
        return operations.accept(match, Side.RESOURCE, by=self.giver, at=at)

    def delivered(self, at: datetime | None = None) -> Match:
        at = at or timezone.now()
        match = self.linked(at)
        operations.record_delivery(
            match,
            quantity=match.quantity,
            day=timezone.localdate(at),
            note="送到了",
            by=self.giver,
            at=at + timedelta(minutes=1),
        )
        match.refresh_from_db()
        return match

    def confirmed(self, at: datetime | None = None) -> Match:
        at = at or timezone.now()
        return operations.confirm_all(self.delivered(at), by=self.needer, at=at, early=True)

    def actor(self, side: Side) -> Actor:
        return self.needer if side == Side.NEED else self.giver
