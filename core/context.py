"""What every page gets: the actor, the moment, the bars of navigation, the undo on offer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from core.errors import Sentence
from core.permissions import NOBODY, Actor


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the bar: `section` is compared with the page's own to mark the current one.

    `order` places an entry by itself, away from the others of its app (docs/interface.md, The bar).
    """

    section: str
    label: Sentence
    url: str
    count: int = 0
    order: int = 0


NavPart = Callable[[Actor, HttpRequest], list[NavItem]]
_nav: dict[NavPart, int] = {}

PUBLIC_FIRST, LAST = 10, 90
"""Places in the bar of what everybody reads first and of what is rarely wanted; work lies at 50."""


def register_nav(part: NavPart, *, order: int = 50) -> None:
    """An app that owns pages of the site map adds its entries.

    They stand by their own `order`, else by this one, equal ones in order of registration.
    """
    _nav.setdefault(part, order)


ShellPart = Callable[[Actor, HttpRequest], Mapping[str, Any]]
_shell: list[ShellPart] = []


def register_shell(part: ShellPart) -> None:
    """An app adds keys of `shell`, the furniture of every page (core/templates/README.md).

    Asked only where a header is drawn. Of one key the last registration holds.
    """
    if part not in _shell:
        _shell.append(part)


SettingsPart = Callable[[Actor], list[NavItem]]
_settings: list[SettingsPart] = []


def register_settings(part: SettingsPart) -> None:
    """An app adds its own pages to the tabs of 设置, for the actors that may open them."""
    if part not in _settings:
        _settings.append(part)


def settings_pages(actor: Actor) -> list[NavItem]:
    return [item for part in _settings for item in part(actor)]


ListsPart = Callable[[Actor], list[tuple[Sentence, str, Sentence]]]
_lists: list[ListsPart] = []


def register_lists(part: ListsPart) -> None:
    """An app adds lists that staff keep on pages of its own (label, URL, what it is for) to the
    first page of 设置, for the actors that may open them."""
    if part not in _lists:
        _lists.append(part)


def kept_lists(actor: Actor) -> list[tuple[Sentence, str, Sentence]]:
    return [row for part in _lists for row in part(actor)]


def page(request: HttpRequest) -> dict[str, Any]:
    actor: Actor = getattr(request, "actor", NOBODY)

    def shell() -> dict[str, Any]:
        return {key: value for part in _shell for key, value in part(actor, request).items()}

    items = [
        (item.order or order, item) for part, order in _nav.items() for item in part(actor, request)
    ]
    return {
        "actor": actor,
        "now": timezone.now(),
        "nav": [item for _order, item in sorted(items, key=lambda pair: pair[0])],
        "shell": SimpleLazyObject(shell),
    }
