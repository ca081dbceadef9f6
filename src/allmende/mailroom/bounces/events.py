"""What an e-mail service tells of a letter, by django-anymail's events, as if a mail had come back.

The letter is known for certain by its token, which went along as a note (`metadata`) and returns.
"""

import datetime as dt
import hashlib
import json
from dataclasses import replace
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.db import transaction

from allmende.mailroom.bounces import parse, record
from allmende.mailroom.bounces.shape import Bounce, Kind, Reason
from allmende.mailroom.bounces.standards import Status
from allmende.mailroom.models import Bounce as Row
from allmende.mailroom.models import Incoming

KINDS = {
    EventType.BOUNCED: Kind.BOUNCE,
    EventType.REJECTED: Kind.BOUNCE,
    EventType.COMPLAINED: Kind.COMPLAINT,
}


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
        return [record.note(said, incoming, at=at)]


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
    ours = (str((event.metadata or {}).get("letter", "")),)
    if kind == Kind.COMPLAINT:
        return Bounce(kind, recipient, words=words[: parse.SHOWN], ours=ours)
    found = parse.judged(Status(recipient, "", "failed", "", words), words, ours)
    if found.reason == Reason.UNKNOWN and event.reject_reason == RejectReason.INVALID:
        return replace(found, reason=Reason.USER)
    return found


def words_of(event: AnymailTrackingEvent) -> str:
    said = [event.mta_response, event.description]
    return " ".join(dict.fromkeys(" ".join(str(one).split()) for one in said if one))
