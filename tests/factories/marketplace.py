"""Needs and resources for tests, brought into each state by the real operations."""

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import MembershipRole, Organization
from core.permissions import SYSTEM, Actor
from marketplace import operations
from marketplace.models import Category, Need, ResourceOffer, Unit
from marketplace.states import EntryState
from tests.factories.accounts import make_organization, make_region_tree


def category(code: str = "elderly") -> Category:
    return Category.objects.get(code=code)


def unit(code: str = "portion") -> Unit:
    return Unit.objects.get(code=code)


def need_content(**fields: Any) -> dict[str, Any]:
    """What a form for a complete need gives; any field can be given otherwise."""
    content: dict[str, Any] = {
        "title": "高龄老人午餐配送",
        "text_public": "午餐送到家，低盐软食，中午十一点半前送到。",
        "text_partners": "",
        "text_internal": "",
        "visibility": "PUBLIC",
        "kind": "SERVICE",
        "category": category(),
        "region": make_region_tree()["滨河街道"],
        "quantity": Decimal(30),
        "unit": unit(),
        "period": "DAY",
        "availability": "RECURRING",
        "groups": ["elderly_alone"],
        "conditions": "",
        "indicators": "",
        "contact_name": "王主任",
        "contact_phone": "13800000001",
        "address": "春晓路 8 号",
    }
    return content | fields


def resource_content(**fields: Any) -> dict[str, Any]:
    """What a form for a complete resource gives; any field can be given otherwise."""
    content: dict[str, Any] = {
        "title": "食堂可以配送老人午餐",
        "text_public": "食堂每天做营养午餐，可以送到家。",
        "text_partners": "",
        "text_internal": "",
        "visibility": "PUBLIC",
        "kind": "PROFESSIONAL",
        "category": category(),
        "region": make_region_tree()["滨河街道"],
        "quantity": Decimal(50),
        "unit": unit(),
        "period": "DAY",
        "availability": "RECURRING",
        "groups": [],
        "conditions": "",
        "served": [],
        "serves_all": True,
        "weekdays": [],
        "cost": "FREE",
        "naming_wish": "",
        "legal_route": "VOLUNTEER",
        "max_pieces": None,
        "contact_name": "李经理",
        "contact_phone": "13800000002",
        "address": "",
    }
    return content | fields


def make_need(
    state: str = EntryState.OPEN,
    *,
    organization: Organization | None = None,
    at: datetime | None = None,
    allocated: Decimal | None = None,
    by: Actor | None = None,
    **fields: Any,
) -> Need:
    """A need in `state`, of a new verified organization unless one is given.

    `allocated` (for PARTLY_MET: a third of the quantity unless given) goes through hold and
    allocate. An EXPIRED one has a deadline of yesterday. Fields override `need_content`.
    """
    content = need_content(**fields)
    owner = by or system_for(organization or make_organization())
    need: Need = _bring(Need, state, content, owner, at or timezone.now(), allocated)
    return need


def make_offer(
    state: str = EntryState.OPEN,
    *,
    organization: Organization | None = None,
    at: datetime | None = None,
    allocated: Decimal | None = None,
    by: Actor | None = None,
    **fields: Any,
) -> ResourceOffer:
    """A resource offer in `state`; as `make_need`. Fields override `resource_content`."""
    content = resource_content(**fields)
    owner = by or system_for(organization or make_organization("康乐食堂", kind="ENTERPRISE"))
    offer: ResourceOffer = _bring(
        ResourceOffer, state, content, owner, at or timezone.now(), allocated
    )
    return offer


def whole(entry: Any, **changes: Any) -> dict[str, Any]:
    """An entry's whole content as an edit gives it, with changes."""
    names = [name for name in entry.CONTENT_FIELDS if name != "served"]
    return {name: getattr(entry, name) for name in names} | changes


def system_for(organization: Organization) -> Actor:
    """The system itself, acting as an editor of an organization."""
    return replace(
        SYSTEM,
        organization_id=organization.pk,
        organization_number=organization.number,
        organization_name=organization.label,
        membership=MembershipRole.EDITOR,
        verified=organization.is_verified,
    )


def _bring(
    model: type[Any],
    state: str,
    content: dict[str, Any],
    owner: Actor,
    at: datetime,
    allocated: Decimal | None,
) -> Any:
    if state == EntryState.DRAFT:
        return _fresh(operations.save_draft(model, content, by=owner, at=at))
    if state == EntryState.EXPIRED:
        content["closes_on"] = timezone.localdate(at) - timedelta(days=1)
        entry = _posted(model, content, owner, at - timedelta(days=30))
        operations.expire_due(model, at)
        return _fresh(entry)
    if state in (EntryState.SUBMITTED, EntryState.RETURNED):
        entry = _submitted(model, content, owner, at)
        if state == EntryState.RETURNED:
            operations.return_for_change(entry, reason="请写清楚送餐地点。", by=SYSTEM, at=at)
        return _fresh(entry)
    entry = _posted(model, content, owner, at)
    if state == EntryState.WITHDRAWN:
        operations.withdraw(entry, by=owner, at=at, reason="不需要了")
    amount = _amount(entry, state) if allocated is None else allocated
    if amount:
        operations.hold(entry, amount, by=SYSTEM, at=at)
        operations.allocate(entry, amount, by=SYSTEM, at=at)
    return _fresh(entry)


def _submitted(model: type[Any], content: dict[str, Any], owner: Actor, at: datetime) -> Any:
    # Intake also where the base trusts verified organizations: the states are what is wanted.
    untrusted = replace(owner, verified=False)
    post = operations.post_need if model is Need else operations.post_resource
    return post(content, by=untrusted, at=at)


def _posted(model: type[Any], content: dict[str, Any], owner: Actor, at: datetime) -> Any:
    return operations.approve(_submitted(model, content, owner, at), by=SYSTEM, at=at)


def _amount(entry: Any, state: str) -> Decimal:
    if state == EntryState.MET:
        return Decimal(entry.quantity)
    if state == EntryState.PARTLY_MET:
        return (Decimal(entry.quantity) / 3).quantize(Decimal("0.01"))
    return Decimal(0)


def _fresh(entry: Any) -> Any:
    return type(entry)._default_manager.get(pk=entry.pk)
