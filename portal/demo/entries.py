"""The demo's needs and offers, posted day by day through the same operations as everybody's."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Region
from core.permissions import Actor
from marketplace import operations
from marketplace.models import Category, LegalRoute, Need, NeedSource, ResourceOffer, Unit
from portal.demo.city import City

Act = Callable[[datetime], None]

_ROUTES = {"LOAN": LegalRoute.SHARED_USE}
_SOURCES = (
    ("议事", NeedSource.MEETING),
    ("居民会议", NeedSource.MEETING),
    ("入户", NeedSource.SURVEY),
    ("问卷", NeedSource.SURVEY),
    ("走访", NeedSource.VISIT),
    ("热线", NeedSource.HOTLINE),
)


@dataclass
class Calendar:
    """Acts by day and hour, to be done in the order in which they would have happened."""

    at: datetime
    acts: list[tuple[datetime, int, Act]] = field(default_factory=list)

    def moment(self, day: int, hour: float = 10.0) -> datetime:
        """`day` days from the loading day at an hour of that day; never after the loading."""
        start = self.at.replace(hour=0, minute=0, second=0, microsecond=0)
        return min(start + timedelta(days=day, hours=hour), self.at)

    def add(self, day: int, hour: float, act: Act) -> None:
        self.acts.append((self.moment(day, hour), len(self.acts), act))

    def run(self) -> int:
        for moment, _order, act in sorted(self.acts, key=lambda row: row[:2]):
            act(moment)
        return len(self.acts)


class Entries:
    """Makes content from the data files' rows and keeps what was made, by their ids."""

    def __init__(self, city: City, calendar: Calendar) -> None:
        self.city, self.calendar = city, calendar
        self.categories = {row.code: row for row in Category.objects.all()}
        self.units = {row.name: row for row in Unit.objects.all()}
        self.needs: dict[str, Need] = {}
        self.resources: dict[str, ResourceOffer] = {}

    def plan_need(self, row: dict[str, Any]) -> None:
        content = self._content(row) | {
            "micro_wish": row["micro_wish"],
            "beneficiaries": row["direct_number"],
            "budget": _yuan(row["budget"]),
            "self_raised": _yuan(row["self_raised"]),
            "indicators": row["indicators"] or "",
            "source": _source(row["collected_by"] or ""),
            "meeting_approved": "议事" in (row["collected_by"] or ""),
        }

        def post(at: datetime) -> None:
            by = self._poster(row)
            if row["state"] == "DRAFT":
                operations.save_draft(Need, content, by=by, at=at)
                return
            self.needs[row["id"]] = operations.post_need(content, by=by, at=at)

        self._plan(row, post, lambda: self.needs[row["id"]])

    def plan_resource(self, row: dict[str, Any]) -> None:
        whole_city = row["area"] == ["city"]
        content = self._content(row) | {
            "serves_all": whole_city,
            "served": [] if whole_city else [self.city.places[name] for name in row["area"]],
            "remote": row["remote"],
            "cost": row["cost"],
            "legal_route": _ROUTES.get(row["route"], row["route"]) or "",
        }

        def post(at: datetime) -> None:
            by = self._poster(row)
            if row["state"] == "DRAFT":
                operations.save_draft(ResourceOffer, content, by=by, at=at)
                return
            self.resources[row["id"]] = operations.post_resource(content, by=by, at=at)

        self._plan(row, post, lambda: self.resources[row["id"]])

    def _plan(
        self, row: dict[str, Any], post: Act, made: Callable[[], Need | ResourceOffer]
    ) -> None:
        """Posting, intake, and the end that the row's state tells."""
        day, state = row["posted"], row["state"]
        self.calendar.add(day, 9, post)
        staff = self.city.coordinator()
        if state in ("DRAFT", "SUBMITTED"):
            return
        if state == "RETURNED":
            reason = row["returned_reason"]
            self.calendar.add(
                day,
                15,
                lambda at: _ignore(
                    operations.return_for_change(made(), reason=reason, by=staff, at=at)
                ),
            )
            return
        if not row.get("on_behalf"):
            self.calendar.add(
                day, 9.5, lambda at: _ignore(operations.approve(made(), by=staff, at=at))
            )
        if state == "WITHDRAWN":
            self.calendar.add(
                min(-1, max(day + 1, -16)),
                16,
                lambda at: _ignore(operations.withdraw(made(), by=self._poster(row), at=at)),
            )

    def _poster(self, row: dict[str, Any]) -> Actor:
        by = self.city.actor(row["poster"], row["owner"])
        called = row.get("on_behalf")
        if not called:
            return by
        owner = self.city.organizations[row["owner"]]
        return Actor(
            user_id=by.user_id,
            name=by.name,
            scopes=by.scopes,
            organization_id=owner.pk,
            organization_number=owner.number,
            organization_name=owner.label,
            verified=owner.is_verified,
            channel="phone",
            on_behalf_of=called["caller"],
        )

    def _content(self, row: dict[str, Any]) -> dict[str, Any]:
        contact = row["contact"] or {}
        unit: Unit | None = self.units.get(row["unit"] or "")
        place: Region = self.city.place(row)
        return {
            "title": row["title"],
            "kind": row["kind"],
            "category": self.categories[row["category"]] if row["category"] else None,
            "visibility": row["visibility"],
            "text_public": row["text_public"] or "",
            "text_partners": row["text_partners"] or "",
            "text_internal": row["text_internal"] or "",
            "region": place,
            "availability": row["availability"] or "ONCE",
            "quantity": None if row["quantity"] is None else Decimal(str(row["quantity"])),
            "unit": unit,
            "period": row["period"] or "ONCE",
            "starts_on": self._day(row["start"]),
            "ends_on": self._day(row["end"]),
            "closes_on": self._day(row["deadline"]),
            "groups": row["groups"] or [],
            "conditions": row["conditions"] or "",
            "contact_name": contact.get("name") or "",
            "contact_phone": contact.get("phone") or "",
            "address": contact.get("address") or "",
        }

    def _day(self, offset: int | None) -> date | None:
        return None if offset is None else (self.calendar.at + timedelta(days=offset)).date()


def _yuan(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(str(amount))


def _source(words: str) -> str:
    return next((code for word, code in _SOURCES if word in words), "OTHER" if words else "")


def _ignore(_value: object) -> None:
    """An act is done for its effect."""
