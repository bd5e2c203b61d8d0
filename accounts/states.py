"""States of organizations and invitations, and what may follow what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.states import Machine, move


class OrganizationState(models.TextChoices):
    UNVERIFIED = "UNVERIFIED", _("待核验")
    VERIFIED = "VERIFIED", _("已核验")
    SUSPENDED = "SUSPENDED", _("已停用")


_O = OrganizationState

ORGANIZATION = Machine(
    "organization",
    (
        move(
            "verify",
            {_O.UNVERIFIED},
            _O.VERIFIED,
            _("核验通过"),
            "organization.verified",
        ),
        move(
            "unverify",
            {_O.VERIFIED},
            _O.UNVERIFIED,
            _("撤回核验"),
            "organization.unverified",
        ),
        move(
            "suspend",
            {_O.UNVERIFIED, _O.VERIFIED},
            _O.SUSPENDED,
            _("停用"),
            "organization.suspended",
        ),
        move("restore", {_O.SUSPENDED}, _O.UNVERIFIED, _("恢复"), "organization.restored"),
    ),
)
