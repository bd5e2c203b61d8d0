from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketplaceConfig(AppConfig):
    name = "marketplace"
    verbose_name = _("供需")

    def ready(self) -> None:
        from accounts.context import register_account_items  # noqa: PLC0415
        from core import audit, ports  # noqa: PLC0415
        from core.context import register_lists, register_nav  # noqa: PLC0415
        from marketplace import context, handlers, queries, wording  # noqa: F401, PLC0415
        from marketplace.personal import mask_personal  # noqa: PLC0415

        ports.register_documents(queries.NEED_DOCUMENTS)
        ports.register_documents(queries.RESOURCE_DOCUMENTS)
        ports.register_chain(queries.chain)
        ports.register_tasks(queries.tasks)
        ports.register_file_rule(queries.sees_import_file)
        ports.register_file_rule(queries.sees_entry_file)
        wording.register()
        audit.mask_words_by(mask_personal)
        register_nav(context.nav_items)
        register_lists(context.kept_lists)
        register_account_items(context.account_items)
