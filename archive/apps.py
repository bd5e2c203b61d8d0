from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArchiveConfig(AppConfig):
    name = "archive"
    verbose_name = _("档案")

    def ready(self) -> None:
        from archive import handlers  # noqa: F401, PLC0415 - registers jobs
        from core import wording  # noqa: PLC0415

        wording.name_acts(
            {
                "file.store": _("上传了文件"),
                "file.attach": _("放入了文件"),
                "file.withdraw": _("撤下了文件"),
                "file.show": _("把文件公开给读者"),
            }
        )
        wording.name_fields(
            {
                "sha256": _("内容的指纹"),
                "subject_kind": _("属于哪一种"),
                "subject_number": _("属于哪一条"),
                "uploaded_by": _("谁上传的"),
                "withdrawn_at": _("撤下时间"),
            }
        )
        wording.name_kinds({"file": _("文件")})
