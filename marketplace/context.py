"""The market's entries of the navigation bar."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import STAFF_ROLES
from core.context import NavItem
from core.permissions import Actor
from marketplace import queries


def nav_items(actor: Actor, _request: HttpRequest) -> list[NavItem]:
    """我的需求 and 我的资源 for members, 受理 with its count for staff.

    Staff who belong to an organization find its lists in the menu under their name: their bar is full.
    """
    items: list[NavItem] = []
    is_staff = bool(actor.roles & STAFF_ROLES) and not actor.on_behalf_of
    if actor.organization_id and not is_staff:
        items += [
            NavItem("needs", _("我的需求"), reverse("marketplace:need-mine"), order=30),
            NavItem("resources", _("我的资源"), reverse("marketplace:resource-mine"), order=31),
        ]
    if is_staff:
        waiting = queries.intake_count(actor)
        items.append(NavItem("intake", _("受理"), reverse("marketplace:intake"), waiting, 20))
    return items


def account_items(actor: Actor) -> list[NavItem]:
    """The lists of a staff member's own organization."""
    if not actor.organization_id or not actor.roles & STAFF_ROLES or actor.on_behalf_of:
        return []
    return [
        NavItem("needs", _("我的需求"), reverse("marketplace:need-mine")),
        NavItem("resources", _("我的资源"), reverse("marketplace:resource-mine")),
    ]
