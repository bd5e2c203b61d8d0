"""What every page shows of search: the market as the first public entry, the header's box."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.context import NavItem
from core.health import Health
from core.permissions import Actor
from search.permissions import can_see_synonyms
from search.queries.engines import engine_state

SECTION = "market"
SYNONYMS = "synonyms"


def nav_items(_actor: Actor, _request: HttpRequest) -> list[NavItem]:
    return [NavItem(SECTION, _("供需广场"), reverse("search:market"))]


def shell(actor: Actor, _request: HttpRequest) -> dict[str, Any]:
    furniture: dict[str, Any] = {
        "search_url": reverse("search:market"),
        "suggest_url": reverse("search:suggest"),
    }
    if actor.roles and (state := engine_state()) is not None and state.away_since is not None:
        furniture["alert"] = _(
            "搜索服务器暂时不能用，现在由内置索引代替，不影响查找。原因：%(why)s"
        ) % {"why": state.reason}
    return furniture


def health(_at: datetime) -> Health:
    """The search server, where one is set: pages work without it, so it is not vital."""
    state = engine_state()
    if state is None:
        return Health(ok=False, detail="nobody has looked yet", vital=False)
    return Health(state.away_since is None, state.reason or "answers", vital=False)


def settings_items(actor: Actor) -> list[NavItem]:
    """同义词, among the settings of staff."""
    if not can_see_synonyms(actor):
        return []
    return [NavItem(SYNONYMS, _("同义词"), reverse("search:synonym-list"))]
