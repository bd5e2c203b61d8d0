"""Audit rows of people and organizations as sentences, worded when shown."""

from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.ports import Subject
from core.templatetags import show
from core.wording import caller_words

LIMIT = 100


def _acts() -> dict[str, str]:
    return {
        "organization.register": _("登记了单位"),
        "organization.edit": _("改了单位资料"),
        "organization.verify": _("核验通过"),
        "organization.unverify": _("撤回了核验"),
        "organization.suspend": _("停用了单位"),
        "organization.restore": _("恢复了单位"),
        "organization.look_up_contact": _("查看了联系人和电话"),
        "organization.begin_for_caller": _("开始代为登记"),
        "organization.end_for_caller": _("结束代为登记"),
        "user.sign_up": _("注册了账号"),
        "user.open": _("开通了账号"),
        "user.edit": _("改了个人资料"),
        "user.confirm_email": _("确认了邮箱"),
        "user.set_password": _("设了新密码"),
        "user.reset_password": _("用邮件里的链接重设了密码"),
        "user.issue_code": _("发了一次性验证码"),
        "user.redeem_code": _("用一次性验证码登录"),
        "user.close": _("停用了账号"),
        "user.reopen": _("恢复了账号"),
        "user.look_up_phone": _("查看了电话"),
    }


def history_lines(subject: Subject) -> list[tuple[str, str, str]]:
    """The newest acts as (time, who did what, remark) for the history component."""
    acts = _acts()
    lines = []
    for event in audit.history(subject)[:LIMIT]:
        who = event.actor_name or _("系统")
        local = timezone.localtime(event.at)
        when = f"{show.day(local)} {local:%H:%M}"
        remark = event.reason if event.act != "organization.look_up_contact" else ""
        if event.on_behalf_of:
            called = _("来电：%(caller)s") % {"caller": caller_words(event.on_behalf_of)}
            remark = f"{remark} {called}".strip()
        lines.append((when, f"{who} {acts.get(event.act, event.act)}", remark))
    return lines
