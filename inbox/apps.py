from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InboxConfig(AppConfig):
    name = "inbox"
    verbose_name = _("消息")

    def ready(self) -> None:
        from accounts.context import (  # noqa: PLC0415 - models exist only now
            register_account_items,
            register_staff_tabs,
        )
        from core.context import register_nav  # noqa: PLC0415
        from core.ports import register_tasks  # noqa: PLC0415
        from inbox import account_wording, context, handlers, queries  # noqa: F401, PLC0415

        account_wording.register()
        register_nav(context.nav_items)
        register_account_items(context.account_items)
        register_staff_tabs(context.staff_tabs)
        register_tasks(queries.tasks_for)
