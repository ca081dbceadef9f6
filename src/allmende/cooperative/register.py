"""Writing into the register: the only way, for every deed.

    from allmende.cooperative import register
    from allmende.cooperative.register import Draft

    register.record(Draft(Kind.NOTICE, membership, effective_on=day, shares=2), at=now)

1. The head's row is locked: whoever records comes after whoever did, in every process.
2. The event gets the next number, the hash of the one before, and a hash of its own.
3. What the events of the membership add up to is computed and checked; what breaks a rule of the
   register is refused, and nothing was written (`folding.faults`).
4. The projections are brought in step (`projecting`).

All in one transaction. An event is never changed; what was wrong is taken out by `correct`, and the
right one is recorded with its own days.
"""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from allmende.cooperative import projecting, sealing
from allmende.cooperative.folding import Kind, faults
from allmende.cooperative.models import (
    Membership,
    RegisterEvent,
    RegisterHead,
    RegisterPayload,
    Statute,
)
from allmende.people.models import Person

BEGINNING = "0" * 64  # what the first event names as the one before


class NotRecorded(Exception):
    """The register refuses it; nothing was written.

    NotRecorded
      x Broken       a rule of the register would not hold; its text says which, with numbers
      x Corrected    it has been corrected before, or is a correction itself
    """


class Broken(NotRecorded):
    """A rule of the register would not hold."""


class Corrected(NotRecorded):
    """It has been corrected before, or is a correction itself."""


@dataclass(frozen=True)
class Draft:
    """An event to be. payload: what of it is personal, as JSON can hold it; None is nothing. The
    rest as `RegisterEvent` says."""

    kind: Kind
    membership: Membership | None = None
    effective_on: dt.date | None = None
    other: Membership | None = None
    shares: int = 0
    nominal: int = 0
    cents: int = 0
    currency: str = "EUR"
    word: str = ""
    member_number: int | None = None
    declared_on: dt.date | None = None
    decided_on: dt.date | None = None
    actor: Person | None = None
    second: Person | None = None
    statute: Statute | None = None
    document: str = ""
    entry: str = ""
    about: int | None = None
    corrects: int | None = None
    payload: Mapping[str, Any] | None = None


def hold() -> None:
    """Locks the head until the transaction ends. SQLite's writer is alone anyway."""
    while not RegisterHead.objects.select_for_update().filter(pk=1).exists():
        RegisterHead.objects.bulk_create([RegisterHead(pk=1)], ignore_conflicts=True)


def record(draft: Draft, *, at: dt.datetime) -> RegisterEvent:
    """Raises Broken."""
    return record_many([draft], at=at)[0]


@transaction.atomic
def record_many(drafts: Iterable[Draft], *, at: dt.datetime) -> list[RegisterEvent]:
    """All of them or none, in this order. at: now; where another process has written with a later
    clock, its time, so that what was known at a time is a beginning of the sequence.

    Raises Broken.
    """
    hold()
    last = RegisterEvent.objects.order_by("-number").first()
    events, payloads = [], []
    for draft in drafts:
        event = drafted(draft, last, at=at)
        if draft.payload is not None:
            payload, event.commitment = sealing.seal(
                draft.payload, event=event.number, membership=draft.membership
            )
            payloads.append((payload, draft.payload))
        event.hash = hash_of(event)
        events.append(event)
        last = event
    RegisterEvent.objects.bulk_create(events)
    RegisterPayload.objects.bulk_create(payload for payload, _data in payloads)
    check_and_project(events, {payload.event_id: data for payload, data in payloads})
    return events


def drafted(draft: Draft, last: RegisterEvent | None, *, at: dt.datetime) -> RegisterEvent:
    recorded_at = max(at, last.recorded_at) if last else at
    return RegisterEvent(
        number=last.number + 1 if last else 1,
        kind=draft.kind,
        membership=draft.membership,
        other=draft.other,
        shares=draft.shares,
        nominal_cents=draft.nominal,
        cents=draft.cents,
        currency=draft.statute.currency if draft.statute else draft.currency,
        word=draft.word,
        member_number=draft.member_number,
        declared_on=draft.declared_on,
        decided_on=draft.decided_on,
        effective_on=draft.effective_on or projecting.day_of(recorded_at),
        recorded_at=recorded_at,
        actor=draft.actor,
        second=draft.second,
        statute=draft.statute,
        document=draft.document,
        entry=draft.entry,
        about_id=draft.about,
        corrects_id=draft.corrects,
        previous=last.hash if last else BEGINNING,
    )


#: What the hash of an event covers, in this order: all columns but the hash.
HASHED = [
    "number", "kind", "membership_id", "other_id", "member_number", "shares", "nominal_cents",
    "cents", "currency", "word", "declared_on", "decided_on", "effective_on", "recorded_at",
    "actor_id", "second_id", "statute_id", "document", "entry", "about_id", "corrects_id",
    "commitment", "previous",
]  # fmt: skip


def hash_of(event: RegisterEvent) -> str:
    return hash_of_values([getattr(event, name) for name in HASHED])


def hash_of_values(values: Iterable[Any]) -> str:
    """values: of the columns `HASHED`."""
    return sha256(text_of(list(values)).encode()).hexdigest()


def plain(value: dt.date) -> str:
    """What JSON has no word for."""
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return value.isoformat()


# One for all: to make it costs more than an event does.
text_of = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=plain).encode


def check_and_project(events: list[RegisterEvent], told: Mapping[int, Mapping[str, Any]]) -> None:
    projecting.step(events, told)
    touched = {pk for event in events for pk in (event.membership_id, event.other_id) if pk}
    facts = projecting.facts_by_member(sorted(touched))
    for pk, of_member in facts.items():
        if wrong := next(faults(of_member, member=pk), None):
            raise Broken(f"membership {pk}: {wrong}")
    try:
        with transaction.atomic():
            projecting.project(facts)
    except IntegrityError as error:
        raise Broken(f"memberships {sorted(touched)[:3]}: {error}") from error


def correct(
    event: RegisterEvent, *, why: str, by: Person | None, second: Person | None = None,
    instead: Draft | None = None, at: dt.datetime,
) -> RegisterEvent:  # fmt: skip
    """From now on it is known not to have been so; reports as known before still show it. instead:
    what was so, with its own days.

    Raises Corrected, and Broken where what was recorded since cannot be without it.
    """
    standing = RegisterEvent.objects.filter(corrects=event).exists()
    if standing or event.kind == Kind.CORRECTION:
        raise Corrected(f"event {event.number}")
    draft = Draft(
        Kind.CORRECTION, event.membership, other=event.other, corrects=event.number, actor=by,
        second=second, payload={"why": why},
    )  # fmt: skip
    return record_many([draft, instead] if instead else [draft], at=at)[0]


def next_number() -> int:
    """Of the next member. Whoever asks holds the head (`hold`), so nobody else is given it."""
    return (RegisterEvent.objects.aggregate(last=Max("member_number"))["last"] or 0) + 1
