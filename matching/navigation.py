"""Entries of matching in the bars."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import is_staff
from core.context import NavItem
from core.errors import Sentence
from core.permissions import Actor
from marketplace.permissions import can_post
from matching import queries


def nav_items(actor: Actor, _request: HttpRequest) -> list[NavItem]:
    items = []
    if actor.organization_id:
        may = can_post(actor)  # a number in the bar calls to act
        waiting = queries.waiting_for(actor.organization_id).count() if may else 0
        items.append(NavItem("matches", _("对接"), reverse("matching:match-list"), waiting, 40))
    if actor.roles and not actor.on_behalf_of and is_staff(actor):
        count = queries.desk_needs(actor, "open").count()
        items.append(NavItem("desk", _("对接台"), reverse("matching:desk"), count, 21))
    return items


def kept_lists(actor: Actor) -> list[tuple[Sentence, str, Sentence]]:
    """How fit is reckoned, from the first page of 设置."""
    if not is_staff(actor):
        return []
    about = _("各项占多少分，高、中、低从多少分起；哪些类别不能对接")
    return [(_("契合度怎么算"), reverse("matching:weights"), about)]
