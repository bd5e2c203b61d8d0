"""What an edit of an entry begins with: what stands, or the edit that still waits for intake."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import Region
from marketplace.models import Category, Need, ResourceOffer, Unit
from marketplace.queries.entries import pending_of

_CONTACT = ("contact_name", "contact_phone", "address")


def content_of(entry: Need | ResourceOffer) -> Mapping[str, Any]:
    """An entry's whole content and contact data, as the operations take them: with the words of
    an edit that still waits, so that the next edit does not lose them."""
    content = {name: getattr(entry, name) for name in _CONTACT}
    waiting = pending_of(entry)
    if waiting is not None:
        return content | from_plain(entry, waiting.content)
    content |= {name: getattr(entry, name) for name in entry.CONTENT_FIELDS if name != "served"}
    if isinstance(entry, ResourceOffer):
        content["served"] = list(entry.served.all())
    return content


def from_plain(entry: Need | ResourceOffer, plain: Mapping[str, Any]) -> dict[str, Any]:
    """A snapshot's values as an entry takes them; the inverse of `operations.content.snapshot`."""
    content = dict(plain)
    by_code = {"category": Category, "unit": Unit, "region": Region}
    for name, model in by_code.items():
        if content.get(name):
            content[name] = model._default_manager.get(code=content[name])
    for name in ("starts_on", "ends_on", "closes_on"):
        if content.get(name):
            content[name] = date.fromisoformat(content[name])
    for name in ("quantity", "budget", "self_raised"):
        if content.get(name) is not None:
            content[name] = Decimal(content[name])
    if isinstance(entry, ResourceOffer):
        content["served"] = list(Region.objects.filter(code__in=content.get("served", [])))
    return content
