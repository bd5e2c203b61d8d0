"""Who reads a message, and who passes it on by phone."""

from django.utils.translation import gettext_lazy as _

from accounts.models.role import STAFF_ROLES
from accounts.permissions import can_write_as_staff, is_staff, writes_as_staff
from core.permissions import ALLOWED, Actor, Decision, refuse
from inbox.models import Message


def can_read(actor: Actor, message: Message) -> Decision:
    if actor.user_id and actor.user_id == message.user_id:
        return ALLOWED
    return refuse(_("这是别人的消息。"))


def can_see_phone_list(actor: Actor) -> Decision:
    return is_staff(actor)


def can_see_call(actor: Actor, message: Message) -> Decision:
    """One line of the list: staff of the region, those who only read too."""
    path = message.organization.region.path if message.organization is not None else ""
    if actor.has_role(STAFF_ROLES, path):
        return ALLOWED
    return refuse(_("这是别的区域的。"))


def can_phone(actor: Actor, message: Message) -> Decision:
    """Look up the number and say that the call was made: writing staff of the region."""
    if message.organization is not None:
        return can_write_as_staff(actor, message.organization.region.path)
    return writes_as_staff(actor)
