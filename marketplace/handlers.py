"""The clock of the market: entries close by themselves."""

from datetime import datetime, timedelta

from core.jobs import periodic
from marketplace import operations
from marketplace.models import Need, ResourceOffer


@periodic(every=timedelta(minutes=10))
def close_expired(at: datetime) -> None:
    for model in (Need, ResourceOffer):
        while operations.expire_due(model, at) == 500:
            pass
