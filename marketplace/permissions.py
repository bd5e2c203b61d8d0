"""Who may read, post, edit and moderate entries, as sentences with reasons."""

from django.utils.translation import gettext_lazy as _

from accounts.models import MembershipRole
from accounts.models.role import STAFF_ROLES, WRITING_STAFF
from core.permissions import ALLOWED, Actor, Decision, refuse
from marketplace.models import Entry, Level
from marketplace.states import FINDABLE

WRITERS = frozenset({MembershipRole.ADMIN, MembershipRole.EDITOR})


def reading_level(actor: Actor) -> Level:
    """The one level at which an actor reads and searches the whole market.

    Staff whose role is limited to a region search like partners: internal entries of other
    regions are none of their business, and those of their own stand on their staff pages.
    """
    if actor.has_role(STAFF_ROLES):
        return Level.INTERNAL
    if actor.scopes or (actor.organization_id and actor.verified):
        return Level.PARTNERS
    return Level.PUBLIC


def level_for(actor: Actor, entry: Entry) -> Level:
    """The level at which an actor reads one entry: its owner reads everything."""
    if actor.acts_for(entry.organization_id) or is_staff_for(actor, entry):
        return Level.INTERNAL
    return reading_level(actor)


def _is_writer(actor: Actor) -> bool:
    return bool(actor.organization_id) and (actor.membership in WRITERS or bool(actor.on_behalf_of))


def can_post(actor: Actor) -> Decision:
    if not actor.is_authenticated:
        return refuse(_("请先登录。没有账号可以先注册，也可以打电话请对接专员代为登记。"))
    if not actor.organization_id:
        return refuse(_("发布要以一个单位的名义。请先加入或登记你的单位。"))
    if not _is_writer(actor):
        return refuse(_("你在这个单位只能查看。请单位管理员把你改为“经办人”。"))
    return ALLOWED


def can_read(actor: Actor, entry: Entry) -> Decision:
    """Published entries by level; others for their owner and the staff of their region."""
    if actor.acts_for(entry.organization_id) or is_staff_for(actor, entry):
        return ALLOWED
    if entry.state in FINDABLE and level_for(actor, entry) in entry.readable_levels():
        return ALLOWED
    return refuse(_("没有找到这一条，或者它不对你公开。"))


def is_staff_for(actor: Actor, entry: Entry) -> bool:
    return actor.has_role(STAFF_ROLES, entry.region.path if entry.region else "")


def can_edit(actor: Actor, entry: Entry) -> Decision:
    if actor.acts_for(entry.organization_id):
        return can_post(actor)
    if can_moderate(actor, entry):
        return ALLOWED
    return refuse(_("只有发布单位和对接专员可以修改。"))


def can_moderate(actor: Actor, entry: Entry) -> Decision:
    path = entry.region.path if entry.region else ""
    if actor.has_role(WRITING_STAFF, path):
        return ALLOWED
    return refuse(_("只有负责这个区域的对接专员可以受理。"))


def can_register_for_others(actor: Actor) -> Decision:
    if actor.has_role(WRITING_STAFF):
        return ALLOWED
    return refuse(_("只有对接专员可以代为登记。"))


def can_edit_lists(actor: Actor) -> Decision:
    """Categories, units and groups hold for the whole base, so not for staff of one region."""
    if actor.has_role(WRITING_STAFF):
        return ALLOWED
    return refuse(_("类别、单位和人群由负责整个基地的对接专员或管理员修改。"))
