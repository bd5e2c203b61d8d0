"""The clock of the archive."""

from datetime import datetime, time

from django.utils.translation import gettext_lazy as _

from archive import operations
from core.jobs import periodic
from core.permissions import SYSTEM


@periodic(daily=time(3, 40), label=_("撤下上传后一直没有用的文件"))
def withdraw_abandoned(at: datetime) -> None:
    while operations.withdraw_abandoned(by=SYSTEM, at=at) == operations.ABANDONED_BATCH:
        pass
