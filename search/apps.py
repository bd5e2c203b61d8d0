from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("检索")

    def ready(self) -> None:
        from core.context import (  # noqa: PLC0415
            PUBLIC_FIRST,
            register_nav,
            register_settings,
            register_shell,
        )
        from core.health import register_health  # noqa: PLC0415
        from search import context, handlers, wording  # noqa: F401, PLC0415 - handlers register

        register_nav(context.nav_items, order=PUBLIC_FIRST)
        register_shell(context.shell)
        register_settings(context.settings_items)
        wording.register()
        if settings.ELASTICSEARCH["urls"]:
            register_health("search_server", context.health)
