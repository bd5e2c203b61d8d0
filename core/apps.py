from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("基础")

    def ready(self) -> None:
        from django.conf import settings  # noqa: PLC0415

        from core import checks, context, handlers  # noqa: F401, PLC0415 - registers checks, jobs
        from core.staff.views import nav  # noqa: PLC0415

        context.register_nav(nav, order=context.LAST)
        if settings.FLEET["url"]:
            from core import fleet, health  # noqa: PLC0415 - needs the extra `fleet`

            health.register_health("broker", fleet.broker)
