"""代为登记: a coordinator acts for an organization at the word of somebody on the phone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import permissions
from accounts.models import Organization
from accounts.validators import phone_number, plain_line
from core import audit
from core.errors import Invalid
from core.permissions import Actor
from core.ports import Subject

# Nobody goes on tomorrow, by mistake, in the name of yesterday's caller.
LASTS = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class CallerMode:
    """For which organization (number), at whose word, until when."""

    organization: str
    caller: str
    until: datetime


def begin_for_caller(
    *,
    organization: Organization,
    caller_name: str,
    caller_phone: str,
    called_at: datetime,
    by: Actor,
    at: datetime,
) -> CallerMode:
    """Begin to act for an organization; who called and when stands in every audit row after it.

    Raises Invalid at `caller_name`, `caller_phone` or `called_at`.
    """
    permissions.can_act_for_caller(by, organization).require()
    name = plain_line(caller_name)
    if not name:
        raise Invalid({"caller_name": _("请写来电人，例如“王主任”。")})
    phone = phone_number(caller_phone, field="caller_phone")
    if not phone:
        raise Invalid({"caller_phone": _("请写来电号码。")})
    if called_at > at + timedelta(minutes=5):
        raise Invalid({"called_at": _("来电时间在将来，请改一下。")})
    local = timezone.localtime(called_at)
    caller = f"{name[:60]} {phone}, {local.month}月{local.day}日 {local:%H:%M}"
    audit.record(
        audit.subject_of(organization),
        "organization.begin_for_caller",
        by=by,
        at=at,
        after={"caller": caller},
    )
    return CallerMode(organization.number, caller, at + LASTS)


def end_for_caller(*, by: Actor, at: datetime) -> None:
    """Stop acting for a caller (`by` is still the actor of that mode)."""
    if by.on_behalf_of:
        subject = Subject("organization", by.organization_number, by.organization_id)
        audit.record(subject, "organization.end_for_caller", by=by, at=at)
