"""Two links want the last of a resource at the same moment: one gets it."""

import threading
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from core.errors import Conflict
from core.permissions import SYSTEM
from marketplace import operations
from marketplace.models import ResourceOffer
from tests.factories.marketplace import make_offer


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_holds_never_exceed_the_quantity() -> None:
    offer = make_offer(quantity=Decimal(50))
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def take() -> None:
        try:
            start.wait()
            operations.hold(offer, Decimal(30), by=SYSTEM, at=timezone.now())
            outcomes.append("held")
        except Conflict:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["held", "refused"]
    assert ResourceOffer.objects.get().held == 30
