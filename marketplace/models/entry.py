"""What needs and resource offers have in common."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organization, Region, User
from core.states import Stateful
from marketplace.levels import TEXT_LENGTH, TITLE_LENGTH, Level
from marketplace.models.taxonomy import Category, Unit
from marketplace.states import EntryState


class Availability(models.TextChoices):
    ONCE = "ONCE", _("一次")
    RECURRING = "RECURRING", _("经常")
    STOCK = "STOCK", _("用完为止")


class Period(models.TextChoices):
    ONCE = "ONCE", _("共")
    DAY = "DAY", _("每天")
    WEEK = "WEEK", _("每周")
    MONTH = "MONTH", _("每月")


def entry_constraints(name: str) -> list[models.BaseConstraint]:
    """What must never be false of an entry, on both databases."""
    return [
        models.CheckConstraint(
            condition=Q(allocated__gte=0, held__gte=0)
            & (Q(quantity__isnull=True) | Q(allocated__lte=F("quantity") - F("held"))),
            name=f"{name}_allocated_within_quantity",
        ),
        models.CheckConstraint(
            condition=Q(quantity__isnull=True) | Q(quantity__gt=0), name=f"{name}_quantity_positive"
        ),
        models.CheckConstraint(
            condition=Q(starts_on__isnull=True)
            | Q(ends_on__isnull=True)
            | Q(ends_on__gte=F("starts_on")),
            name=f"{name}_dates_in_order",
        ),
        models.CheckConstraint(
            condition=Q(state__in=["DRAFT", "SUBMITTED", "RETURNED", "WITHDRAWN"])
            | Q(posted_at__isnull=False),
            name=f"{name}_published_has_time",
        ),
        models.CheckConstraint(
            condition=Q(state="DRAFT") | Q(category__isnull=False, region__isnull=False),
            name=f"{name}_complete_beyond_draft",
        ),
    ]


class Entry(Stateful):
    """A need or an offer. Quantities are numbers in `unit` per `period`; dates are local days."""

    PERSONAL_FIELDS = frozenset({"contact_name", "contact_phone", "address", "caller"})
    LOGGED_FIELDS = frozenset({"groups", "weekdays", "import_key"})
    COUNTED_IN = dict.fromkeys(("quantity", "allocated", "held"), ("unit", "period"))
    # The content that a version snapshot keeps; contact data is none of it.
    CONTENT_FIELDS: ClassVar[tuple[str, ...]] = (
        "title",
        "kind",
        "category",
        "visibility",
        "text_public",
        "text_partners",
        "text_internal",
        "region",
        "remote",
        "availability",
        "quantity",
        "unit",
        "period",
        "starts_on",
        "ends_on",
        "closes_on",
        "groups",
        "conditions",
    )

    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, verbose_name=_("单位"), related_name="%(class)ss"
    )
    posted_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("经办人"),
    )
    # Who called when a coordinator registered this on the phone; cleared when taken over.
    caller = models.CharField(_("来电人"), max_length=200, blank=True)
    title = models.CharField(_("一句话说清楚"), max_length=TITLE_LENGTH)
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("类别")
    )
    visibility = models.CharField(_("谁能看到"), max_length=8, choices=Level, default=Level.PUBLIC)
    text_public = models.TextField(_("公开的说明"), max_length=TEXT_LENGTH, blank=True)
    text_partners = models.TextField(_("给伙伴看的说明"), max_length=TEXT_LENGTH, blank=True)
    text_internal = models.TextField(_("内部说明"), max_length=TEXT_LENGTH, blank=True)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("地点")
    )
    remote = models.BooleanField(_("可以远程"), default=False)
    availability = models.CharField(
        _("次数"), max_length=9, choices=Availability, default=Availability.ONCE
    )
    quantity = models.DecimalField(
        _("数量"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    allocated = models.DecimalField(
        _("已对接"), max_digits=12, decimal_places=2, default=Decimal(0), editable=False
    )
    # Promised to links that one side has accepted, until the other answers or time runs out.
    held = models.DecimalField(
        _("占用中"), max_digits=12, decimal_places=2, default=Decimal(0), editable=False
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=pgettext_lazy("quantity", "单位"),
    )
    period = models.CharField(_("每"), max_length=5, choices=Period, default=Period.ONCE)
    starts_on = models.DateField(_("从哪天起"), null=True, blank=True)
    ends_on = models.DateField(_("到哪天止"), null=True, blank=True)
    closes_on = models.DateField(_("截止日期"), null=True, blank=True)
    groups = models.JSONField(_("人群"), default=list, blank=True)
    conditions = models.TextField(_("条件"), max_length=500, blank=True)
    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    address = models.CharField(_("详细地址"), max_length=200, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=EntryState, default=EntryState.DRAFT)
    state_reason = models.CharField(_("原因"), max_length=300, blank=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True, editable=False)
    posted_at = models.DateTimeField(_("发布时间"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True, editable=False)
    # The last deadline reminder sent: 7 or 1 days ahead, 0 for none.
    reminded_days = models.PositiveSmallIntegerField(_("提醒过（天）"), default=0, editable=False)
    # The import row this came from, so that the same file again adds nothing.
    import_key = models.CharField(_("导入编号"), max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def remaining(self) -> Decimal | None:
        """What is still free, or None without a number."""
        return None if self.quantity is None else self.quantity - self.allocated - self.held

    @property
    def unmet(self) -> Decimal | None:
        """What no link has yet, or None without a number: an amount that is only held until the
        other side answers is not met."""
        return None if self.quantity is None else self.quantity - self.allocated

    def text_at(self, level: Level) -> str:
        """The text that a reader at this level reads: the level's own, else the next wider."""
        texts = {
            Level.INTERNAL: (self.text_internal, self.text_partners, self.text_public),
            Level.PARTNERS: (self.text_partners, self.text_public),
            Level.PUBLIC: (self.text_public,),
        }[level]
        return next((text for text in texts if text), "")

    def readable_levels(self) -> list[Level]:
        """The levels at which it can be read at all, widest first."""
        order = list(Level)
        return order[order.index(Level(self.visibility)) :]
