"""The market's entries of the navigation bar."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import STAFF_ROLES
from accounts.permissions import is_staff
from core.context import NavItem
from core.errors import Sentence
from core.permissions import Actor
from marketplace import queries


def nav_items(actor: Actor, _request: HttpRequest) -> list[NavItem]:
    """我的需求 and 我的资源 for members, 受理 with its count for staff.

    Staff who belong to an organization find its lists in the menu under their name: their bar is full.
    """
    items: list[NavItem] = []
    staff = bool(actor.roles & STAFF_ROLES) and not actor.on_behalf_of
    if actor.organization_id and not staff:
        items += [
            NavItem("needs", _("我的需求"), reverse("marketplace:need-mine"), order=30),
            NavItem("resources", _("我的资源"), reverse("marketplace:resource-mine"), order=31),
        ]
    if staff:
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


def kept_lists(actor: Actor) -> list[tuple[Sentence, str, Sentence]]:
    """The lists that the forms of the market offer, from the first page of 设置."""
    if not is_staff(actor):
        return []
    return [
        (_("类别名单"), reverse("marketplace:category-list"), _("需求和资源分哪些类")),
        (
            _("数量单位名单"),
            reverse("marketplace:unit-list"),
            _("份、人次、小时等，和别的叫法怎么换算"),
        ),
        (_("人群名单"), reverse("marketplace:group-list"), _("给谁用的选项")),
    ]
