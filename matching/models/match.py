"""A match: one need, one resource offer, and how far the two have come."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.states import Machine, Stateful
from marketplace.models import Need, ResourceOffer
from matching.states import MATCH, MatchState


def measure_of(name: str, entry: Need | ResourceOffer) -> dict[str, str]:
    """The unit and period of an entry, noted beside an amount of it (`counted_beside`)."""
    if entry.unit is None:
        return {}
    return {f"{name}.unit": entry.unit.name, f"{name}.period": entry.period}


class Side(models.TextChoices):
    NEED = "NEED", _("需求方")
    RESOURCE = "RESOURCE", _("资源方")


class Proposer(models.TextChoices):
    COORDINATOR = "COORDINATOR", _("对接专员")
    NEED = "NEED", _("需求方")
    RESOURCE = "RESOURCE", _("资源方")
    AUTO = "AUTO", _("自动推荐")


class Answer(models.TextChoices):
    WAITING = "WAITING", _("还没回复")
    YES = "YES", _("同意")
    NO = "NO", _("谢绝")


class Match(Stateful):
    """`score` is the engine's absolute sum, `fit` its grade (high, medium, low, none);
    `reasons` are `[{"code", "points", "figures", "words"}]`, worded when shown."""

    KIND = "match"
    PREFIX = "DJ"
    MACHINE: ClassVar[Machine] = MATCH
    LOGGED_FIELDS = frozenset({"fit", "model_version", "decline_code"})

    need = models.ForeignKey(
        Need, on_delete=models.PROTECT, verbose_name=_("需求"), related_name="matches"
    )
    resource = models.ForeignKey(
        ResourceOffer, on_delete=models.PROTECT, verbose_name=_("资源"), related_name="matches"
    )
    state = models.CharField(
        _("状态"), max_length=10, choices=MatchState, default=MatchState.SUGGESTED
    )
    # -- what the engine said
    score = models.FloatField(_("得分"), default=0.0)
    fit = models.CharField(_("契合度"), max_length=6, default="", blank=True)
    reasons = models.JSONField(default=list)
    model_version = models.CharField(max_length=40, blank=True)
    rank = models.PositiveSmallIntegerField(_("名次"), default=0)
    computed_at = models.DateTimeField(null=True)
    # -- the proposal
    proposer = models.CharField(_("谁推荐的"), max_length=11, choices=Proposer, blank=True)
    proposed_at = models.DateTimeField(_("推荐时间"), null=True)
    proposed_note = models.CharField(_("推荐时的话"), max_length=300, blank=True)
    override = models.BooleanField(_("越过硬性条件"), default=False)
    answer_by = models.DateTimeField(_("回复期限"), null=True)
    answer_by_provisional = models.BooleanField(_("期限是暂定"), default=False)
    # -- amounts: in the need's unit and period, and in the resource's
    quantity = models.DecimalField(
        _("数量"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    resource_quantity = models.DecimalField(
        _("占用资源"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    # -- the two answers
    need_answer = models.CharField(
        _("需求方回复"), max_length=7, choices=Answer, default=Answer.WAITING
    )
    need_answered_at = models.DateTimeField(_("需求方回复时间"), null=True)
    resource_answer = models.CharField(
        _("资源方回复"), max_length=7, choices=Answer, default=Answer.WAITING
    )
    resource_answered_at = models.DateTimeField(_("资源方回复时间"), null=True)
    decline_side = models.CharField(_("谁谢绝"), max_length=11, choices=Proposer, blank=True)
    decline_code = models.CharField(_("谢绝原因"), max_length=20, blank=True)
    decline_note = models.CharField(_("谢绝时的话"), max_length=300, blank=True)
    # -- the link
    need_version = models.PositiveIntegerField(_("需求的版本"), default=0)
    resource_version = models.PositiveIntegerField(_("资源的版本"), default=0)
    linked_at = models.DateTimeField(_("对接时间"), null=True)
    started_at = models.DateTimeField(_("开始交付时间"), null=True)
    confirmed_at = models.DateTimeField(_("确认时间"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    end_note = models.CharField(_("结束时的话"), max_length=300, blank=True)
    need_publishes = models.BooleanField(_("需求方同意公开"), default=False)
    resource_publishes = models.BooleanField(_("资源方同意公开"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["need", "resource"],
                condition=Q(
                    state__in=["SUGGESTED", "PROPOSED", "ACCEPTED", "LINKED", "DELIVERING"]
                ),
                name="match_one_live_per_pair",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["LINKED", "DELIVERING", "CONFIRMED", "CLOSED", "CANCELLED"])
                | Q(need_answer="YES", resource_answer="YES", linked_at__isnull=False),
                name="match_linked_by_both",
            ),
            models.CheckConstraint(
                condition=~Q(state="DECLINED") | (~Q(decline_code="") & ~Q(decline_side="")),
                name="match_declined_with_reason",
            ),
            models.CheckConstraint(
                condition=(Q(quantity__isnull=True) | Q(quantity__gt=0))
                & (Q(resource_quantity__isnull=True) | Q(resource_quantity__gt=0)),
                name="match_quantity_positive",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["PROPOSED", "ACCEPTED"]) | Q(answer_by__isnull=False),
                name="match_asked_with_deadline",
            ),
        ]
        indexes = [
            models.Index(fields=["need", "state", "-score"], name="match_of_need"),
            models.Index(fields=["resource", "state", "-score"], name="match_of_resource"),
            models.Index(fields=["state", "answer_by"], name="match_waiting"),
        ]

    def counted_beside(self, name: str) -> dict[str, str]:
        if name not in ("quantity", "resource_quantity"):
            return {}
        return measure_of(name, self.need if name == "quantity" else self.resource)

    def answer_of(self, side: str) -> str:
        return self.need_answer if side == Side.NEED else self.resource_answer

    def organization_id_of(self, side: str) -> int:
        entry = self.need if side == Side.NEED else self.resource
        return entry.organization_id

    @property
    def held_need(self) -> Decimal:
        """What this match takes of the need (0 when it has no number)."""
        return self.quantity or Decimal(0)

    @property
    def held_resource(self) -> Decimal:
        return self.resource_quantity or Decimal(0)
