"""What statements say of our payouts: that they left, one by one or as a sum, and came back.

The same row changes nothing when it is looked at twice. A row that does not fit stays open, for a
person: its money lies in transit until they set it aside.
"""

import datetime as dt

from django.db import transaction

from allmende.ledger.money import Money
from allmende.payments import bankfiles, payouts, questions, references
from allmende.payments.models import PayoutBatch, PayoutLine, Transfer
from allmende.payments.reading_statements import done, kind_of
from allmende.payments.statements.shape import Kind

UNDER_WAY = [PayoutBatch.State.EXPORTED, PayoutBatch.State.ACCEPTED]


def tell(transfer: Transfer, batch: PayoutBatch | None, *, at: dt.datetime) -> bool:
    """Makes a row about our payouts true. batch: that it names. False where it is about something
    else, or a person has to look."""
    line = line_of(transfer)
    if line is None and (batch is None or transfer.cents > 0):
        return False
    with transaction.atomic():
        if line is None:
            assert batch
            new = _sum(transfer, batch, at=at)
        else:
            new = _one(transfer, line, at=at)
        if new:
            done(transfer, why="payout", at=at)
        return new


def line_of(transfer: Transfer) -> PayoutLine | None:
    if not references.is_payout(transfer.end_to_end_id):
        return None
    rows = PayoutLine.objects.filter(end_to_end_id=transfer.end_to_end_id.strip().upper())
    return rows.select_related("batch", "payout").first()


def _one(transfer: Transfer, line: PayoutLine, *, at: dt.datetime) -> bool:
    if transfer.cents > 0:
        return _returned(transfer, line, at=at)
    if transfer.cents != -line.cents or not payouts.paid(line, on=transfer.booked_on, at=at):
        questions.ask("paid_twice", detail=f"row {transfer.pk} payout {line.payout_id}", at=at)
        return False
    _booked(line.batch, at=at)
    return True


def _returned(transfer: Transfer, line: PayoutLine, *, at: dt.datetime) -> bool:
    """The debt stands again. Where the row of its going is still to come, this one waits."""
    whole = kind_of(transfer) == Kind.RETURNED and transfer.cents <= line.cents
    return whole and payouts.returned(
        line, code=transfer.return_code, on=transfer.booked_on, at=at, came=Money(transfer.cents)
    )


def _sum(transfer: Transfer, batch: PayoutBatch, *, at: dt.datetime) -> bool:
    """Of all that was in it; the bank tells no rows."""
    if batch.state not in UNDER_WAY or transfer.cents != -batch.cents:
        questions.ask("paid_twice", detail=f"row {transfer.pk} {batch.msg_id}", at=at)
        return False
    for line in batch.lines.filter(live=True, paid_on=None).order_by("pk"):
        payouts.paid(line, on=transfer.booked_on, at=at)
    _booked(batch, at=at)
    return True


def _booked(batch: PayoutBatch, *, at: dt.datetime) -> None:
    if not batch.lines.filter(live=True, paid_on=None).exists():
        bankfiles.book(batch, at=at)
