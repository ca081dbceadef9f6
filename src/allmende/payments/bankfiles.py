"""The file of a batch, of debits or of payouts: frozen by one person, released by a second, and
always the same bytes."""

import datetime as dt
from collections.abc import Iterable
from hashlib import sha256
from typing import TypeVar

from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from allmende.payments.models import PayoutBatch, SepaBatch
from allmende.payments.models.files import FileForBank
from allmende.payments.moving import move
from allmende.payments.pain import schemas
from allmende.payments.sealing import vault
from allmende.people.models import Person

State = FileForBank.State
Batch = TypeVar("Batch", SepaBatch, PayoutBatch)


class Refused(Exception):
    """A batch does not take this step.

    Refused
      x WrongState     somebody else was first, or it is too early
      x Empty          no row of it may go along
      x SamePerson     whoever froze it may not release it
      x Stale          rows changed since it was frozen; it has to be rejected and gathered anew
      x PastDeadline   the bank would not take it for its day any more
    """


class WrongState(Refused):
    """Somebody else was first, or it is too early."""


class Empty(Refused):
    """No row of it may go along."""


class SamePerson(Refused):
    """Whoever froze it may not release it."""


class Stale(Refused):
    """Rows changed since it was frozen. rows: end-to-end id, and what is wrong with it."""

    def __init__(self, rows: list[tuple[str, str]]) -> None:
        super().__init__(", ".join(f"{name}: {why}" for name, why in rows))
        self.rows = rows


class PastDeadline(Refused):
    """The bank would not take it for its day any more."""


def locked(batch: Batch, *states: State) -> Batch:
    """As it is now, and nobody else's until the transaction ends. Raises WrongState."""
    rows = type(batch)._default_manager.select_for_update(of=("self",))
    found = rows.select_related("bank_account").get(pk=batch.pk)
    if found.state not in states:
        raise WrongState(_("It is %(state)s.") % {"state": found.get_state_display()})
    return found


def count(batch: SepaBatch | PayoutBatch) -> None:
    """How many lines go along, and their sum."""
    told = batch.lines.filter(live=True).aggregate(count=Count("pk"), cents=Sum("cents"))
    batch.count, batch.cents = told["count"], told["cents"] or 0
    batch.save(update_fields=["count", "cents"])


def freeze(batch: Batch, data: bytes, *, schema: str, by: Person) -> None:
    """Judges the file by its schema and seals it away. Raises schemas.Invalid."""
    schemas.check(data, schema)
    batch.digest = sha256(data).hexdigest()
    batch.file = vault().seal(data, context=context(batch))
    batch.frozen_by, batch.state = by, State.FROZEN
    batch.save()


def release(batch: Batch, *, by: Person, at: dt.datetime) -> None:
    """By a second person; `locked` as frozen before. Raises SamePerson."""
    if by.pk == batch.frozen_by_id:
        raise SamePerson
    batch.released_by, batch.released_at, batch.exported_at = by, at, at
    batch.state = State.EXPORTED
    batch.save(update_fields=["released_by", "released_at", "exported_at", "state"])


def file_of(batch: SepaBatch | PayoutBatch) -> bytes:
    """What goes to the bank: the same bytes whenever it is asked. Raises WrongState."""
    if not batch.file or batch.state in (State.OPEN, State.FROZEN):
        raise WrongState
    return opened(batch)


def opened(batch: SepaBatch | PayoutBatch) -> bytes:
    """Of any frozen batch. Raises vault.Unreadable."""
    return vault().open(bytes(batch.file or b""), context=context(batch))


def context(batch: SepaBatch | PayoutBatch) -> str:
    """Message ids of both kinds are never the same."""
    return f"payments.batch.file:{batch.msg_id}"


@transaction.atomic
def accept(batch: Batch) -> Batch:
    """The bank has said that it took the file. Raises WrongState."""
    batch = locked(batch, State.EXPORTED)
    batch.state = State.ACCEPTED
    batch.save(update_fields=["state"])
    return batch


def reject(batch: Batch, *, code: str, at: dt.datetime) -> None:
    """The bank's word, or the office's; `locked` before."""
    batch.state, batch.code, batch.ended_at = State.REJECTED, code[:16], at
    batch.save(update_fields=["state", "code", "ended_at"])


def book(batch: SepaBatch | PayoutBatch, *, at: dt.datetime) -> bool:
    """The bank's statements tell of all of it. False where that is known already."""
    return move(batch, State.BOOKED, ended_at=at)


def named(kind: type[Batch], told: Iterable[str]) -> dict[str, Batch]:
    """Batches by message ids, or the ids of payment informations in them, as statements name them;
    without their files."""
    ids: dict[str, str] = {one: one.rpartition("-")[0] for one in told if one}
    rows = kind._default_manager.filter(msg_id__in=[*ids, *ids.values()]).defer("file")
    by_id: dict[str, Batch] = {row.msg_id: row for row in rows}
    found = {one: by_id.get(one) or by_id.get(shorter) for one, shorter in ids.items()}
    return {one: batch for one, batch in found.items() if batch}
