"""What must hold after a load: `python -m benchmarks.load.checks`; exit status 1 where it does not.

Nothing is taken over its quantity, the audit chain is whole, index and search server say what the
rows say, and no news is left waiting or dead.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import StringIO
from typing import Any

_SHOWN = 20


def faults_of_quantities() -> Iterator[str]:
    """Entries whose matches take more than there is, or another amount than the entry says.

    Counted from the matches themselves: the entry's own columns are what is being checked.
    """
    from django.db.models import Q  # noqa: PLC0415 - Django is set up by now

    from marketplace.models import Need, ResourceOffer  # noqa: PLC0415

    for model, side in ((Need, "need"), (ResourceOffer, "resource")):
        linked, held = _sums(side)
        taken_from = Q(pk__in={*linked, *held}) | Q(allocated__gt=0) | Q(held__gt=0)
        for entry in model._default_manager.filter(taken_from):
            taken = linked.get(entry.pk, Decimal(0)), held.get(entry.pk, Decimal(0))
            if entry.quantity is not None and sum(taken) > entry.quantity:
                taken_in_all = _plain(sum(taken, Decimal(0)))
                yield f"{entry.number}: {taken_in_all} taken of {_plain(entry.quantity)}"
            if taken != (entry.allocated, entry.held):
                yield (
                    f"{entry.number}: its matches take {_plain(taken[0])} and hold "
                    f"{_plain(taken[1])}, it says {_plain(entry.allocated)} and "
                    f"{_plain(entry.held)}"
                )


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _sums(side: str) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """What linked matches take and accepted ones hold, by the entry of a side."""
    from django.db.models import Sum  # noqa: PLC0415

    from matching.models import Match  # noqa: PLC0415
    from matching.states import FULFILLED, RUNNING, MatchState  # noqa: PLC0415

    amount = "quantity" if side == "need" else "resource_quantity"

    def summed(states: Any) -> dict[int, Decimal]:
        rows = Match.objects.filter(state__in=states, **{f"{amount}__isnull": False})
        return dict(rows.order_by().values_list(f"{side}_id").annotate(n=Sum(amount)))

    return summed(RUNNING | FULFILLED), summed({MatchState.ACCEPTED})


def faults_of_the_trail() -> Iterator[str]:
    """Seals what is not sealed yet, then walks the whole chain."""
    from django.utils import timezone  # noqa: PLC0415 - Django is set up by now

    from core import audit  # noqa: PLC0415

    while audit.seal(timezone.now()):
        pass
    yield from audit.verify().faults


def faults_of_the_index() -> Iterator[str]:
    """What `search_check` finds, in the embedded index and on the server where one is set."""
    from django.core.management import CommandError, call_command  # noqa: PLC0415

    told = StringIO()
    try:
        call_command("search_check", stdout=told)
    except CommandError as error:
        yield from told.getvalue().splitlines()[:_SHOWN]
        yield str(error)


def faults_of_the_news() -> Iterator[str]:
    """Deliveries that died, and what still waits although there was time."""
    from core.models import Delivery  # noqa: PLC0415 - Django is set up by now

    for row in Delivery.objects.filter(status=Delivery.State.DEAD)[:_SHOWN]:
        yield f"dead: {row.handler}: {row.last_error}"
    if left := waiting():
        yield f"{left} things still wait for the worker"


def waiting() -> int:
    """News and things for the search server that nobody has carried yet."""
    from core.models import Delivery  # noqa: PLC0415 - Django is set up by now
    from search.models import EngineBacklog  # noqa: PLC0415

    news = Delivery.objects.filter(status=Delivery.State.WAITING).count()
    return news + EngineBacklog.objects.filter(sent_at=None).count()


def wait_for_the_worker(seconds: float) -> float:
    """Until nothing waits any more, at most so long; returns how long it took."""
    begun = time.monotonic()
    while waiting() and time.monotonic() - begun < seconds:
        time.sleep(1)
    return time.monotonic() - begun


CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "news: all delivered": faults_of_the_news,
    "quantities: nothing over": faults_of_quantities,
    "audit trail: whole": faults_of_the_trail,
    "search: equal to the rows": faults_of_the_index,
}


def failed_checks() -> int:
    """Print each check with what it found; returns how many failed."""
    failed = 0
    for name, find in CHECKS.items():
        faults = list(find())
        failed += bool(faults)
        print(f"  {'FAILED' if faults else 'ok':7}{name}", flush=True)
        for fault in faults[:_SHOWN]:
            print(f"         {fault}")
    return failed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patience", type=float, default=600, help="seconds for the worker")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django  # noqa: PLC0415 - after the environment is set

    django.setup()
    print(f"  the worker was done after {wait_for_the_worker(options.patience):.0f} s", flush=True)
    sys.exit(failed_checks() > 0)


if __name__ == "__main__":
    main()
