"""`manage.py fleet`: one more process that does what `manage.py work` hands over."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.worker import Heartbeat


class Command(BaseCommand):
    help = "Do the work that `manage.py work` hands over through RabbitMQ; start as many as needed."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.FLEET["url"]:
            raise CommandError(
                "AMQP_URL is not set, so there is no broker to take work from. "
                "Set it here and for `manage.py work`, or run only `manage.py work`."
            )
        from core import fleet  # noqa: PLC0415 - needs the extra `fleet`

        with Heartbeat("fleet") as heartbeat:
            self.stdout.write("fleet: started")
            fleet.serve(heartbeat)
        self.stdout.write("fleet: stopped")
