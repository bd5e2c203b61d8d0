"""Files as evidence: what was uploaded, by whom, for which thing; the content lies on disk."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from core.models import Numbered


class FileLevel(models.TextChoices):
    """For whom a file is meant. Whether somebody really sees it is asked of the app that owns the
    subject (`core.ports.may_see_file`), which knows whether the subject itself is open yet."""

    PUBLIC = "PUBLIC", _("公开")
    PARTNERS = "PARTNERS", _("已核验单位可见")
    INTERNAL = "INTERNAL", _("本单位和运营方可见")
    PARTIES = "PARTIES", _("对接双方可见")


class File(Numbered):
    """One upload. Two uploads of the same content are two rows over one content on disk.

    `media_type` is what the bytes are; the name's ending fits it. `subject_*` name the thing the
    file belongs to, empty while a form is still being written.
    """

    KIND = "file"
    PREFIX = "WJ"
    PERSONAL_FIELDS = frozenset({"name"})
    LOGGED_FIELDS = frozenset({"sha256", "media_type", "subject_kind", "subject_number"})

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField(_("大小"))
    media_type = models.CharField(_("类型"), max_length=100)
    name = models.CharField(_("文件名"), max_length=120)
    level = models.CharField(_("谁能看"), max_length=8, choices=FileLevel)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_number = models.CharField(max_length=40, blank=True)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_number"], name="file_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="file_not_empty"),
            models.CheckConstraint(
                condition=Q(subject_kind="", subject_number="")
                | (~Q(subject_kind="") & ~Q(subject_number="")),
                name="file_subject_whole",
            ),
        ]

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")
