from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    name = "marketplace"
    verbose_name = "供需"

    def ready(self) -> None:
        from core import ports  # noqa: PLC0415
        from marketplace import handlers, queries  # noqa: F401, PLC0415

        ports.register_documents(queries.NEED_DOCUMENTS)
        ports.register_documents(queries.RESOURCE_DOCUMENTS)
