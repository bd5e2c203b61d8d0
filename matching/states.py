"""States of a match and the table of its legal moves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Machine, move


class MatchState(models.TextChoices):
    SUGGESTED = "SUGGESTED", _("候选")
    PROPOSED = "PROPOSED", _("已推荐，等回复")
    ACCEPTED = "ACCEPTED", _("一方同意，等另一方")
    LINKED = "LINKED", _("已对接")
    DELIVERING = "DELIVERING", _("交付中")
    CONFIRMED = "CONFIRMED", _("已确认收到")
    CLOSED = "CLOSED", _("已办结")
    DECLINED = "DECLINED", _("已谢绝")
    WITHDRAWN = "WITHDRAWN", _("已撤回")
    LAPSED = "LAPSED", _("到期没有回复")
    CANCELLED = "CANCELLED", _("已取消")


_S = MatchState

# Waiting for an answer; linked and not yet over; came to something; came to nothing.
ASKING = frozenset({_S.PROPOSED, _S.ACCEPTED})
RUNNING = frozenset({_S.LINKED, _S.DELIVERING})
FULFILLED = frozenset({_S.CONFIRMED, _S.CLOSED})
FAILED = frozenset({_S.DECLINED, _S.WITHDRAWN, _S.LAPSED, _S.CANCELLED})
# Over without ever having been a link.
NEVER_LINKED = FAILED - {_S.CANCELLED}
# The two sides may write to each other: also after a cancelled link, to settle what is open.
WRITABLE = ASKING | RUNNING | FULFILLED | {_S.CANCELLED}
# One pair may stand in only one of these at a time.
LIVE = frozenset({_S.SUGGESTED}) | ASKING | RUNNING
# Both sides may see each other's contact data.
CONTACTS_OPEN = RUNNING | FULFILLED

MATCH = Machine(
    "match",
    (
        move("dismiss", {_S.SUGGESTED}, _S.DECLINED, _("不合适"), "match.dismissed"),
        move("propose", {_S.SUGGESTED}, _S.PROPOSED, _("推荐给双方"), "match.proposed"),
        move("accept", {_S.PROPOSED}, _S.ACCEPTED, _("同意"), "match.accepted"),
        move("link", {_S.ACCEPTED}, _S.LINKED, _("同意"), "match.linked"),
        move("decline", {_S.PROPOSED, _S.ACCEPTED}, _S.DECLINED, _("谢绝"), "match.declined"),
        move("withdraw", {_S.PROPOSED, _S.ACCEPTED}, _S.WITHDRAWN, _("撤回"), "match.withdrawn"),
        move("lapse", {_S.PROPOSED, _S.ACCEPTED}, _S.LAPSED, event="match.lapsed"),
        move("start", {_S.LINKED}, _S.DELIVERING, event="match.delivered"),
        move(
            "confirm",
            {_S.LINKED, _S.DELIVERING},
            _S.CONFIRMED,
            _("确认全部收到"),
            "match.confirmed",
        ),
        move("close", {_S.CONFIRMED}, _S.CLOSED, _("办结"), "match.closed"),
        move("cancel", {_S.LINKED, _S.DELIVERING}, _S.CANCELLED, _("取消"), "match.cancelled"),
    ),
)


class DeliveryState(models.TextChoices):
    RECORDED = "RECORDED", _("等需求方确认")
    CONFIRMED = "CONFIRMED", _("已确认")
    QUESTIONED = "QUESTIONED", _("有出入")


_D = DeliveryState

DELIVERY = Machine(
    "delivery",
    (
        move("confirm", {_D.RECORDED, _D.QUESTIONED}, _D.CONFIRMED, _("确认收到")),
        move("question", {_D.RECORDED}, _D.QUESTIONED, _("有出入"), "delivery.questioned"),
        move("correct", {_D.QUESTIONED, _D.RECORDED}, _D.RECORDED, _("更正")),
    ),
)
