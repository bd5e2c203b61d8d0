from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("人员与组织")

    def ready(self) -> None:
        from accounts import acts, api, context, handlers  # noqa: F401, PLC0415 - they register
        from accounts.models import STAFF_ROLES, WRITING_STAFF, OperatorRole  # noqa: PLC0415
        from accounts.queries.region import region_words  # noqa: PLC0415
        from core import permissions, wording  # noqa: PLC0415
        from core.context import register_lists, register_nav, register_shell  # noqa: PLC0415

        register_nav(context.nav_items)
        register_shell(context.shell)
        register_lists(context.kept_lists)
        wording.word_values({"option.base.region": region_words})
        inspectors = {OperatorRole.ADMINISTRATOR, OperatorRole.AUDITOR}
        permissions.assign_duty(permissions.RUN_BASE, WRITING_STAFF)
        permissions.assign_duty(permissions.INSPECT_BASE, WRITING_STAFF | inspectors)
        permissions.assign_duty(permissions.READ_TRAIL, inspectors)
        permissions.assign_duty(permissions.SEE_PEOPLE, STAFF_ROLES)
        wording.name_acts(acts.ACTS)
        wording.name_fields(acts.FIELDS)
        wording.name_kinds(acts.KINDS)
