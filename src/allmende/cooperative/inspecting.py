"""Inspection of the list (§ 31 GenG): a member, or somebody with a legitimate interest, reads it at
the office for a while.

    found = inspecting.open_list(reason=…, minutes=30, member=membership, by=person, at=now)
    found = inspecting.open_list(reason=…, minutes=30, name="Karla Kolumna", by=person, at=now)
    inspecting.end(found, at=now)

Each is an event of the register; who and why lies sealed beside it.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from allmende.cooperative import projecting, queries, register
from allmende.cooperative.folding import Kind, Stage
from allmende.cooperative.models import Inspection, Membership
from allmende.cooperative.register import Draft
from allmende.people.models import Person

LONGEST = 240  # minutes
MEMBER, THIRD = "member", "third"  # the event's word


class NotOpened(Exception):
    """Nobody may look; nothing was written.

    NotOpened
      x NoMember   whoever inspects as a member is none now
      x NoReason   somebody else has to be named and to say why
    """


class NoMember(NotOpened):
    """Whoever inspects as a member is none now."""


class NoReason(NotOpened):
    """Somebody else has to be named and to say why."""


@transaction.atomic
def open_list(
    *, reason: str, minutes: int, member: Membership | None = None, name: str = "",
    by: Person | None, at: dt.datetime,
) -> Inspection:  # fmt: skip
    """member: who inspects as one of them; else the name of somebody with a legitimate interest,
    who was told that what they read serves this purpose alone (§ 31 (3) GenG).

    Raises NotOpened.
    """
    register.hold()
    if member is not None:
        member.refresh_from_db()
        if member.stage != Stage.MEMBER:
            raise NoMember
    elif not name.strip() or not reason.strip():
        raise NoReason
    word = THIRD if member is None else MEMBER
    payload = {"reason": reason.strip()} | ({"name": name.strip()} if member is None else {})
    event = register.record(
        Draft(Kind.INSPECTED, member, word=word, actor=by, payload=payload), at=at
    )
    span = dt.timedelta(minutes=min(max(minutes, 1), LONGEST))
    return Inspection.objects.create(event=event, opened_at=at, until=at + span)


def end(found: Inspection, *, at: dt.datetime) -> bool:
    """Before its time. Says whether it was still open."""
    rows = open_ones(at=at).filter(pk=found.pk)
    return rows.update(ended_at=at) == 1


def open_ones(*, at: dt.datetime) -> QuerySet[Inspection]:
    return Inspection.objects.filter(opened_at__lte=at, until__gt=at, ended_at=None)


@dataclass(frozen=True)
class Told:
    """An inspection as the office lists it; name and reason are empty once they are forgotten."""

    inspection: Inspection
    name: str
    reason: str
    is_open: bool

    @property
    def is_member(self) -> bool:
        return self.inspection.event.word == MEMBER


def told(found: Iterable[Inspection], *, at: dt.datetime) -> list[Told]:
    rows = list(found)
    said = projecting.payloads(row.pk for row in rows)
    members = [pk for row in rows if (pk := row.event.membership_id)]
    names = queries.names(members)
    return [
        Told(
            row,
            names.get(row.event.membership_id or 0) or said.get(row.pk, {}).get("name", ""),
            said.get(row.pk, {}).get("reason", ""),
            row.ended_at is None and row.opened_at <= at < row.until,
        )
        for row in rows
    ]
