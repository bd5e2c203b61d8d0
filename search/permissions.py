"""Who may do what with the search itself; what a reader finds is decided by the level."""

from django.utils.translation import gettext_lazy as _

from accounts.models.role import STAFF_ROLES, WRITING_STAFF
from core.permissions import ALLOWED, Actor, Decision, refuse
from search.models import SavedSearch


def can_edit_synonyms(actor: Actor) -> Decision:
    """Staff of the operator who write, for the whole base."""
    if actor.has_role(WRITING_STAFF):
        return ALLOWED
    return refuse(_("只有运营方工作人员可以维护同义词。"))


def can_see_synonyms(actor: Actor) -> Decision:
    """Whoever works for the operator, in any role."""
    if actor.roles & STAFF_ROLES:
        return ALLOWED
    return refuse(_("这一页只给运营方工作人员看。"))


def can_save_searches(actor: Actor) -> Decision:
    """Whoever has an account."""
    return ALLOWED if actor.user_id else refuse(_("登录后才能订阅。"))


def can_change_saved(actor: Actor, saved: SavedSearch) -> Decision:
    """A subscription is its owner's alone."""
    if saved.user_id == actor.user_id:
        return ALLOWED
    return refuse(_("这是别人的订阅。"))
