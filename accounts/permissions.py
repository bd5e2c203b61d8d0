"""Who may do what with people and organizations: each rule a sentence with its reason."""

from django.utils.translation import gettext_lazy as _

from accounts.models import (
    STAFF_ROLES,
    WRITING_STAFF,
    MembershipRole,
    OperatorRole,
    Organization,
    Region,
    User,
)
from accounts.states import OrganizationState
from core.permissions import ALLOWED, Actor, Decision, first_refusal, refuse

SIGN_IN = refuse(_("请先登录。"))


def is_signed_in(actor: Actor) -> Decision:
    return ALLOWED if actor.is_authenticated else SIGN_IN


# -- the operator's staff -------------------------------------------------------------------
def is_staff(actor: Actor) -> Decision:
    """Reads staff pages: any operator role, the auditor's included."""
    if actor.is_system or actor.roles & STAFF_ROLES:
        return ALLOWED
    return refuse(_("这一页只给运营方和主管单位的工作人员看。"))


def can_write_as_staff(actor: Actor, region: str = "") -> Decision:
    """Acts for the operator in a region (its path; "" is the whole base)."""
    if actor.has_role(WRITING_STAFF, region):
        return ALLOWED
    if actor.roles & WRITING_STAFF:
        return refuse(_("这里不在你负责的区域内，请交给负责这个区域的对接专员。"))
    return refuse(_("这件事由对接专员来做。"))


def writes_as_staff(actor: Actor) -> Decision:
    """Is coordinator or administrator somewhere; the object's own rule asks for the region."""
    if actor.is_system or actor.roles & WRITING_STAFF:
        return ALLOWED
    return refuse(_("这件事由对接专员来做。"))


def only_audits(actor: Actor) -> bool:
    """Somebody who is here to look: auditor, nothing else, member of nobody."""
    return actor.roles == frozenset({OperatorRole.AUDITOR}) and not actor.organization_id


def is_administrator(actor: Actor) -> Decision:
    if actor.has_role({OperatorRole.ADMINISTRATOR}):
        return ALLOWED
    return refuse(_("这件事只有系统管理员能做。"))


# -- people -----------------------------------------------------------------------------------
def can_edit_person(actor: Actor, user: User) -> Decision:
    if actor.user_id == user.pk:
        return ALLOWED
    return _staff_over_person(actor, user)


def can_close_account(actor: Actor, user: User) -> Decision:
    if actor.user_id == user.pk:
        return refuse(_("不能停用自己的账号。"))
    return _staff_over_person(actor, user)


def can_issue_code(actor: Actor, user: User, *, holds_role: bool) -> Decision:
    """`holds_role`: whether the person has an operator role in force.

    A code opens the account, so nobody issues one for themselves, and a coordinator none for
    somebody who may do more than they themselves.
    """
    if actor.user_id == user.pk:
        return refuse(_("不能给自己发验证码。请在“账号与安全”里改密码。"))
    if not user.is_active:
        return refuse(_("这个账号已停用，请先恢复。"))
    if holds_role:
        return is_administrator(actor)
    return writes_as_staff(actor)


def can_open_account(actor: Actor) -> Decision:
    return writes_as_staff(actor)


def _staff_over_person(actor: Actor, user: User) -> Decision:
    if user.is_superuser and not actor.is_system:
        return refuse(_("这是安装人员的账号，只能在服务器上改。"))
    return writes_as_staff(actor)


# -- organizations ------------------------------------------------------------------------------
def can_see_organization(actor: Actor, organization: Organization) -> Decision:
    """Everybody, unless it is suspended: then its members and staff."""
    if organization.state != OrganizationState.SUSPENDED:
        return ALLOWED
    if is_staff(actor) or actor.acts_for(organization.pk):
        return ALLOWED
    return refuse(_("这个单位已停用。"))


def can_register_organization(actor: Actor) -> Decision:
    return is_signed_in(actor)


def can_edit_organization(actor: Actor, organization: Organization) -> Decision:
    if _administers(actor, organization):
        return ALLOWED
    if can_write_as_staff(actor, organization.region.path):
        return ALLOWED
    if actor.acts_for(organization.pk):
        return refuse(_("单位资料由本单位的管理员修改。"))
    return refuse(_("你不是这个单位的成员。"))


def can_decide_on_organization(actor: Actor, organization: Organization) -> Decision:
    """Verify, take back, suspend, restore: staff of the region, not about their own."""
    if actor.acts_for(organization.pk):
        return refuse(_("不能核验或停用自己所在的单位，请另一位对接专员来做。"))
    return can_write_as_staff(actor, organization.region.path)


def can_see_contact(actor: Actor, organization: Organization) -> Decision:
    """Name and phone of an organization's contact, outside a link; each look is logged."""
    if actor.acts_for(organization.pk):
        return ALLOWED
    if can_write_as_staff(actor, organization.region.path):
        return ALLOWED
    return refuse(_("联系人和电话在对接之后才互相可见。"))


# -- memberships --------------------------------------------------------------------------------
def can_see_members(actor: Actor, organization: Organization) -> Decision:
    if actor.acts_for(organization.pk) or is_staff(actor):
        return ALLOWED
    return refuse(_("成员名单只给本单位和运营方看。"))


def can_manage_members(actor: Actor, organization: Organization) -> Decision:
    if organization.state == OrganizationState.SUSPENDED:
        return refuse(_("这个单位已停用，不能改成员。"))
    if _administers(actor, organization):
        return ALLOWED
    if can_write_as_staff(actor, organization.region.path):
        return ALLOWED
    return refuse(_("成员由本单位的管理员增减。"))


def can_leave(actor: Actor, organization: Organization) -> Decision:
    if actor.acts_for(organization.pk) and not actor.on_behalf_of:
        return ALLOWED
    return refuse(_("你不是这个单位的成员。"))


def can_post_for(actor: Actor) -> Decision:
    """Acts for an organization in more than reading: posts, answers, signs receipts."""
    if not actor.is_authenticated:
        return SIGN_IN
    if not actor.organization_id:
        return refuse(_("请先登记单位，或请单位的管理员邀请你加入。"))
    if actor.membership == MembershipRole.READER:
        return refuse(_("你在这个单位只能查看。要发布或答复，请单位的管理员改你的身份。"))
    return ALLOWED


def can_manage_tokens(actor: Actor, organization: Organization) -> Decision:
    if _administers(actor, organization):
        return ALLOWED
    return refuse(_("接口令牌由本单位的管理员管理。"))


def _administers(actor: Actor, organization: Organization) -> bool:
    return actor.acts_for(organization.pk) and actor.membership == MembershipRole.ADMIN


# -- roles, regions, phone ------------------------------------------------------------------------
def can_grant_role(actor: Actor, user: User) -> Decision:
    if actor.user_id == user.pk:
        return refuse(_("不能给自己授予或收回岗位，请另一位管理员来做。"))
    return is_administrator(actor)


def can_edit_region(actor: Actor, region: Region) -> Decision:
    return can_write_as_staff(actor, region.path)


def can_act_for_caller(actor: Actor, organization: Organization) -> Decision:
    """代为登记 for an organization of one's own region that is not suspended."""
    suspended = organization.state == OrganizationState.SUSPENDED
    return first_refusal(
        can_write_as_staff(actor, organization.region.path),
        refuse(_("这个单位已停用，不能代为登记。")) if suspended else ALLOWED,
    )
