"""Batches of payouts: as those of debits, by two persons.

    open → frozen (hash, totals) → exported (by a second person; always the same bytes)
         → accepted | rejected → booked (when the bank's statement shows it)

A payout needs no notice, so the day is chosen when the batch is frozen: late enough for the second
person, and not before any of its payouts is due. A rejected batch lets go of its payouts; they go
with a new message id.
"""

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, QuerySet

from allmende.lib.vault import Unreadable
from allmende.paper.models import Paper
from allmende.payments import bankdays, bankfiles, ibans, payouts, references
from allmende.payments.bankfiles import Empty, PastDeadline, Stale, State, locked
from allmende.payments.faults import ADDRESS, IBAN, PAYOUT
from allmende.payments.models import BankAccount, Payout, PayoutBatch, PayoutLine
from allmende.payments.pain import payouts as files
from allmende.payments.pain import schemas
from allmende.payments.pain.parts import Account
from allmende.people.models import Person

AHEAD = 5  # bank days before its day that a payout is gathered
FOR_TWO = 2  # bank days that the second person has to look at a frozen batch
LOT = 1_000


def deadline(batch: PayoutBatch) -> dt.datetime | None:
    """Until when the bank takes it; None while no day is chosen."""
    if batch.execute_on is None:
        return None
    zone = Paper.load().time_zone_info
    return bankdays.deadline(
        batch.execute_on, lead=0, cut_off=batch.bank_account.cut_off, zone=zone
    )


# --- open ---------------------------------------------------------------------------------------


def ready(*, on: dt.date) -> QuerySet[Payout]:
    """What waits, may be paid within the next days, and is in no live batch."""
    taken = PayoutLine.objects.filter(payout=OuterRef("pk"), live=True)
    near = bankdays.shifted(on, AHEAD)
    return Payout.objects.filter(~Exists(taken), state=Payout.State.WAITING, pay_on__lte=near)


def gather(account: BankAccount, *, on: dt.date, at: dt.datetime) -> int:
    """Puts what waits into open batches. Returns how many were added. on: today."""
    added = 0
    while lot := list(ready(on=on).order_by("pay_on", "pk")[:LOT]):
        added += _add(account, lot, at=at)
    return added


@transaction.atomic
def _add(account: BankAccount, lot: list[Payout], *, at: dt.datetime) -> int:
    BankAccount.objects.select_for_update().get(pk=account.pk)  # one gathers at a time
    keys = [payout.pk for payout in lot]
    taken = PayoutLine.objects.filter(payout__in=keys, live=True).values_list("payout", flat=True)
    free = [payout for payout in lot if payout.pk not in set(taken)]
    if not free:
        return 0
    batch = _with_room(account, at=at)
    free = free[: account.most - batch.count]
    before = PayoutLine.objects.filter(payout__in=keys).order_by().values_list("payout")
    tries = Counter(dict(before.annotate(Count("pk"))))
    PayoutLine.objects.bulk_create(
        PayoutLine(
            batch=batch,
            payout=payout,
            end_to_end_id=references.payout(payout.pk, tries[payout.pk] + 1),
            cents=payout.cents,
        )
        for payout in free
    )
    bankfiles.count(batch)
    return len(free)


def _with_room(account: BankAccount, *, at: dt.datetime) -> PayoutBatch:
    roomy = PayoutBatch.objects.filter(
        bank_account=account, state=State.OPEN, count__lt=account.most
    )
    return roomy.order_by("pk").first() or PayoutBatch.objects.create(
        bank_account=account,
        msg_id=f"AUSZAHLUNG-{at:%Y%m%d}-{secrets.token_hex(6).upper()}",
        opened_at=at,
    )


def faults(batch: PayoutBatch, *, checked: bool = True) -> list[tuple[PayoutLine, str]]:
    """What `freeze` would leave out, and what it did leave out. checked: as with debits."""
    gone = [(line, line.left_out) for line in _loaded(batch.lines.exclude(left_out=""))]
    return [*(_faults(batch) if checked and batch.state == State.OPEN else []), *gone]


def _loaded(rows: QuerySet[PayoutLine]) -> QuerySet[PayoutLine]:
    return rows.select_related("payout").order_by("pk")


def _faults(batch: PayoutBatch) -> list[tuple[PayoutLine, str]]:
    live = _loaded(batch.lines.filter(live=True)).iterator(LOT)
    return [(line, why) for line in live if (why := fault(line))]


def fault(line: PayoutLine) -> str:
    """Why it may not go along; empty when all is well. One dead bank code makes banks refuse the
    whole file."""
    payout = line.payout
    if payout.state != Payout.State.WAITING or payout.cents != line.cents:
        return PAYOUT
    try:
        to = payouts.receiver(payout)
        iban = ibans.read(to.iban)
    except (ibans.BadIban, Unreadable):
        return IBAN
    return ADDRESS if ibans.needs_address(iban) and to.address is None else ""


# --- frozen -------------------------------------------------------------------------------------


@transaction.atomic
def freeze(batch: PayoutBatch, *, by: Person, at: dt.datetime) -> PayoutBatch:
    """Raises bankfiles.WrongState, Empty, schemas.Invalid."""
    batch = locked(batch, State.OPEN)
    found = _faults(batch)
    for line, why in found:
        line.live, line.left_out = False, why
    PayoutLine.objects.bulk_update([line for line, _why in found], ["live", "left_out"], LOT)
    bankfiles.count(batch)
    if not batch.count:
        raise Empty
    batch.frozen_at, batch.execute_on = at, _day(batch, at=at)
    bankfiles.freeze(batch, written(batch), schema=schemas.PAYOUTS, by=by)
    return batch


def _day(batch: PayoutBatch, *, at: dt.datetime) -> dt.date:
    zone = Paper.load().time_zone_info
    first = bankdays.earliest(at, lead=0, cut_off=batch.bank_account.cut_off, zone=zone)
    due = batch.lines.filter(live=True).aggregate(last=Max("payout__pay_on"))["last"]
    return max(bankdays.shifted(first, FOR_TWO), bankdays.on_or_after(due))


def written(batch: PayoutBatch) -> bytes:
    """The file of a frozen batch, made anew: the same bytes each time."""
    account, paper = batch.bank_account, Paper.load()
    assert batch.frozen_at
    assert batch.execute_on
    transfers = [
        files.Transfer(
            end_to_end=line.end_to_end_id,
            cents=line.cents,
            name=to.holder,
            iban=to.iban,
            purpose=line.payout.words,
            execute_on=batch.execute_on,
            address=to.address,
        )
        for line in _loaded(batch.lines.filter(live=True)).iterator(LOT)
        for to in [payouts.receiver(line.payout)]
    ]
    return files.write(
        transfers,
        account=Account(account.holder, account.iban, account.bic),
        message=batch.msg_id,
        created_at=batch.frozen_at.astimezone(paper.time_zone_info),
    )


# --- exported, and after ------------------------------------------------------------------------


@transaction.atomic
def release(batch: PayoutBatch, *, by: Person, at: dt.datetime) -> PayoutBatch:
    """A second person lets it go to the bank.

    Raises bankfiles.WrongState, SamePerson, Stale, PastDeadline.
    """
    batch = locked(batch, State.FROZEN)
    last = deadline(batch)
    if last is None or at > last:
        raise PastDeadline
    bankfiles.release(batch, by=by, at=at)
    rows = Payout.objects.select_for_update().filter(lines__batch=batch, lines__live=True)
    list(rows.order_by("pk").values_list("pk"))  # nobody redirects or cancels one meanwhile
    gone = [(line, PAYOUT) for line in batch.lines.filter(live=False, left_out="")]
    if stale := [*gone, *_faults(batch)]:
        raise Stale([(line.end_to_end_id, why) for line, why in stale])
    keys = batch.lines.filter(live=True).values("payout")
    Payout.objects.filter(pk__in=keys).update(state=Payout.State.SUBMITTED, changed_at=at)
    return batch


@transaction.atomic
def reject(batch: PayoutBatch, *, code: str, at: dt.datetime) -> PayoutBatch:
    """The bank refused the file, or the office stops a frozen one. Its payouts wait for another.

    code: the bank's, or the office's word. Raises bankfiles.WrongState.
    """
    batch = locked(batch, State.FROZEN, State.EXPORTED, State.ACCEPTED)
    unpaid = batch.lines.filter(live=True, paid_on=None)
    keys = list(unpaid.values_list("payout", flat=True))
    Payout.objects.filter(pk__in=keys, state=Payout.State.SUBMITTED).update(
        state=Payout.State.WAITING, changed_at=at
    )
    unpaid.update(live=False)
    bankfiles.reject(batch, code=code, at=at)
    return batch


def of_messages(told: Iterable[str]) -> dict[str, PayoutBatch]:
    """By message ids, or the ids of payment informations in them, in one query."""
    return bankfiles.named(PayoutBatch, told)
