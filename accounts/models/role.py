"""Operator roles: granted to a person for a region subtree and a period."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.region import Region
from accounts.models.user import User
from core.models import Numbered


class OperatorRole(models.TextChoices):
    ADMINISTRATOR = "ADMINISTRATOR", _("系统管理员")
    COORDINATOR = "COORDINATOR", _("对接专员（运营方）")
    COMPETENT_AUTHORITY = "COMPETENT_AUTHORITY", _("业务主管单位")
    PROGRAM_OFFICE = "PROGRAM_OFFICE", _("领导小组办公室")
    FUND_MANAGER = "FUND_MANAGER", _("基金管理人")
    FINANCE = "FINANCE", _("财务")
    AUDITOR = "AUDITOR", _("审计")


# Who sees internal entries and the staff pages; the auditor reads all of it and writes nothing.
STAFF_ROLES = frozenset(OperatorRole.values)
WRITING_STAFF = frozenset({OperatorRole.ADMINISTRATOR, OperatorRole.COORDINATOR})


class RoleGrant(Numbered):
    """A role from a day to a day (none: until further notice), below a region (none: all).

    `granted_by` is empty for the first administrator only, whom a command appoints.
    """

    KIND = "role"
    PREFIX = "GW"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(_("岗位"), max_length=20, choices=OperatorRole)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("负责的区域"),
    )
    starts_on = models.DateField(_("开始"))
    ends_on = models.DateField(_("结束"), null=True, blank=True)
    granted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="role_grant_dates_in_order",
            )
        ]
