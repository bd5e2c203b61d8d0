"""What every page gets: the actor, the moment, the bars of navigation, the undo on offer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from core.errors import Sentence
from core.permissions import NOBODY, Actor


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the bar: `section` is compared with the page's own to mark the current one.

    `order` places it, lower first; the places are given in `docs/interface.md`.
    """

    section: str
    label: Sentence
    url: str
    count: int = 0
    order: int = 50


NavPart = Callable[[Actor, HttpRequest], list[NavItem]]
_nav: list[NavPart] = []


def register_nav(part: NavPart) -> None:
    """An app that owns pages of the site map adds its entries, placed by their `order`."""
    if part not in _nav:
        _nav.append(part)


ShellPart = Callable[[Actor, HttpRequest], dict[str, Any]]
_shell: list[ShellPart] = []


def register_shell(part: ShellPart) -> None:
    """An app gives pieces of the furniture of every page (see core/templates/README.md)."""
    if part not in _shell:
        _shell.append(part)


def shell(actor: Actor, request: HttpRequest) -> dict[str, Any]:
    """The furniture that apps registered; a later one wins over an earlier one."""
    pieces: dict[str, Any] = {}
    for part in _shell:
        pieces |= part(actor, request)
    return pieces


SettingsPart = Callable[[Actor], list[NavItem]]
_settings: list[SettingsPart] = []


def register_settings(part: SettingsPart) -> None:
    """An app adds its own pages to the tabs of 设置, for the actors that may open them."""
    if part not in _settings:
        _settings.append(part)


def settings_pages(actor: Actor) -> list[NavItem]:
    return [item for part in _settings for item in part(actor)]


def page(request: HttpRequest) -> dict[str, Any]:
    actor: Actor = getattr(request, "actor", NOBODY)
    items = [item for part in _nav for item in part(actor, request)]
    return {
        "actor": actor,
        "now": timezone.now(),
        "nav": sorted(items, key=lambda item: item.order),
    }
