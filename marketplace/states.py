"""States of needs and resource offers, and the one table of legal moves for both."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Machine, move


class EntryState(models.TextChoices):
    DRAFT = "DRAFT", _("草稿")
    SUBMITTED = "SUBMITTED", _("待受理")
    RETURNED = "RETURNED", _("退回修改")
    OPEN = "OPEN", _("等待对接")
    PARTLY_MET = "PARTLY_MET", _("部分对接")
    MET = "MET", _("已全部对接")
    WITHDRAWN = "WITHDRAWN", _("已撤回")
    EXPIRED = "EXPIRED", _("已到期")


_S = EntryState

# Named groups, so that nobody lists states by hand.
FINDABLE = frozenset({_S.OPEN, _S.PARTLY_MET, _S.MET})
SEEKING = frozenset({_S.OPEN, _S.PARTLY_MET})
UNPUBLISHED = frozenset({_S.DRAFT, _S.SUBMITTED, _S.RETURNED})
CLOSED = frozenset({_S.WITHDRAWN, _S.EXPIRED})


def _machine(kind: str) -> Machine:
    return Machine(
        kind,
        (
            move(
                "submit",
                {_S.DRAFT, _S.RETURNED},
                _S.SUBMITTED,
                _("提交受理"),
                f"{kind}.submitted",
            ),
            move("publish", {_S.DRAFT, _S.RETURNED}, _S.OPEN, _("发布"), f"{kind}.posted"),
            move("approve", {_S.SUBMITTED}, _S.OPEN, _("受理并发布"), f"{kind}.posted"),
            move(
                "return_for_change",
                {_S.SUBMITTED},
                _S.RETURNED,
                _("退回修改"),
                f"{kind}.returned",
            ),
            move("meet_part", {_S.OPEN, _S.MET}, _S.PARTLY_MET, event=f"{kind}.changed"),
            move("meet", {_S.OPEN, _S.PARTLY_MET}, _S.MET, event=f"{kind}.changed"),
            move("unmeet", {_S.PARTLY_MET, _S.MET}, _S.OPEN, event=f"{kind}.changed"),
            move(
                "withdraw",
                {_S.SUBMITTED, _S.RETURNED, _S.OPEN, _S.PARTLY_MET},
                _S.WITHDRAWN,
                _("撤回"),
                f"{kind}.closed",
            ),
            move("expire", {_S.OPEN, _S.PARTLY_MET}, _S.EXPIRED, event=f"{kind}.closed"),
            move("reopen", {_S.EXPIRED, _S.WITHDRAWN}, _S.OPEN, _("重新开放"), f"{kind}.posted"),
        ),
    )


NEED = _machine("need")
RESOURCE = _machine("resource")


class ImportState(models.TextChoices):
    CHECKED = "CHECKED", _("等你确认")
    RUNNING = "RUNNING", _("正在导入")
    DONE = "DONE", _("已导入")
    DROPPED = "DROPPED", _("不导入")


_I = ImportState

IMPORT = Machine(
    "import",
    (
        move("confirm", {_I.CHECKED}, _I.RUNNING, _("导入"), "import.confirmed"),
        move("finish", {_I.RUNNING}, _I.DONE, event="import.done"),
        move("drop", {_I.CHECKED}, _I.DROPPED, _("不导入")),
    ),
)
