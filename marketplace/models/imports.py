"""An import: one spreadsheet on its way into the market, with what became of each row."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from archive.models import File
from core.states import Machine, Stateful
from marketplace.states import IMPORT, ImportState


class ImportRun(Stateful):
    """`side` is need or resource. Counts are of rows: `good` + `bad` + `repeated` = `total`;
    `added`, `known` (there already) and `failed` grow while it runs. `caller` says for whom a
    coordinator imports on the phone."""

    KIND = "import"
    PREFIX = "DR"
    MACHINE: ClassVar[Machine] = IMPORT
    PERSONAL_FIELDS = frozenset({"caller", "file_name"})
    LOGGED_FIELDS = frozenset({"side"})

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    caller = models.CharField(max_length=200, blank=True)
    side = models.CharField(max_length=8)
    file = models.ForeignKey(File, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("文件名"), max_length=120)
    state = models.CharField(
        _("状态"), max_length=9, choices=ImportState, default=ImportState.CHECKED
    )
    unknown_columns = models.JSONField(default=list)
    total = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(side__in=["need", "resource"]), name="import_side"),
            models.CheckConstraint(
                condition=Q(total=models.F("good") + models.F("bad") + models.F("repeated")),
                name="import_rows_add_up",
            ),
        ]
        indexes = [models.Index(fields=["organization", "-id"], name="import_of_organization")]

    @property
    def worked(self) -> int:
        """How many of the good rows have been dealt with."""
        return self.added + self.known + self.failed


class RowStatus(models.TextChoices):
    READY = "READY", _("可以导入")
    BAD = "BAD", _("有错误")
    REPEATED = "REPEATED", _("和前面的行一样")
    ADDED = "ADDED", _("已导入")
    KNOWN = "KNOWN", _("以前导入过")
    FAILED = "FAILED", _("没有导入")


class ImportRow(models.Model):
    """One row: `no` as Excel counts, its faults `[{"field", "column", "sentence"}]`, and where
    near duplicates stand (`like` is the earlier row's number, 0 for none)."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    no = models.PositiveIntegerField()
    title = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=64)
    status = models.CharField(max_length=8, choices=RowStatus)
    faults = models.JSONField(default=list)
    like = models.PositiveIntegerField(default=0)
    entry_number = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "no"], name="import_row_once"),
        ]
        indexes = [models.Index(fields=["run", "status", "no"], name="import_row_waiting")]
