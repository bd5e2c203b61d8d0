"""Token buckets in the database: the limit holds over all processes, without Redis."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from core.models import RateBucket


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` tokens, refilled over `seconds`."""

    burst: int
    seconds: int


def spend(key: str, rate: Rate, at: datetime, cost: float = 1.0) -> float:
    """Take tokens; 0.0 when they were there, else the seconds until they will be."""
    speed = rate.burst / rate.seconds
    with transaction.atomic():
        bucket = RateBucket.objects.select_for_update().filter(key=key).first()
        if bucket is None:
            bucket = _new_bucket(key, rate, at)
        passed = max(0.0, (at - bucket.at).total_seconds())
        tokens = min(float(rate.burst), bucket.tokens + passed * speed)
        if tokens < cost:
            return (cost - tokens) / speed
        # Never back in time: requests may take the lock in another order than the clock's.
        bucket.tokens, bucket.at = tokens - cost, max(at, bucket.at)
        bucket.save(update_fields=["tokens", "at"])
    return 0.0


def _new_bucket(key: str, rate: Rate, at: datetime) -> RateBucket:
    try:
        with transaction.atomic():
            return RateBucket.objects.create(key=key, tokens=rate.burst, at=at)
    except IntegrityError:
        return RateBucket.objects.select_for_update().get(key=key)
