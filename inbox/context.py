"""The entries of the inbox in the bar and in the menu under the person's name."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.context import NavItem
from core.permissions import Actor
from inbox import queries


def nav_items(actor: Actor, _request: HttpRequest) -> list[NavItem]:
    """消息, with how many are unread."""
    if not actor.user_id:
        return []
    url = reverse("inbox:message-list")
    return [NavItem("messages", _("消息"), url, queries.unread_count(actor.user_id), 70)]


def staff_tabs(_actor: Actor) -> list[tuple[str, str]]:
    return [("inbox:phone-list", _("待电话联系"))]


def account_items(_actor: Actor) -> list[NavItem]:
    return [NavItem("preferences", _("邮件提醒"), reverse("inbox:preference-edit"))]
