from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "人员与组织"

    def ready(self) -> None:
        from accounts import api, context, handlers  # noqa: F401, PLC0415 - they register
        from core.context import register_nav  # noqa: PLC0415

        register_nav(context.nav_items)
