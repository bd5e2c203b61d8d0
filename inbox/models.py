"""Messages to people, how they want their mail, and the record of every mail."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from core.models import Numbered


class MessageKind(models.TextChoices):
    """What a message is about, as people choose their mail by it."""

    DECISION = "DECISION", _("等你答复")
    DEADLINE = "DEADLINE", _("快到期了")
    REVIEW = "REVIEW", _("受理结果")
    PROGRESS = "PROGRESS", _("进展")
    SUBSCRIPTION = "SUBSCRIPTION", _("订阅")
    ACCOUNT = "ACCOUNT", _("单位和账号")


class MailTiming(models.TextChoices):
    NOW = "NOW", _("马上发邮件")
    DAILY = "DAILY", _("每天早上合成一封")
    NEVER = "NEVER", _("不发邮件，只在站内")


# What holds until a person chooses otherwise.
DEFAULT_TIMING = {
    MessageKind.DECISION: MailTiming.NOW,
    MessageKind.DEADLINE: MailTiming.NOW,
    MessageKind.REVIEW: MailTiming.NOW,
    MessageKind.PROGRESS: MailTiming.DAILY,
    MessageKind.SUBSCRIPTION: MailTiming.DAILY,
    MessageKind.ACCOUNT: MailTiming.NOW,
}


class MailDelivery(models.Model):
    """One mail: to whom, how it went. `key` keeps it from being made twice."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("等待发送")
        SENT = "SENT", _("已发出")
        FAILED = "FAILED", _("发送失败")
        SKIPPED = "SKIPPED", _("已在站内读过，不用发")

    key = models.CharField(max_length=200, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    address = models.EmailField()
    digest = models.BooleanField(default=False)
    status = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="SENT", sent_at__isnull=False)
                | (~Q(status="SENT") & Q(sent_at__isnull=True)),
                name="mail_sent_has_time",
            )
        ]


class Message(Numbered):
    """One message to one person: code and figures, worded when shown (`inbox.wording`).

    `key` names the act it tells of, so that the same act tells a person once. A message that
    somebody passed on by phone has `told_at` and `told_by`.
    """

    KIND = "message"
    PREFIX = "XX"
    LOGGED_FIELDS = frozenset({"code", "subject_kind", "subject_number"})

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="messages")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=MessageKind)
    code = models.CharField(max_length=64)
    figures = models.JSONField(default=dict)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_number = models.CharField(max_length=40, blank=True)
    url = models.CharField(max_length=500, blank=True)
    key = models.CharField(max_length=200, blank=True)
    deadline_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    mail = models.ForeignKey(
        MailDelivery, on_delete=models.SET_NULL, null=True, related_name="messages"
    )
    mail_due = models.CharField(max_length=5, choices=MailTiming, default=MailTiming.NEVER)
    told_at = models.DateTimeField(null=True)
    told_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    told_note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], condition=~Q(key=""), name="message_once"
            ),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True, told_by__isnull=True)
                | Q(told_at__isnull=False, told_by__isnull=False),
                name="message_told_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="message_of_user"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="message_unread"),
            models.Index(
                fields=["deadline_at"],
                condition=Q(read_at__isnull=True, told_at__isnull=True, deadline_at__isnull=False),
                name="message_running_out",
            ),
        ]


class Preference(models.Model):
    """When mail goes out for one kind; in the application every message is always there."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=MessageKind)
    timing = models.CharField(max_length=5, choices=MailTiming)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="preference_once"),
        ]
