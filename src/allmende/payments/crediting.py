"""What statements say of our debits: credited as a sum or one by one, and returned.

The same row changes nothing when it is looked at twice. A return may be told before its credit:
then the credit makes it true.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Trim, Upper

from allmende.ledger.money import Money
from allmende.payments import bankfiles, questions, references, settle, settle_many
from allmende.payments.models import BatchItem, PaymentAttempt, SepaBatch, Transfer
from allmende.payments.reading_statements import TRANSIT, done, kind_of
from allmende.payments.settle_many import Came
from allmende.payments.statements.shape import Kind

LOT = 500
UNREASONED = "MS03"  # what banks write who may give no reason
DOUBLE = "AM05"  # the bank says that it was collected twice


def credit(transfer: Transfer, batch: SepaBatch | None, *, at: dt.datetime) -> bool:
    """Makes a row about our debits true. batch: that it names. False where it is about something
    else, or a person has to look."""
    attempt = attempt_of(transfer)
    if attempt is not None:
        with transaction.atomic():
            fits = _one(transfer, attempt, at=at)
            if fits:
                done(transfer, why="end-to-end id", at=at)
        return fits
    if batch is None or transfer.cents < 0:
        return False
    _sum(transfer, batch, at=at)
    return True


def attempt_of(transfer: Transfer) -> PaymentAttempt | None:
    """By end-to-end id; where a bank leaves that out, by the mandate and an amount tried once."""
    if references.end_to_end_parts(transfer.end_to_end_id):
        rows = PaymentAttempt.objects.filter(
            provider="debit", external_id=transfer.end_to_end_id.strip().upper()
        )
        return rows.select_related("item__pledge").first()
    if not transfer.mandate_reference:
        return None
    asked = abs(transfer.cents) - (transfer.fee_cents if transfer.cents < 0 else 0)
    lines = BatchItem.objects.filter(
        mandate__reference=transfer.mandate_reference, cents=asked, attempt__isnull=False
    )
    wanted = ["submitted"] if transfer.cents > 0 else ["submitted", "settled"]
    found = list(
        lines.filter(attempt__state__in=wanted).select_related("attempt__item__pledge")[:2]
    )
    return found[0].attempt if len(found) == 1 else None


# --- One by one ---------------------------------------------------------------------------------


def _one(transfer: Transfer, attempt: PaymentAttempt, *, at: dt.datetime) -> bool:
    """False where it stays open: a person has to decide where its money belongs."""
    if transfer.cents > 0:
        _credited(transfer, attempt, at=at)
    elif kind_of(transfer) == Kind.REVERSED:
        questions.ask("alarm", detail=f"row {transfer.pk}", item=attempt.item, at=at)
    elif attempt.state == PaymentAttempt.State.REFUNDED and surplus(transfer) < 1:
        detail = f"row {transfer.pk} attempt {attempt.pk}"  # we gave it back, and the bank took it
        questions.ask("dispute", detail=detail, item=attempt.item, at=at)
        return False
    else:
        _returned(transfer, attempt, at=at)
    return True


def _credited(transfer: Transfer, attempt: PaymentAttempt, *, at: dt.datetime) -> None:
    new = settle.collected(
        attempt, into=TRANSIT, on=transfer.booked_on, at=at,
        amount=Money(transfer.cents, transfer.currency),
    )  # fmt: skip
    if not new and surplus(transfer) > 1:
        questions.ask("alarm", detail=f"row {transfer.pk}", item=attempt.item, at=at)
    back = [one for one in rows_of(transfer) if one.cents < 0]
    early = next((one for one in reversed(back) if one.state == Transfer.State.MATCHED), None)
    if new and early and surplus(transfer) < 1:
        _returned(early, attempt, at=at)
    line = BatchItem.objects.filter(attempt=attempt).select_related("batch").first()
    if line and not awaited(line.batch):
        bankfiles.book(line.batch, at=at)


def awaited(batch: SepaBatch) -> bool:
    """Whether some of its debits are still to be told. Banks mostly tell them in the file's order,
    so the last one is looked at first: else each would go through all that were told before it."""
    waiting = batch.lines.filter(live=True, attempt__state="submitted").order_by("-pk")
    return waiting.values_list("pk").first() is not None


def _returned(transfer: Transfer, attempt: PaymentAttempt, *, at: dt.datetime) -> None:
    """Where it was credited twice, only the second comes back: the item stays paid."""
    code = transfer.return_code or UNREASONED
    if surplus(transfer) > 0:
        questions.ask("alarm", detail=f"row {transfer.pk}", item=attempt.item, at=at)
        return
    fee = Money(transfer.fee_cents, transfer.currency) if transfer.fee_cents else None
    attempt = PaymentAttempt.objects.select_related("item__pledge").get(pk=attempt.pk)
    if attempt.state in settle.IS_HERE:
        settle.returned(
            attempt.item, code=code, on=transfer.booked_on, at=at, fee=fee, out_of=TRANSIT,
            attempt=attempt,
        )  # fmt: skip
    elif attempt.state == PaymentAttempt.State.SUBMITTED:
        settle.failed(attempt.item, code=code, on=transfer.booked_on, at=at, attempt=attempt)


def rows_of(transfer: Transfer) -> QuerySet[Transfer]:
    return (
        Transfer.objects.filter(
            end_to_end_id=transfer.end_to_end_id, bank_account=transfer.bank_account_id
        )
        .exclude(end_to_end_id="")
        .order_by("booked_on", "pk")
    )


def surplus(transfer: Transfer) -> int:
    """How much oftener the debit was credited than returned, as far as its own rows say; a credit
    in the sum of a batch has no row of its own."""
    cents = list(rows_of(transfer).values_list("cents", flat=True))
    return sum(1 if one > 0 else -1 for one in cents)


# --- As a sum -----------------------------------------------------------------------------------


def _sum(transfer: Transfer, batch: SepaBatch, *, at: dt.datetime) -> None:
    """In lots of their own transaction; a run that is broken off is begun again."""
    waiting = batch.lines.filter(live=True, attempt__state="submitted").order_by("pk")
    while keys := list(waiting.values_list("pk", flat=True)[:LOT]):
        rows = BatchItem.objects.filter(pk__in=keys).select_related("attempt").order_by("pk")
        told = [
            Came(line.attempt, transfer.booked_on, line.attempt.amount)
            for line in rows
            if line.attempt
        ]
        settle_many.collected(told, into=TRANSIT, at=at)
    for attempt, early in returned_early(batch):
        with transaction.atomic():
            if settle.collected(attempt, into=TRANSIT, on=transfer.booked_on, at=at):
                _returned(early, attempt, at=at)
    with transaction.atomic():
        new = bankfiles.book(batch, at=at)
        if transfer.cents != batch.cents or not new:
            questions.ask("alarm", detail=f"row {transfer.pk} {batch.msg_id}", at=at)
        done(transfer, why="batch", at=at)


def returned_early(batch: SepaBatch) -> Iterator[tuple[PaymentAttempt, Transfer]]:
    """Debits of a batch whose return was told before the sum that they are part of; found as
    `attempt_of` finds them."""
    lines = batch.lines.filter(attempt__state=PaymentAttempt.State.FAILED)
    tries = [line for line in lines.select_related("attempt", "mandate") if line.attempt]
    by_id = {line.end_to_end_id: line for line in tries}
    by_mandate = {(line.mandate.reference, line.cents): line for line in tries}
    rows = Transfer.objects.annotate(named=Upper(Trim("end_to_end_id"))).filter(
        Q(named__in=by_id) | Q(mandate_reference__in=[reference for reference, _ in by_mandate]),
        cents__lt=0, state=Transfer.State.MATCHED, booked_on__gte=batch.opened_at.date(),
    )  # fmt: skip
    for row in rows.order_by("pk"):
        line = by_id.pop(row.named, None)
        if line is None and references.end_to_end_parts(row.end_to_end_id) is None:
            line = by_mandate.get((row.mandate_reference, -row.cents - row.fee_cents))
            line = by_id.pop(line.end_to_end_id, None) if line else None
        if line and line.attempt:
            yield line.attempt, row
