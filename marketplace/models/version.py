"""Versions of published entries: what stood there when, and edits that wait for moderation."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.models.need import Need
from marketplace.models.offer import ResourceOffer


class VersionStatus(models.TextChoices):
    APPLIED = "APPLIED", _("已生效")
    PENDING = "PENDING", _("待受理")
    REFUSED = "REFUSED", _("未通过")
    REPLACED = "REPLACED", _("被新的修改代替")


class EntryVersion(models.Model):
    """A snapshot of an entry's content (`Entry.CONTENT_FIELDS`), never of its contact data."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, null=True, related_name="versions")
    resource = models.ForeignKey(
        ResourceOffer, on_delete=models.CASCADE, null=True, related_name="versions"
    )
    no = models.PositiveIntegerField()
    content = models.JSONField()
    status = models.CharField(max_length=8, choices=VersionStatus)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(need__isnull=True) ^ Q(resource__isnull=True),
                name="entry_version_of_one_entry",
            ),
            models.UniqueConstraint(
                fields=["need", "no"], condition=Q(need__isnull=False), name="need_version_once"
            ),
            models.UniqueConstraint(
                fields=["resource", "no"],
                condition=Q(resource__isnull=False),
                name="resource_version_once",
            ),
            models.UniqueConstraint(
                fields=["need"], condition=Q(status="PENDING"), name="need_one_pending_version"
            ),
            models.UniqueConstraint(
                fields=["resource"],
                condition=Q(status="PENDING"),
                name="resource_one_pending_version",
            ),
        ]
