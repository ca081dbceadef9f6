"""What an e-mail service tells of a letter, by django-anymail's events, as if a mail had come back.

The letter is known for certain by its token: it went along as a note (`metadata`) and returns, or
stands in the Message-ID that the service repeats. A service that repeats neither is known by the
name it gave the letter when it took it (`queue_id`).
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.db import transaction

from allmende.mailroom import verp
from allmende.mailroom.bounces import parse, record
from allmende.mailroom.bounces.shape import Bounce, Kind, Reason
from allmende.mailroom.bounces.standards import Status
from allmende.mailroom.models import Batch, Incoming, Message
from allmende.mailroom.models import Bounce as Row

KINDS = {
    EventType.BOUNCED: Kind.BOUNCE,
    EventType.REJECTED: Kind.BOUNCE,
    EventType.COMPLAINED: Kind.COMPLAINT,
}
NAMES = {"messageid", "smtpid"}
LATELY = dt.timedelta(days=30)  # services tell of failures within a week, of complaints later


def take(event: AnymailTrackingEvent, *, service: str, at: dt.datetime) -> list[Row]:
    """Acts on what a service told. The same told again changes nothing."""
    said = read(event)
    if said is None:
        return []
    told = json.dumps(as_told(event, service), default=str, sort_keys=True).encode()
    with transaction.atomic():
        incoming, made = Incoming.objects.get_or_create(
            digest=hashlib.sha256(told).hexdigest(),
            defaults={"raw": told, "source": "service", "received_at": at, "read_at": at},
        )
        if not made:
            return list(incoming.bounces.order_by("pk"))
        if not record.letter_of(said) and (letter := taken_as(event, at=at)):
            said = replace(said, ours=(verp.token(letter.pk),))
        return [record.note(said, incoming, at=at)]


def taken_as(event: AnymailTrackingEvent, *, at: dt.datetime) -> Message | None:
    """The letter that the service took under the name by which it tells of it now.

    Every letter would pay for an index of these names and few services need it, so mailings that
    left lately are looked through; single mails are found by their address.
    """
    if not event.message_id or not event.recipient:
        return None
    taken = Message.objects.filter(queue_id=event.message_id, address__iexact=event.recipient)
    lately = Batch.objects.filter(opened_at__gt=at - LATELY).values_list("pk", flat=True)
    single = taken.filter(batch=None, address=event.recipient)
    return single.first() or taken.filter(batch__in=list(lately)).first()


def as_told(event: AnymailTrackingEvent, service: str) -> dict[str, Any]:
    """What makes the event the one it is; a service that tells it again says the same."""
    return {
        "service": service,
        "id": event.event_id,
        "mail": event.message_id,
        "kind": event.event_type,
        "to": event.recipient,
        "at": event.timestamp,
        "words": words_of(event),
    }


def read(event: AnymailTrackingEvent) -> Bounce | None:
    """None for what is neither bounce nor complaint."""
    kind = KINDS.get(event.event_type)
    if kind is None:
        return None
    recipient, words = (event.recipient or "").lower(), words_of(event)
    ours = (str((event.metadata or {}).get("letter", "")), *identifiers(event.esp_event))
    if kind == Kind.COMPLAINT:
        return Bounce(kind, recipient, words=words[: parse.SHOWN], ours=ours)
    found = parse.judged(Status(recipient, "", "failed", "", words), words, ours)
    if found.reason == Reason.UNKNOWN and event.reject_reason == RejectReason.INVALID:
        return replace(found, reason=Reason.USER)
    return found


def identifiers(told: Any) -> Iterator[str]:
    """What a service's own words call a Message-ID, however it spells that, and at whatever depth;
    only one with a token of ours names a letter."""
    if isinstance(told, Mapping):
        for name, value in told.items():
            if isinstance(value, str) and re.sub(r"[-_]", "", str(name).lower()) in NAMES:
                yield value
            else:
                yield from identifiers(value)
    elif isinstance(told, list):
        for one in told:
            yield from identifiers(one)


def words_of(event: AnymailTrackingEvent) -> str:
    said = [event.mta_response, event.description]
    return " ".join(dict.fromkeys(" ".join(str(one).split()) for one in said if one))
