"""Organizations of every kind, and who belongs to them."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.region import Region
from accounts.models.user import User
from accounts.states import ORGANIZATION, OrganizationState
from accounts.validators import UsccWarning
from core.models import Numbered
from core.states import Machine, Stateful


class OrganizationKind(models.TextChoices):
    ASSOCIATION = "ASSOCIATION", _("社会团体")
    SERVICE_BODY = "SERVICE_BODY", _("社会服务机构")
    FOUNDATION = "FOUNDATION", _("基金会")
    FILED_GROUP = "FILED_GROUP", _("备案社区社会组织")
    VOLUNTEER_TEAM = "VOLUNTEER_TEAM", _("志愿服务队")
    COMMUNITY = "COMMUNITY", _("社区居委会（村委会）")
    STREET_OFFICE = "STREET_OFFICE", _("街道办（乡镇政府）")
    GOVERNMENT = "GOVERNMENT", _("政府部门")
    MASS_ORGANIZATION = "MASS_ORGANIZATION", _("群团组织")
    ENTERPRISE = "ENTERPRISE", _("企业")
    INSTITUTION = "INSTITUTION", _("事业单位（学校、医院等）")
    MEDIA = "MEDIA", _("媒体")
    OPERATOR = "OPERATOR", _("第三方运营机构")
    OTHER = "OTHER", _("其他")


# Kinds that may have no code of their own: 备案 groups and residents' committees.
KINDS_WITHOUT_CODE = frozenset(
    {
        OrganizationKind.FILED_GROUP,
        OrganizationKind.VOLUNTEER_TEAM,
        OrganizationKind.COMMUNITY,
        OrganizationKind.OTHER,
    }
)


class MembershipRole(models.TextChoices):
    ADMIN = "ADMIN", _("管理员")
    EDITOR = "EDITOR", _("经办人")
    READER = "READER", _("只看")


class Organization(Stateful):
    """A party of the market. `uscc` is the unified social credit code (GB 32100), if any."""

    KIND = "organization"
    PREFIX = "ZZ"
    MACHINE: ClassVar[Machine] = ORGANIZATION
    PERSONAL_FIELDS = frozenset({"contact_name", "contact_phone"})
    # Who it is, as its certificate says and everybody may read.
    LOGGED_FIELDS = frozenset({"name", "short_name", "uscc", "website"})

    name = models.CharField(_("全称"), max_length=120)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    kind = models.CharField(_("类型"), max_length=20, choices=OrganizationKind)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    uscc_warning = models.CharField(max_length=20, choices=UsccWarning, blank=True)
    region = models.ForeignKey(
        Region,
        on_delete=models.PROTECT,
        verbose_name=_("所在地"),
        related_name="organizations",
    )
    intro = models.TextField(_("简介"), max_length=1000, blank=True)
    website = models.URLField(_("网址"), blank=True)
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    state = models.CharField(
        _("状态"),
        max_length=12,
        choices=OrganizationState,
        default=OrganizationState.UNVERIFIED,
    )
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["uscc"], condition=~Q(uscc=""), name="organization_uscc_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="VERIFIED") | Q(verified_at__isnull=False),
                name="organization_verified_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return self.short_name or self.name

    @property
    def is_verified(self) -> bool:
        return self.state == OrganizationState.VERIFIED


class Membership(Numbered):
    """A person's role in an organization; ended rows stay as history."""

    KIND = "membership"
    PREFIX = "CY"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="memberships"
    )
    role = models.CharField(_("身份"), max_length=8, choices=MembershipRole)
    title = models.CharField(_("职务"), max_length=40, blank=True)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization"],
                condition=Q(ended_at__isnull=True),
                name="membership_once",
            )
        ]


class Invitation(Numbered):
    """An open door for one person into an organization; the token's hash only is kept.

    It closes when accepted, revoked or past `expires_at`.
    """

    KIND = "invitation"
    PREFIX = "YQ"
    PERSONAL_FIELDS = frozenset({"invitee", "token_hash"})

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="invitations"
    )
    role = models.CharField(_("身份"), max_length=8, choices=MembershipRole)
    invitee = models.CharField(_("邀请谁（邮箱或手机号，可不填）"), max_length=120, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_somebody",
            )
        ]

    def is_open(self, at: datetime) -> bool:
        return self.accepted_at is None and self.revoked_at is None and at < self.expires_at
