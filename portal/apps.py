from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("门户")

    def ready(self) -> None:
        from core import context, ports  # noqa: PLC0415
        from portal import navigation, options  # noqa: F401, PLC0415
        from portal.views.organization import organization_panel  # noqa: PLC0415

        context.register_nav(navigation.nav_items)
        context.register_shell(navigation.shell)
        ports.register_panel("organization", organization_panel)
