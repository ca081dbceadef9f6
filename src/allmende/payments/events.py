"""What providers send: taken raw once and answered at once, understood by a worker later.

Neither order nor content of events is trusted. An event only says where to look; the provider is
asked, and what it says then is made true (`facts`). So a doubled, late, replayed or forged event
can do nothing but make us look.
"""

import datetime as dt
import logging
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import F, Q

from allmende.payments import facts, patience, questions
from allmende.payments.models import InboundEvent
from allmende.payments.providers import get
from allmende.payments.providers.port import Delivery, Heard, Told, Trouble
from allmende.payments.sealing import seal

logger = logging.getLogger(__name__)
LEASE = dt.timedelta(minutes=5)
LOT = 20
TRIES = 12  # after which somebody is asked
PATIENCE = 5  # tries for what is not known yet: some eight minutes


def take(name: str, delivery: Delivery, *, at: dt.datetime) -> int:
    """Keeps the events of one request. Returns how many are new. Raises `port.NotTheirs`, and
    Trouble where that could not be found out."""
    provider = get(name)
    assert isinstance(provider, Told)
    return keep(name, provider.hear(delivery, at=at), delivery.body, at=at)


@transaction.atomic
def keep(name: str, heard: list[Heard], body: bytes, *, at: dt.datetime) -> int:
    before = InboundEvent.objects.filter(source=name, external_id__in=[one.id for one in heard])
    known = before.count()
    rows = [
        InboundEvent(
            source=name,
            external_id=one.id[:128],
            kind=one.kind[:80],
            subject=one.subject[:160],
            raw=seal(body.decode("utf-8", "replace"), column="event.raw", row=f"{name}:{one.id}"),
            received_at=at,
            due_at=at if one.subject else None,
            processed_at=None if one.subject else at,
            outcome="" if one.subject else "nothing",
        )
        for one in heard
    ]
    # One may be new and its double on the way in at this very moment: the unique key decides.
    InboundEvent.objects.bulk_create(rows, ignore_conflicts=True)
    return len({one.id for one in heard}) - known


def look_again(name: str, subject: str, *, at: dt.datetime) -> None:
    """As if an event had come: for what events may have been lost of."""
    heard = Heard(id=f"look:{uuid4()}", kind="look", subject=subject)
    keep(name, [heard], b"", at=at)


def process(*, at: dt.datetime, most: int = 500) -> int:
    """Makes sense of what waits. Returns how many were looked at. Asks over the network."""
    count = 0
    while count < most and (rows := claim(at=at)):
        for row in rows:
            understand(row, at=at)
        count += len(rows)
    return count


def claim(*, at: dt.datetime) -> list[InboundEvent]:
    """Some that are due, for this worker alone."""
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=at)
    due = InboundEvent.objects.filter(free, due_at__lte=at).order_by("due_at", "pk")
    with transaction.atomic():
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        keys = [row.pk for row in due[:LOT]]
        InboundEvent.objects.filter(pk__in=keys).update(
            lease_until=at + LEASE, tries=F("tries") + 1
        )
    return list(InboundEvent.objects.filter(pk__in=keys).order_by("due_at", "pk"))


def understand(event: InboundEvent, *, at: dt.datetime) -> str:
    """Looks at the provider's, and makes true what it says. Trouble puts it off."""
    provider = get(event.source)
    assert isinstance(provider, Told)
    try:
        found = provider.look(event.subject, at=at)
        outcome = facts.accept(provider, found, at=at)
    except Trouble as trouble:
        logger.warning("event %s is looked at again later: %s", event.pk, trouble)
        return put_off(event, at=at)
    except Exception:
        logger.exception("event %s could not be understood", event.pk)
        return put_off(event, at=at)
    if outcome == "unknown":
        if event.tries < PATIENCE:  # it may be of a checkout whose answer is still on its way
            return put_off(event, at=at)
        questions.ask("unknown", detail=f"{event.source} {event.subject}", at=at)
    rows = InboundEvent.objects.filter(pk=event.pk, processed_at__isnull=True)
    rows.update(processed_at=at, outcome=outcome, due_at=None, lease_until=None)
    return outcome


def put_off(event: InboundEvent, *, at: dt.datetime) -> str:
    """After some days somebody is asked, and it is still tried."""
    if event.tries == TRIES:
        questions.ask("stranded", detail=str(event), at=at)
    InboundEvent.objects.filter(pk=event.pk).update(
        due_at=at + patience.pause(event.tries), lease_until=None
    )
    return ""
