"""The words of what accounts tells (accounts lies below and cannot register them itself)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.wording import name_acts, name_fields, name_kinds, word_values
from inbox.models import MailTiming, MessageKind
from inbox.wording import Words, register_wording


def _verified(figures: Mapping[str, Any]) -> Words:
    return Words(
        _("“%(name)s”已通过核验") % figures,
        _("从现在起，你能看到“已核验单位可见”的内容，你们发布的内容带“已核验”标记。"),
    )


def _unverified(figures: Mapping[str, Any]) -> Words:
    return Words(
        _("“%(name)s”需要重新核验") % figures,
        _("原因写在单位的历史里。发布的内容不受影响，只是暂时没有“已核验”标记。"),
    )


def _suspended(figures: Mapping[str, Any]) -> Words:
    return Words(
        _("“%(name)s”已被停用") % figures, _("暂时不能代表这个单位操作。有疑问请联系运营方。")
    )


def _restored(figures: Mapping[str, Any]) -> Words:
    return Words(_("“%(name)s”已恢复") % figures, _("可以继续代表这个单位操作，等运营方再次核验。"))


def _joined(figures: Mapping[str, Any]) -> Words:
    return Words(_("%(who)s 加入了“%(name)s”") % figures, _("身份可以在“成员”里修改。"))


_FIELDS = {
    "told_at": gettext_lazy("电话告知时间"),
    "told_by": gettext_lazy("谁打的电话"),
    "told_note": gettext_lazy("电话里的话"),
    "read_at": gettext_lazy("读过的时间"),
    **{f"user.{kind.value}": kind.label for kind in MessageKind},
}


def _timing(value: Any) -> str:
    return str(dict(MailTiming.choices).get(value, value))


def register() -> None:
    name_acts({"message.tell_by_phone": gettext_lazy("打电话告知了")})
    name_kinds({"message": gettext_lazy("消息")})
    name_fields(_FIELDS)
    word_values({f"user.{kind.value}": _timing for kind in MessageKind})
    account = MessageKind.ACCOUNT
    register_wording("organization.verified", account, _verified)
    register_wording("organization.unverified", account, _unverified)
    register_wording("organization.suspended", account, _suspended)
    register_wording("organization.restored", account, _restored)
    register_wording("invitation.accepted", account, _joined)
