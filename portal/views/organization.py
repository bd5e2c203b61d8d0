"""On an organization's page: what it looks for, what it offers, and what came of its links."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.permissions import Actor
from core.ports import Panel, Subject
from marketplace.models import Need, ResourceOffer
from marketplace.queries import readable_entries
from marketplace.states import SEEKING
from marketplace.templatetags.market import amount_in
from portal import queries, wording

MOST = 5


def organization_panel(subject: Subject, actor: Actor) -> Iterable[Panel]:
    """As far as the reader may see it: the newest five of each kind, and the way to all of them."""
    found = (
        _entries(Need, _("正在找的"), subject, actor),
        _entries(ResourceOffer, _("可以提供的"), subject, actor),
    )
    if lists := [one for one in found if one["rows"]]:
        yield Panel("portal/organization_entries.html", {"lists": lists}, order=10)
    if results := _results(subject):
        yield Panel("portal/organization_results.html", results, order=20)


def _entries(
    model: type[Need] | type[ResourceOffer], heading: str, subject: Subject, actor: Actor
) -> dict[str, Any]:
    rows = readable_entries(model, actor).filter(organization_id=subject.id, state__in=SEEKING)
    newest = rows.order_by(F("posted_at").desc(nulls_last=True), "-id")[:MOST]
    address = urlencode({"kind": model.KIND, "org": str(subject.id)})
    return {
        "heading": heading,
        "total": rows.count(),
        "more": rows.count() > MOST,
        "url": f"{reverse('search:market')}?{address}",
        "rows": [_entry(one) for one in newest],
    }


def _entry(entry: Need | ResourceOffer) -> dict[str, Any]:
    return {
        "title": entry.title,
        "url": reverse(f"marketplace:{entry.KIND}-detail", args=[entry.number]),
        "meta": [
            entry.category.localized if entry.category else "",
            wording.street_words(entry),
            wording.remaining_words(entry),
        ],
        "closes_on": entry.closes_on if isinstance(entry, Need) else None,
    }


def _results(subject: Subject) -> dict[str, Any]:
    found = queries.results(organization_id=subject.id)
    if not found.total:
        return {}
    return {
        "total": found.total,
        "more": found.total > MOST,
        "url": f"{reverse('portal:results')}?{urlencode({'org': subject.id})}",
        "rows": [_result(one, subject) for one in found.stories(list(found.links[:MOST]))],
    }


def _result(story: queries.Story, subject: Subject) -> dict[str, Any]:
    match = story.match
    gave = match.resource.organization_id == subject.id
    other = match.need.organization if gave else match.resource.organization
    words = _("提供给%(who)s") if gave else _("由%(who)s提供")
    return {
        "title": match.resource.title if gave else match.need.title,
        "url": reverse("matching:match-detail", args=[match.number]),
        "who": words % {"who": other.label},
        "amount": amount_in(match.quantity, match.need),
        "confirmed_at": match.confirmed_at,
        "thanks": story.thanks,
    }
