from django.apps import AppConfig


class ProbeConfig(AppConfig):
    name = "tests.core.probe"
    label = "probe"

    def ready(self) -> None:
        from tests.core.probe.handlers import register  # noqa: PLC0415 - models exist only now

        register()
