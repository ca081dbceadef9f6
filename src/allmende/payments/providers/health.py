"""How providers fare: what is noted after each request, and whom givers are not sent to now.

Noted outside of what the request was for, and at most once a minute while all is well.
"""

import datetime as dt
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, transaction
from django.utils import timezone

from allmende.payments.models import ProviderHealth
from allmende.payments.providers.port import Refused, Trouble

SELDOM = 60.0  # seconds between two notes that all is well
SICK_AFTER = 3  # failures in a row
SICK_FOR = dt.timedelta(minutes=5)  # then somebody may try again


def noting(provider: str) -> Callable[[Trouble | None], None]:
    """What a `Wire` tells after each request. A refusal is an answer: the provider is well."""
    lock, last_well = threading.Lock(), [0.0]

    def heard(trouble: Trouble | None) -> None:
        well = trouble is None or isinstance(trouble, Refused)
        with lock:
            if well and time.monotonic() - last_well[0] < SELDOM:
                return
            last_well[0] = time.monotonic() if well else 0.0
        try:
            note(provider, None if well else trouble, at=timezone.now())
        except DatabaseError:  # the answer counts, not the note of it
            return

    return heard


def note(provider: str, trouble: Trouble | None, *, at: dt.datetime) -> None:
    with transaction.atomic():
        row, _made = ProviderHealth.objects.select_for_update().get_or_create(provider=provider)
        if trouble is None:
            row.well_at, row.failures = at, 0
        else:
            row.failed_at, row.failures = at, row.failures + 1
            row.failure = f"{type(trouble).__name__}: {trouble}"[:200]
        row.save()


def forgive(provider: str) -> bool:
    """Givers are sent there again. False where nothing had failed."""
    rows = ProviderHealth.objects.filter(provider=provider, failures__gt=0)
    return rows.update(failures=0) == 1


def sick(*, at: dt.datetime) -> set[str]:
    """Providers to which nobody is sent now, for they fail again and again."""
    rows = ProviderHealth.objects.filter(failures__gte=SICK_AFTER, failed_at__gte=at - SICK_FOR)
    return set(rows.values_list("provider", flat=True))
