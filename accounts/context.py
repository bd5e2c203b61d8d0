"""What every page shows of accounts: the bar's entry, the organizations to switch between, the
person's own pages; and the tabs of the staff pages."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import permissions, queries
from accounts.models import User
from core.context import NavItem
from core.errors import Sentence
from core.permissions import Actor
from core.templatetags import show

AccountPart = Callable[[Actor], list[NavItem]]
_account: list[AccountPart] = []


def register_account_items(part: AccountPart) -> None:
    """Add entries to the menu under the person's name (in order of registration)."""
    if part not in _account:
        _account.append(part)


def own_items(actor: Actor) -> list[NavItem]:
    items = [
        NavItem("account", _("我的账号"), reverse("accounts:account")),
        NavItem("security", _("密码与安全"), reverse("mfa_index")),
    ]
    if actor.organization_number and not actor.on_behalf_of:
        url = reverse("accounts:organization-detail", args=[actor.organization_number])
        items.insert(0, NavItem("organization", _("本单位"), url))
    return items


register_account_items(own_items)


def shell(actor: Actor, request: HttpRequest) -> dict[str, Any]:
    """The part of `shell` about who acts: organizations, own pages, the mode in force."""
    if not actor.is_authenticated or not isinstance(request.user, User):
        return {"may_post": True}  # the button leads to signing in first
    organizations = [
        {
            "number": m.organization.number,
            "name": m.organization.label,
            "role": m.get_role_display(),
        }
        for m in queries.active_memberships(request.user)
    ]
    return {
        "organizations": organizations if len(organizations) > 1 and not actor.on_behalf_of else [],
        "may_post": bool(permissions.can_post_for(actor)),
        "switch_url": reverse("accounts:acting-switch"),
        "account": [item for part in _account for item in part(actor)],
        "banner": _banner(actor),
    }


_DAY = re.compile(r"(?P<month>1[0-2]|[1-9])月(?P<day>[12]\d|3[01]|[1-9])日(?= \d\d:\d\d$)")
_LEAP_YEAR = 2000


def _day_words(found: re.Match[str]) -> str:
    try:
        return show.short_day(date(_LEAP_YEAR, int(found["month"]), int(found["day"])))
    except ValueError:  # no such day: a name that looks like one
        return found[0]


def _banner(actor: Actor) -> dict[str, str]:
    """代为登记, on every page while it lasts, with the way out."""
    if not actor.on_behalf_of:
        return {}
    # The row keeps the day in Chinese, as everything that is kept; it is read in any language.
    caller = _DAY.sub(_day_words, actor.on_behalf_of)
    facts = {"name": actor.organization_name, "caller": caller}
    return {
        "text": _("代为登记：你正在替“%(name)s”操作。来电：%(caller)s") % facts,
        "action": _("结束代为登记"),
        "url": reverse("accounts:caller-end"),
    }


# -- staff ------------------------------------------------------------------------------------
SECTION = "people"


def nav_items(actor: Actor, _request: HttpRequest) -> list[NavItem]:
    """单位与人员, for staff, with how many organizations wait to be verified; not
    while they act for a caller."""
    if not actor.roles or actor.on_behalf_of or not permissions.is_staff(actor):
        return []
    url = reverse("accounts:organization-list")
    return [NavItem(SECTION, _("单位与人员"), url, queries.unverified_count(actor), 75)]


TabPart = Callable[[Actor], list[tuple[str, str]]]
_tabs: list[TabPart] = []


def register_staff_tabs(part: TabPart) -> None:
    """Add tabs to 单位与人员: (URL name, label) pairs (in order of registration)."""
    if part not in _tabs:
        _tabs.append(part)


def _own_tabs(actor: Actor) -> list[tuple[str, str]]:
    pages = [
        ("accounts:organization-list", _("单位")),
        ("accounts:person-list", _("人员")),
        ("accounts:role-list", _("岗位")),
        ("accounts:region-list", _("社区")),
    ]
    if permissions.writes_as_staff(actor):
        pages.append(("accounts:caller-begin", _("代为登记")))
    return pages


register_staff_tabs(_own_tabs)


def staff_tabs(actor: Actor, current: str) -> list[tuple[str, str, bool]]:
    """The tabs of 单位与人员 as (label, url, current), for the tabs component."""
    return [
        (label, reverse(name), name == current) for part in _tabs for name, label in part(actor)
    ]


def kept_lists(actor: Actor) -> list[tuple[Sentence, str, Sentence]]:
    """社区 and 岗位, from the first page of 设置."""
    if not permissions.is_staff(actor):
        return []
    return [
        (_("社区名单"), reverse("accounts:region-list"), _("街道下面有哪些社区；地图上的位置")),
        (_("岗位"), reverse("accounts:role-list"), _("谁在运营方做什么，管哪个区域")),
    ]
