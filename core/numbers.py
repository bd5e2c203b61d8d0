"""Public numbers: `XQ26-000123`, unique, never reused, may have gaps."""

from datetime import datetime

from django.utils import timezone

from core.models import NumberTicket


def take_number(prefix: str, at: datetime) -> str:
    """The next number of a prefix; the two digits are the year in the installation's time zone."""
    ticket = NumberTicket.objects.create(prefix=prefix, at=at)
    return f"{prefix}{timezone.localtime(at):%y}-{ticket.pk:06d}"
