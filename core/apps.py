from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "基础"

    def ready(self) -> None:
        from core import checks, context, handlers  # noqa: F401, PLC0415 - registers checks, jobs
        from core.staff.views import nav  # noqa: PLC0415

        context.register_nav(nav, order=context.LAST)
