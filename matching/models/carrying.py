"""What happens on a link: deliveries, messages of both sides, feedback and thanks."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.ports import Subject
from core.states import Machine, Stateful
from matching.models.match import Match, Side, measure_of
from matching.states import DELIVERY, DeliveryState

NOTE = "match_note"
FEEDBACK = "match_feedback"


class Delivery(Stateful):
    """One handing over: how much, on which day, with evidence in the archive."""

    KIND = "delivery"
    PREFIX = "JF"
    MACHINE: ClassVar[Machine] = DELIVERY
    # The names are the actor's, who stands in the same row of the trail.
    LOGGED_FIELDS = frozenset({"recorded_by", "answered_by"})

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="deliveries")
    state = models.CharField(
        _("状态"), max_length=10, choices=DeliveryState, default=DeliveryState.RECORDED
    )
    quantity = models.DecimalField(
        _("数量"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    day = models.DateField(_("哪天"))
    note = models.CharField(_("说明"), max_length=300, blank=True)
    recorded_by = models.CharField(_("谁登记"), max_length=100)
    recorded_side = models.CharField(_("哪一方登记"), max_length=8, choices=Side)
    answer_note = models.CharField(_("需求方的话"), max_length=300, blank=True)
    answered_by = models.CharField(_("谁确认"), max_length=100, blank=True)
    answered_at = models.DateTimeField(_("确认时间"), null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | Q(quantity__gt=0),
                name="delivery_quantity_positive",
            )
        ]

    def counted_beside(self, name: str) -> dict[str, str]:
        return measure_of(name, self.match.need) if name == "quantity" else {}


class Note(models.Model):
    """A message on a link, readable by both sides and the operator; never edited."""

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    author_id = models.BigIntegerField()
    author_name = models.CharField(max_length=60)
    organization_id = models.BigIntegerField(default=0)
    organization_name = models.CharField(max_length=120, blank=True)
    text = models.TextField(max_length=2000, blank=True)

    @property
    def subject(self) -> Subject:
        """What the files of a message belong to."""
        return Subject(NOTE, f"{NOTE}-{self.pk}", self.pk)


class Feedback(models.Model):
    """How one side found it: 1 to 5, and its thanks."""

    match = models.ForeignKey(Match, on_delete=models.PROTECT, related_name="feedback")
    side = models.CharField(max_length=8, choices=Side)
    score = models.PositiveSmallIntegerField(
        _("满意程度"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    thanks = models.TextField(_("感谢的话"), max_length=500, blank=True)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["match", "side"], name="feedback_once_a_side"),
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=5), name="feedback_score_in_range"
            ),
        ]

    @property
    def subject(self) -> Subject:
        """What the photos of a word of thanks belong to."""
        return Subject(FEEDBACK, f"{FEEDBACK}-{self.pk}", self.pk)
