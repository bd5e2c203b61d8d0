"""Who may propose, answer, deliver and read on a match, as sentences with reasons."""

from django.utils.translation import gettext_lazy as _

from accounts.models.role import STAFF_ROLES, WRITING_STAFF
from core.permissions import ALLOWED, Actor, Decision, refuse
from marketplace.models import Level, Need, ResourceOffer
from marketplace.permissions import can_post, is_staff_for, level_for
from matching.models import Answer, Match, Side
from matching.states import ASKING, CONTACTS_OPEN, FULFILLED, MatchState


def sides_of(actor: Actor, match: Match) -> list[Side]:
    """The sides on which the actor's organization stands (both, where it owns both)."""
    return [side for side in Side if actor.acts_for(match.organization_id_of(side))]


def is_coordinator(actor: Actor, match: Match) -> bool:
    path = match.need.region.path if match.need.region else ""
    return actor.has_role(WRITING_STAFF, path)


def is_staff(actor: Actor, match: Match) -> bool:
    return is_staff_for(actor, match.need) or is_staff_for(actor, match.resource)


def can_read(actor: Actor, match: Match) -> Decision:
    """Both sides once told, the staff always; a candidate only who could read the other entry."""
    if is_staff(actor, match):
        return ALLOWED
    sides = sides_of(actor, match)
    if not sides:
        return refuse(_("没有找到这条对接，或者它不对你公开。"))
    if match.state != MatchState.SUGGESTED:
        return ALLOWED
    other = match.resource if Side.NEED in sides else match.need
    return can_see_as_candidate(actor, other)


def can_see_as_candidate(actor: Actor, entry: Need | ResourceOffer) -> Decision:
    """A suggestion shows only entries that the actor could find anyway."""
    if level_for(actor, entry) in entry.readable_levels():
        return ALLOWED
    return refuse(_("这一条不对你公开。"))


def can_propose(actor: Actor, match: Match) -> Decision:
    if is_coordinator(actor, match):
        return ALLOWED
    sides = sides_of(actor, match)
    if not sides:
        return refuse(_("只有双方和对接专员可以推荐。"))
    other = match.resource if Side.NEED in sides else match.need
    if other.visibility == Level.INTERNAL:
        return refuse(_("对方的内容只对运营方公开，请对接专员来推荐。"))
    seen = can_see_as_candidate(actor, other)
    return can_post(actor) if seen else seen


def can_dismiss(actor: Actor, match: Match) -> Decision:
    if is_coordinator(actor, match):
        return ALLOWED
    return refuse(_("只有对接专员可以划掉候选。"))


def can_answer(actor: Actor, match: Match, side: Side) -> Decision:
    if match.state not in ASKING:
        return refuse(_("这条推荐现在不需要回复。"))
    if match.answer_of(side) != Answer.WAITING:
        return refuse(_("你们已经回复过了。"))
    if side in sides_of(actor, match):
        return can_post(actor)
    return refuse(_("只有收到推荐的单位可以回复；打电话来的请先进入代为登记。"))


def can_answer_somewhere(actor: Actor, match: Match) -> Decision:
    """Whether a page that asks for an answer makes sense to this actor: yes on either side; the
    last refusal otherwise."""
    decisions = [can_answer(actor, match, side) for side in Side]
    return next((one for one in decisions if one), decisions[-1])


def can_judge(actor: Actor, match: Match) -> Decision:
    """Feedback and thanks: either side's editors."""
    if sides_of(actor, match):
        return can_post(actor)
    return refuse(_("只有双方可以评价。"))


def can_withdraw(actor: Actor, match: Match) -> Decision:
    if match.state not in ASKING:
        return refuse(_("已经对接的不能撤回，可以取消并写明原因。"))
    if is_coordinator(actor, match):
        return ALLOWED
    if any(match.proposer == side for side in sides_of(actor, match)):
        return can_post(actor)
    return refuse(_("只有提出推荐的一方可以撤回。"))


def can_carry(actor: Actor, match: Match) -> Decision:
    """Deliveries, messages, cancelling: either side's editors, and the coordinator."""
    if is_coordinator(actor, match):
        return ALLOWED
    if sides_of(actor, match):
        return can_post(actor)
    return refuse(_("只有双方和对接专员可以这样做。"))


def can_confirm(actor: Actor, match: Match) -> Decision:
    """The need's side says what has arrived, or the coordinator on the phone for it."""
    if Side.NEED in sides_of(actor, match):
        return can_post(actor)
    return refuse(_("由需求方确认收到。"))


def can_look_at_contact(actor: Actor, match: Match) -> Decision:
    if is_coordinator(actor, match):
        return ALLOWED
    if sides_of(actor, match) and match.state in CONTACTS_OPEN:
        return ALLOWED
    return refuse(_("双方都同意之后，才能看到联系方式。"))


def is_public(match: Match) -> bool:
    """Shown to everybody: only after the result, and if both sides agreed."""
    return match.state in FULFILLED and match.need_publishes and match.resource_publishes


def sees_number(actor: Actor) -> bool:
    """The score as a number is for staff; everybody else reads 高/中/低."""
    return actor.has_role(STAFF_ROLES) or bool(actor.scopes)
