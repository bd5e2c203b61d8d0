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
    """One entry of the bar: `section` is compared with the page's own to mark the current one."""

    section: str
    label: Sentence
    url: str
    count: int = 0


NavPart = Callable[[Actor, HttpRequest], list[NavItem]]
_nav: list[NavPart] = []
_nav_last: list[NavPart] = []


def register_nav(part: NavPart, *, last: bool = False) -> None:
    """An app that owns pages of the site map adds its entries (in order of registration).

    `last` ones stand after all others, whoever registers first.
    """
    bar = _nav_last if last else _nav
    if part not in bar:
        bar.append(part)


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
    return {
        "actor": actor,
        "now": timezone.now(),
        "nav": [item for part in [*_nav, *_nav_last] for item in part(actor, request)],
    }
