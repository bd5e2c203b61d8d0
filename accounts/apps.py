from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "人员与组织"

    def ready(self) -> None:
        from accounts.models.role import (  # noqa: PLC0415 - models exist only now
            STAFF_ROLES,
            WRITING_STAFF,
            OperatorRole,
        )
        from core import permissions  # noqa: PLC0415

        inspectors = {OperatorRole.ADMINISTRATOR, OperatorRole.AUDITOR}
        permissions.assign_duty(permissions.RUN_BASE, WRITING_STAFF)
        permissions.assign_duty(permissions.INSPECT_BASE, WRITING_STAFF | inspectors)
        permissions.assign_duty(permissions.READ_TRAIL, inspectors)
        permissions.assign_duty(permissions.SEE_PEOPLE, STAFF_ROLES)
