"""Needs: what a community asks for."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.money import yuan_field
from core.states import Machine
from marketplace.models.entry import Entry, entry_constraints
from marketplace.states import NEED


class NeedKind(models.TextChoices):
    SERVICE = "SERVICE", _("服务")
    GOODS = "GOODS", _("实物")
    WORKS = "WORKS", _("小修小建")
    MONEY = "MONEY", _("资金")


class NeedSource(models.TextChoices):
    SURVEY = "SURVEY", _("入户调查")
    MEETING = "MEETING", _("居民议事会")
    VISIT = "VISIT", _("走访")
    HOTLINE = "HOTLINE", _("热线或来访")
    OTHER = "OTHER", _("其他")


class Need(Entry):
    """What is wanted. A 微心愿 (`micro_wish`) is a small wish of one person or household."""

    KIND = "need"
    PREFIX = "XQ"
    MACHINE: ClassVar[Machine] = NEED
    CONTENT_FIELDS = (
        *Entry.CONTENT_FIELDS,
        "micro_wish",
        "beneficiaries",
        "budget",
        "self_raised",
        "indicators",
        "source",
        "meeting_approved",
    )

    kind = models.CharField(_("种类"), max_length=8, choices=NeedKind, default=NeedKind.SERVICE)
    micro_wish = models.BooleanField(_("微心愿"), default=False)
    beneficiaries = models.PositiveIntegerField(_("直接受益人数"), null=True, blank=True)
    budget = yuan_field(_("总预算（元）"), null=True, blank=True)
    self_raised = yuan_field(_("其中自筹（元）"), null=True, blank=True)
    indicators = models.TextField(_("最低要求"), max_length=500, blank=True)
    source = models.CharField(_("怎么收集的"), max_length=8, choices=NeedSource, blank=True)
    meeting_approved = models.BooleanField(_("经居民会议同意"), default=False)

    class Meta:
        constraints = [
            *entry_constraints("need"),
            models.CheckConstraint(
                condition=Q(self_raised__isnull=True)
                | Q(budget__isnull=False, self_raised__lte=F("budget")),
                name="need_self_raised_within_budget",
            ),
            models.UniqueConstraint(
                fields=["organization", "import_key"],
                condition=~Q(import_key=""),
                name="need_import_once",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "state", "-id"], name="need_of_organization"),
            models.Index(fields=["state", "closes_on"], name="need_closing"),
        ]
