from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = "检索"

    def ready(self) -> None:
        from search import handlers  # noqa: F401, PLC0415 - registers handlers and jobs
