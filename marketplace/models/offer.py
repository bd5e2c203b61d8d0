"""Resource offers: what somebody can give."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from core.states import Machine
from marketplace.models.entry import Entry, entry_constraints
from marketplace.states import RESOURCE


class OfferKind(models.TextChoices):
    MONEY = "MONEY", _("资金")
    GOODS = "GOODS", _("物资")
    VENUE = "VENUE", _("场地")
    PROFESSIONAL = "PROFESSIONAL", _("专业服务")
    VOLUNTEER = "VOLUNTEER", _("志愿者")
    EQUIPMENT = "EQUIPMENT", _("设备")
    MEDIA = "MEDIA", _("传播")
    LOGISTICS = "LOGISTICS", _("物流")
    COURSE = "COURSE", _("课程和科普包")


class Cost(models.TextChoices):
    FREE = "FREE", _("免费")
    AT_COST = "AT_COST", _("只收成本")


class LegalRoute(models.TextChoices):
    DONATION = "DONATION", _("捐赠（经慈善组织）")
    VOLUNTEER = "VOLUNTEER", _("志愿服务")
    PURCHASE = "PURCHASE", _("购买服务")
    SHARED_USE = "SHARED_USE", _("共享使用")


class Weekday(models.IntegerChoices):
    MONDAY = 1, _("周一")
    TUESDAY = 2, _("周二")
    WEDNESDAY = 3, _("周三")
    THURSDAY = 4, _("周四")
    FRIDAY = 5, _("周五")
    SATURDAY = 6, _("周六")
    SUNDAY = 7, _("周日")


class ResourceOffer(Entry):
    """What is offered. `groups` limits it to those beneficiaries (empty: no limit); `served` are
    the regions it reaches, unless `serves_all`; `weekdays` are numbers of `Weekday`."""

    KIND = "resource"
    PREFIX = "ZY"
    MACHINE: ClassVar[Machine] = RESOURCE
    CONTENT_FIELDS = (
        *Entry.CONTENT_FIELDS,
        "served",
        "serves_all",
        "weekdays",
        "cost",
        "naming_wish",
        "legal_route",
        "max_pieces",
    )

    kind = models.CharField(
        _("种类"), max_length=12, choices=OfferKind, default=OfferKind.PROFESSIONAL
    )
    served = models.ManyToManyField(
        Region, blank=True, related_name="served_by", verbose_name=_("服务范围")
    )
    serves_all = models.BooleanField(_("全市都可以"), default=False)
    weekdays = models.JSONField(_("星期几可以"), default=list, blank=True)
    cost = models.CharField(_("收费"), max_length=8, choices=Cost, default=Cost.FREE)
    naming_wish = models.CharField(_("冠名愿望"), max_length=100, blank=True)
    legal_route = models.CharField(_("提供方式"), max_length=10, choices=LegalRoute, blank=True)
    max_pieces = models.PositiveSmallIntegerField(_("最多分给几家"), null=True, blank=True)

    class Meta:
        constraints = [
            *entry_constraints("resource"),
            models.CheckConstraint(
                condition=Q(max_pieces__isnull=True) | Q(max_pieces__gt=0),
                name="resource_max_pieces_positive",
            ),
            models.UniqueConstraint(
                fields=["organization", "import_key"],
                condition=~Q(import_key=""),
                name="resource_import_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "state", "-id"], name="offer_of_organization"),
            models.Index(fields=["state", "closes_on"], name="offer_closing"),
        ]
