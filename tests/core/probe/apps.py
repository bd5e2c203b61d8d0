from django.apps import AppConfig


class ProbeConfig(AppConfig):
    name = "tests.core.probe"
    label = "probe"

    def ready(self) -> None:
        from core import outbox  # noqa: PLC0415 - models exist only now
        from tests.core.probe.handlers import slow  # noqa: PLC0415

        outbox.handles("probe.went")(slow)
