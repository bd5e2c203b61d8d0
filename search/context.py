"""What every page shows of search: the market as the first public entry, the header's box."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.context import NavItem
from core.permissions import Actor
from search.permissions import can_see_synonyms

SECTION = "market"
SYNONYMS = "synonyms"


def nav_items(_actor: Actor, _request: HttpRequest) -> list[NavItem]:
    return [NavItem(SECTION, _("供需广场"), reverse("search:market"))]


def shell(_actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    return {"search_url": reverse("search:market"), "suggest_url": reverse("search:suggest")}


def settings_items(actor: Actor) -> list[NavItem]:
    """同义词, among the settings of staff."""
    if not can_see_synonyms(actor):
        return []
    return [NavItem(SYNONYMS, _("同义词"), reverse("search:synonym-list"))]
