"""Looking without having been told: an event may be lost for good, money may not.

A provider tries for some days to tell. Whoever was down longer, or was never told, finds out here:
what should have been collected by now, and forms that were sent and not come back, are looked at.
"""

import datetime as dt

from allmende.payments import events
from allmende.payments.models import Checkout, DueItem, Pledge
from allmende.payments.providers import PROVIDERS, get
from allmende.payments.providers.port import Heard, Told

SENT_BEFORE = dt.timedelta(minutes=15)
SENT_AFTER = dt.timedelta(days=3)
OVERDUE = dt.timedelta(days=12)  # days after it was due on which a payment is looked for
WAITING = [DueItem.State.PLANNED, DueItem.State.SUBMITTED, DueItem.State.FAILED]
LOT = 1000


def tellers() -> list[str]:
    return [name for name in PROVIDERS if isinstance(get(name), Told)]


def chase_payments(*, on: dt.date, at: dt.datetime) -> int:
    """What providers should have collected before today, once a day. Returns how many."""
    items = DueItem.objects.filter(
        state__in=WAITING, due_on__lt=on, due_on__gte=on - OVERDUE, method__in=tellers(),
        pledge__state=Pledge.State.ACTIVE,
    ).order_by("pk")  # fmt: skip
    count = 0
    for item in items.select_related("pledge").iterator(LOT):
        sent = item.pledge.checkouts.filter(provider=item.method).exclude(external_id="")
        checkout = sent.order_by("begun_at").last()
        if checkout:
            count += look(checkout, id=f"chase:{item.pk}:{on}", at=at)
    return count


def chase_checkouts(*, at: dt.datetime) -> int:
    """Forms that were sent and of which nothing was heard, once an hour."""
    rows = Checkout.objects.filter(
        state=Checkout.State.SENT, provider__in=tellers(),
        begun_at__lte=at - SENT_BEFORE, begun_at__gte=at - SENT_AFTER,
    ).exclude(external_id="")  # fmt: skip
    return sum(
        look(row, id=f"chase:{row.pk}:{at:%Y-%m-%dT%H}", at=at) for row in rows.order_by("begun_at")
    )


def look(checkout: Checkout, *, id: str, at: dt.datetime) -> int:
    heard = Heard(id=id, kind="chase", subject=checkout.external_id)
    return events.keep(checkout.provider, [heard], b"", at=at)
