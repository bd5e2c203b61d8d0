"""Audit rows of people and organizations as sentences, worded when shown."""

from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.ports import Subject
from core.templatetags import show
from core.wording import act_words, caller_words

LIMIT = 100


def history_lines(subject: Subject) -> list[tuple[str, str, str]]:
    """The newest acts as (time, who did what, remark) for the history component."""
    lines = []
    for event in audit.history(subject)[:LIMIT]:
        who = event.actor_name or _("系统")
        local = timezone.localtime(event.at)
        when = f"{show.day(local)} {local:%H:%M}"
        remark = event.reason if event.act != "organization.look_up_contact" else ""
        if event.on_behalf_of:
            called = _("来电：%(caller)s") % {"caller": caller_words(event.on_behalf_of)}
            remark = f"{remark} {called}".strip()
        lines.append((when, f"{who} {act_words(event.act)}", remark))
    return lines
