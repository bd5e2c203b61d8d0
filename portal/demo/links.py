"""The demo's matches, from the first question to thanks, on the days the data says."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import MembershipRole
from core.permissions import Actor
from marketplace.models import Need, ResourceOffer
from matching import operations
from matching.models import Match, Side
from portal.demo.city import City
from portal.demo.entries import Calendar, Entries


def _number(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


class Links:
    """Plans the acts of each match; the calendar does them."""

    def __init__(self, city: City, entries: Entries, calendar: Calendar) -> None:
        self.city, self.entries, self.calendar = city, entries, calendar
        self.made: dict[str, int] = {}

    def plan(self, row: dict[str, Any]) -> None:
        self.calendar.add(row["proposed"], 10.2, lambda at: self._propose(row, at))
        for side in (Side.NEED, Side.RESOURCE):
            self._plan_answer(row, side)
        for delivery in row["deliveries"]:
            self._plan_delivery(row, delivery)
        self._plan_end(row)
        for place, message in enumerate(row["messages"]):
            self._plan_message(row, message, place)

    def _match(self, row: dict[str, Any]) -> Match:
        return Match.objects.select_related(
            "need", "need__region", "resource", "resource__region"
        ).get(pk=self.made[row["id"]])

    def _by(self, row: dict[str, Any], side: Side, person: str | None = None) -> Actor:
        """The person of a side, acting for the organization that owns the entry."""
        match = self._match(row)
        owner = match.organization_id_of(side)
        for (who, org), membership in self.city.memberships.items():
            writes = membership.role != MembershipRole.READER
            if membership.organization_id == owner and writes and person in (None, who):
                return self.city.actor(who, org)
        return self._caller(match.need if side == Side.NEED else match.resource)

    def _caller(self, entry: Need | ResourceOffer) -> Actor:
        """Nobody of the organization signs in: the coordinator writes what they said."""
        staff = self.city.coordinator()
        owner = entry.organization
        return Actor(
            user_id=staff.user_id,
            name=staff.name,
            scopes=staff.scopes,
            organization_id=owner.pk,
            organization_number=owner.number,
            organization_name=owner.label,
            verified=owner.is_verified,
            channel="phone",
            on_behalf_of=entry.contact_name or owner.label,
        )

    def _propose(self, row: dict[str, Any], at: datetime) -> None:
        need, resource = self.entries.needs[row["need"]], self.entries.resources[row["resource"]]
        need.refresh_from_db()
        resource.refresh_from_db()
        by = self.city.coordinator()
        if row["proposed_by"] in Side.values:
            owner = need if row["proposed_by"] == "NEED" else resource
            by = self._member(owner.organization_id, row["proposer"]) or self._caller(owner)
        match = operations.propose_pair(
            need,
            resource,
            by=by,
            at=at,
            quantity=_number(row["quantity"]),
            resource_quantity=_number(row["resource_quantity"]),
        )
        self.made[row["id"]] = match.pk

    def _member(self, organization_id: int, person: str) -> Actor | None:
        for (who, org), membership in self.city.memberships.items():
            if who == person and membership.organization_id == organization_id:
                return self.city.actor(who, org)
        return None

    def _plan_answer(self, row: dict[str, Any], side: Side) -> None:
        answer = row[f"{side.lower()}_answer"]
        if answer["answer"] not in ("YES", "NO") or row["proposed_by"] == side:
            return

        def act(at: datetime) -> None:
            match, by = self._match(row), self._by(row, side, answer["person"])
            if answer["answer"] == "YES":
                operations.accept(match, side, by=by, at=at)
            else:
                note = answer.get("note") or ""
                operations.decline(match, side, code=answer["reason"], note=note, by=by, at=at)

        self.calendar.add(answer["day"], 11.5 if side == Side.NEED else 14.5, act)

    def _plan_delivery(self, row: dict[str, Any], delivery: dict[str, Any]) -> None:
        def act(at: datetime) -> None:
            operations.record_delivery(
                self._match(row),
                quantity=_number(delivery["quantity"]),
                day=self.calendar.moment(delivery["day"]).date(),
                note=delivery["note"],
                by=self._by(row, Side.RESOURCE),
                at=at,
            )

        self.calendar.add(delivery["day"], 16.5, act)

    def _plan_end(self, row: dict[str, Any]) -> None:
        if row["confirmed"] is not None:
            self.calendar.add(row["confirmed"], 17, lambda at: self._confirm(row, at))
        if row["closed"] is not None:
            self.calendar.add(row["closed"], 17.5, lambda at: self._thank(row, at))
        if row["lapsed"] is not None:
            self.calendar.add(row["lapsed"] + 4, 0.2, lambda at: _do(operations.lapse_due, at))
        for state in ("withdrawn", "cancelled"):
            if row.get(state):
                self._plan_early_end(row, state)

    def _plan_early_end(self, row: dict[str, Any], state: str) -> None:
        told = row[state]

        def act(at: datetime) -> None:
            by = self._by(row, Side(told["side"]), told["person"])
            match = self._match(row)
            if state == "withdrawn":
                operations.withdraw(match, by=by, at=at, note=told["note"])
            else:
                operations.cancel(match, reason=told["note"], by=by, at=at)

        self.calendar.add(told["day"], 15.5, act)

    def _confirm(self, row: dict[str, Any], at: datetime) -> None:
        operations.confirm_all(self._match(row), by=self._by(row, Side.NEED), at=at)

    def _thank(self, row: dict[str, Any], at: datetime) -> None:
        feedback = row["feedback"]
        match = self._match(row)
        if row["public_agreed"]:
            for side in Side:
                by = self._by(row, side)
                match = operations.agree_to_publish(match, side, True, by=by, at=at)
        for side in (Side.RESOURCE, Side.NEED):
            given = feedback.get(side.lower())
            if not given:
                continue
            thanks = (row["thanks"] if side == Side.NEED else "") or given.get("text") or ""
            operations.give_feedback(
                match,
                side,
                score=given.get("score") or 5,
                thanks=thanks,
                by=self._by(row, side),
                at=at,
            )
        match.refresh_from_db()
        if match.state == "CONFIRMED":
            operations.close(match, by=self._by(row, Side.NEED), at=at)

    def _plan_message(self, row: dict[str, Any], message: dict[str, Any], place: int) -> None:
        """In the evening, one after the other as the data has them."""

        def act(at: datetime) -> None:
            by = self._by(row, Side(message["side"]), message["person"])
            operations.write_message(self._match(row), message["text"], by=by, at=at)

        self.calendar.add(message["day"], 18 + 0.25 * place, act)


def _do(operation: Any, at: datetime) -> None:
    operation(at)
