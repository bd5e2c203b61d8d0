"""Tables of the grammar. They hold plain values of actors and subjects, no foreign key upward."""

import uuid
from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Numbered(models.Model):
    """A row with a public number and a version raised by each change.

    `KIND` names it to audit, events and search; `PREFIX` begins its numbers;
    `PERSONAL_FIELDS` are written to the audit trail as keyed hashes only, `LOGGED_FIELDS` are the
    texts and lists that it may hold as they are (of all others it keeps the length);
    `COUNTED_IN` names the fields that say what an amount counts, noted beside it.
    """

    KIND: ClassVar[str]
    PREFIX: ClassVar[str]
    PERSONAL_FIELDS: ClassVar[frozenset[str]] = frozenset()
    LOGGED_FIELDS: ClassVar[frozenset[str]] = frozenset()
    COUNTED_IN: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    number = models.CharField(_("编号"), max_length=20, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("建立时间"), editable=False)
    updated_at = models.DateTimeField(_("更新时间"), editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number

    def counted_beside(self, name: str) -> dict[str, str]:
        """What an amount counts where no column of the row says it: words and codes that the trail
        notes beside it as `{"quantity.unit": "份", "quantity.period": "DAY"}`."""
        return {}


class NumberTicket(models.Model):
    """Taking a number is inserting a row here: no lock, no reuse, gaps allowed."""

    prefix = models.CharField(max_length=8)
    at = models.DateTimeField()


class AuditEvent(models.Model):
    """One act, readable without any other table. Append-only, by trigger."""

    at = models.DateTimeField(db_index=True)
    act = models.CharField(max_length=64)
    actor_id = models.BigIntegerField(default=0)
    actor_name = models.CharField(max_length=100, blank=True)
    organization_number = models.CharField(max_length=20, blank=True)
    organization_name = models.CharField(max_length=200, blank=True)
    roles = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=20)
    on_behalf_of = models.CharField(max_length=200, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(default=0)
    subject_number = models.CharField(max_length=40, blank=True)
    subject_version = models.PositiveIntegerField(default=0)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="audit_subject"),
            models.Index(fields=["actor_id", "id"], name="audit_actor"),
        ]


class AuditSeal(models.Model):
    """A link of the hash chain: which audit rows it covers and the digest over them.

    Given after commit by one sealing job, so that acts themselves never wait for each other.
    """

    seq = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)


class AuditSealItem(models.Model):
    """One audit row under its seal; the primary key keeps a row from being sealed twice."""

    id = models.BigIntegerField(primary_key=True, help_text="id of the audit row")
    seal = models.ForeignKey(AuditSeal, on_delete=models.PROTECT, related_name="items")


class OutboxEvent(models.Model):
    """News that travels up: ids and numbers only, never texts or personal data."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=64)
    version = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    actor = models.JSONField(default=dict)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    subject_number = models.CharField(max_length=40)
    subject_version = models.PositiveIntegerField(default=0)
    facts = models.JSONField(default=dict)


class Delivery(models.Model):
    """One event for one handler: waiting, leased, done or dead."""

    class State(models.TextChoices):
        WAITING = "WAITING", _("等待")
        DONE = "DONE", _("完成")
        DEAD = "DEAD", _("失败，等人处理")

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=120)
    priority = models.SmallIntegerField(default=50)
    status = models.CharField(max_length=8, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    available_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    # Raised by each claim; a worker that lost its lease can no longer finish the delivery.
    fence = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "handler"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(status="DONE", done_at__isnull=False)
                | (~Q(status="DONE") & Q(done_at__isnull=True)),
                name="delivery_done_has_time",
            ),
        ]
        indexes = [
            # The queue itself: rows that are not done stay few, done ones do not weigh on it.
            models.Index(
                fields=["priority", "available_at", "id"],
                condition=Q(status="WAITING"),
                name="delivery_queue",
            ),
        ]


class PeriodicJob(models.Model):
    """When each periodic job is due next, and who is at it now."""

    name = models.CharField(max_length=120, unique=True)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    last_started_at = models.DateTimeField(null=True)
    last_done_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)


class WorkerBeat(models.Model):
    """A running worker and when it was last alive; a clean stop removes the row."""

    name = models.CharField(max_length=120, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)


class Submission(models.Model):
    """A form or API request already taken, so that the same one sent twice acts once."""

    key = models.CharField(max_length=200, unique=True)
    at = models.DateTimeField(db_index=True)
    digest = models.CharField(max_length=64, blank=True)
    status = models.PositiveSmallIntegerField(default=0)
    # A path with its query: as long as the filters of a list make it.
    location = models.TextField(blank=True)
    body = models.TextField(blank=True)


class RateBucket(models.Model):
    """A token bucket in the database: works without Redis, shared by all processes."""

    key = models.CharField(max_length=200, unique=True)
    tokens = models.FloatField()
    at = models.DateTimeField(db_index=True)


class CalendarDay(models.Model):
    """A day that the base's staff set as working or free, above the published calendar."""

    day = models.DateField(unique=True)
    is_working = models.BooleanField(_("是工作日"))
    note = models.CharField(_("说明"), max_length=100, blank=True)


class OptionValue(models.Model):
    """The value of an option that staff have changed from its default."""

    key = models.CharField(max_length=80, unique=True)
    value = models.JSONField()
