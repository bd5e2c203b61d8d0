"""The portal's entries of the bar, and the foot and home of every page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.context import NavItem
from core.permissions import Actor
from portal.topics import topic_of_page


def nav_items(actor: Actor, _request: HttpRequest) -> list[NavItem]:
    """待办 for whoever signed in; results and help in the bar of visitors only."""
    if actor.is_authenticated:
        return [NavItem("workbench", _("待办"), reverse("portal:workbench"), order=5)]
    return [
        NavItem("home", _("首页"), reverse("portal:home"), order=5),
        NavItem("results", _("对接成果"), reverse("portal:results"), order=60),
        NavItem("help", _("关于与帮助"), reverse("portal:help"), order=90),
    ]


def shell(actor: Actor, request: HttpRequest) -> dict[str, Any]:
    """Where the mark leads, and the links at the foot: help for this very page first."""
    home = "portal:workbench" if actor.is_authenticated else "portal:home"
    return {"home_url": reverse(home), "footer": [*_help_here(request), *_foot()]}


def _help_here(request: HttpRequest) -> list[dict[str, str]]:
    match = request.resolver_match
    topic = topic_of_page(match.view_name) if match else None
    if topic is None:
        return []
    label = _("这一页怎么用：%(title)s") % {"title": topic.title}
    return [{"label": label, "url": reverse("portal:help-topic", args=[topic.slug])}]


def _foot() -> list[dict[str, str]]:
    return [
        {"label": _("首页"), "url": reverse("portal:home")},
        {"label": _("帮助"), "url": reverse("portal:help")},
        {"label": _("对接成果"), "url": reverse("portal:results")},
        {"label": _("关于我们"), "url": reverse("portal:about")},
        {"label": _("隐私说明"), "url": reverse("portal:help-topic", args=["privacy"])},
        {"label": _("无障碍说明"), "url": reverse("portal:help-topic", args=["accessibility"])},
    ]
