"""The history of an entry as sentences, for its owner and the staff."""

from datetime import datetime

from django.utils.translation import gettext as _

from core import audit
from core.models import AuditEvent
from core.permissions import SEE_PEOPLE, Actor, may
from core.templatetags import show
from marketplace.models import Need, ResourceOffer

LIMIT = 30


def _sentences() -> dict[str, str]:
    return {
        "draft": _("保存草稿"),
        "submit": _("提交受理"),
        "publish": _("发布"),
        "approve": _("受理并发布"),
        "return_for_change": _("退回修改"),
        "edit": _("修改内容"),
        "edit_submit": _("提交修改，等受理"),
        "edit_approve": _("受理修改"),
        "edit_refuse": _("没有通过修改"),
        "withdraw": _("撤回"),
        "reopen": _("重新开放"),
        "expire": _("到期，自动结束"),
        "meet": _("全部对接"),
        "meet_part": _("对接了一部分"),
        "unmeet": _("对接取消，回到等待"),
        "hold": _("为一个推荐占用数量"),
        "release_hold": _("放开占用的数量"),
        "allocate": _("对接占用数量"),
        "release": _("对接退回数量"),
        "take_over": _("由单位自己接管"),
        "look_at_contact": _("查看联系方式"),
    }


def told(entry: Need | ResourceOffer, actor: Actor, now: datetime) -> list[tuple[str, str, str]]:
    """(time, sentence, remark) of each act, newest first; drafts saved in a row count once.

    The owner's people read names of their own and 运营方 for everybody else; staff read names.
    """
    words = _sentences()
    names = bool(may(actor, SEE_PEOPLE, entry.region.path if entry.region else ""))
    rows: list[tuple[str, str, str]] = []
    previous = ""
    for event in audit.history(audit.subject_of(entry))[: LIMIT * 3]:
        act = event.act.partition(".")[2]
        if act == "draft" and previous == "draft":
            continue
        previous = act
        who = _who(event, entry, names=names)
        line = _("%(who)s%(act)s") % {"who": f"{who} " if who else "", "act": words.get(act, act)}
        rows.append((show.moment(event.at, now), line, event.reason))
    return rows[:LIMIT]


def _who(event: AuditEvent, entry: Need | ResourceOffer, *, names: bool) -> str:
    if event.channel == "system":
        return _("系统")
    own = event.organization_number == entry.organization.number
    if event.on_behalf_of:
        return _("对接专员按电话") if not names else f"{event.actor_name}（{event.on_behalf_of}）"
    if own or names:
        return event.actor_name
    return _("运营方")
