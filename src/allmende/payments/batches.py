"""Batches of direct debits: from announced items to a file at the bank.

    open → frozen (hash, totals) → exported (by a second person; always the same bytes)
         → accepted | rejected → booked

1. `gather` puts announced items into open batches, each of one day and a bank's size.
2. `freeze` checks every row, leaves single bad ones out and names them, writes the file, has the
   schema judge it, and seals it away (`bankfiles`). From here on its bytes stay what they are.
3. `release` by a second person hands the rows over: attempts begin, items are submitted. A crash
   before or after the download changes nothing: `bankfiles.file_of` gives the same bytes again.
4. A rejected batch lets go of its items. They keep their identity, and go with a new message id.

The database has an item in one live batch at the most.
"""

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery

from allmende.lib.pages import few_pages
from allmende.lib.rows import insert
from allmende.paper.models import Paper
from allmende.payments import bankdays, bankfiles, lines, notices
from allmende.payments.bankfiles import Empty, PastDeadline, Stale, State, locked
from allmende.payments.faults import TOO_LATE
from allmende.payments.models import (
    BankAccount,
    BatchItem,
    DueItem,
    Mandate,
    Notice,
    PaymentAttempt,
    SepaBatch,
)
from allmende.payments.pain import debits, schemas
from allmende.payments.pain.parts import Account
from allmende.people.models import Person

AHEAD = 5  # bank days before its collection that a batch is gathered


def deadline(batch: SepaBatch) -> dt.datetime:
    zone = Paper.load().time_zone_info
    account = batch.bank_account
    return bankdays.deadline(
        batch.collect_on, lead=account.lead_days, cut_off=account.cut_off, zone=zone
    )


# --- open ---------------------------------------------------------------------------------------


def gather_due(account: BankAccount, *, on: dt.date, at: dt.datetime) -> int:
    """Gathers all days that come near. Returns how many rows were added. on: today."""
    last = bankdays.shifted(on, AHEAD)
    days = Notice.objects.filter(
        due_on__gt=on, due_on__lte=last, item__state=DueItem.State.ANNOUNCED
    )
    found = days.order_by("due_on").values_list("due_on", flat=True).distinct()
    return sum(gather(account, collect_on=day, at=at) for day in list(found))


@few_pages(connection)
def gather(account: BankAccount, *, collect_on: dt.date, at: dt.datetime) -> int:
    """Puts what is announced for the day into open batches. Returns how many rows were added."""
    added = 0
    left = list(lines.ready(collect_on=collect_on).order_by("pk").values_list("pk", flat=True))
    while left:
        lot, left = left[: lines.LOT], left[lines.LOT :]
        rows, full = _add(account, lot, collect_on=collect_on, at=at)
        added += rows
        left = full + left
    return added


@transaction.atomic
def _add(
    account: BankAccount, items: Sequence[int], *, collect_on: dt.date, at: dt.datetime
) -> tuple[int, list[int]]:
    """Returns how many were added to a batch, and which items need another one."""
    BankAccount.objects.select_for_update().get(pk=account.pk)  # one gathers at a time
    fresh = rows = lines.fresh(items, collect_on=collect_on)
    if account.one_file_each and rows:
        first = _sequence(account, rows[0])
        rows = [row for row in rows if _sequence(account, row) == first]
    if not rows:
        return 0, []
    batch = _with_room(account, rows[0], collect_on=collect_on, at=at)
    rows = rows[: account.most - batch.count]
    lines.add(rows, batch=batch)
    bankfiles.count(batch)
    taken = {row.item for row in rows}
    return len(rows), [row.item for row in fresh if row.item not in taken]


def _with_room(
    account: BankAccount, row: lines.Fresh, *, collect_on: dt.date, at: dt.datetime
) -> SepaBatch:
    """An open batch that takes the row, or a new one."""
    roomy = SepaBatch.objects.filter(
        bank_account=account, collect_on=collect_on, state=State.OPEN, count__lt=account.most
    )
    for batch in roomy.order_by("pk"):
        one = batch.lines.select_related("mandate").first()
        alike = one is None or _sequence(account, one.mandate) == _sequence(account, row)
        if alike or not account.one_file_each:
            return batch
    return SepaBatch.objects.create(
        bank_account=account,
        collect_on=collect_on,
        msg_id=f"SAMMLER-{collect_on:%Y%m%d}-{secrets.token_hex(6).upper()}",
        opened_at=at,
    )


def _sequence(account: BankAccount, mandate: Mandate | lines.Fresh) -> str:
    return lines.sequence_of(mandate, first_apart=account.first_apart)


def faults(batch: SepaBatch, *, checked: bool = True) -> list[tuple[BatchItem, str]]:
    """What `freeze` would leave out, and what it did leave out. checked: whether each row of an
    open batch is looked at now, which takes the longer the more there are."""
    ask = checked and batch.state == State.OPEN
    live = batch.lines.filter(live=True)
    found = lines.faults(live, collect_on=batch.collect_on) if ask else []
    gone = batch.lines.exclude(left_out="").select_related("item__pledge", "mandate")
    return [*found, *((line, line.left_out) for line in gone)]


# --- frozen -------------------------------------------------------------------------------------


@few_pages(connection)
@transaction.atomic
def freeze(batch: SepaBatch, *, by: Person, at: dt.datetime) -> SepaBatch:
    """Raises WrongState, Empty, PastDeadline, schemas.Invalid."""
    batch = locked(batch, State.OPEN)
    if at > deadline(batch):
        raise PastDeadline
    _leave_out(batch, at=at)
    bankfiles.count(batch)
    if not batch.count:
        raise Empty
    batch.frozen_at = at
    bankfiles.freeze(batch, written(batch), schema=schemas.DEBITS, by=by)
    return batch


def _leave_out(batch: SepaBatch, *, at: dt.datetime) -> None:
    found = lines.faults(batch.lines.filter(live=True), collect_on=batch.collect_on)
    for line, why in found:
        line.live, line.left_out = False, why
    BatchItem.objects.bulk_update([line for line, _why in found], ["live", "left_out"], lines.LOT)
    anew = [line.item_id for line, why in found if why in lines.MENDED_BY_NOTICE]
    notices.take_back(anew, at=at)


def written(batch: SepaBatch) -> bytes:
    """The file of a frozen batch, made anew: the same bytes each time."""
    account, paper = batch.bank_account, Paper.load()
    collections = lines.collections(
        batch.lines.filter(live=True), collect_on=batch.collect_on,
        first_apart=account.first_apart, purpose=paper.name, zone=paper.time_zone_info,
    )  # fmt: skip
    assert batch.frozen_at
    return debits.write(
        collections,
        account=Account(account.holder, account.iban, account.bic, account.creditor_id),
        message=batch.msg_id,
        created_at=batch.frozen_at.astimezone(paper.time_zone_info),
    )


# --- exported, and after ------------------------------------------------------------------------


@few_pages(connection)
@transaction.atomic
def release(batch: SepaBatch, *, by: Person, at: dt.datetime) -> SepaBatch:
    """A second person lets it go to the bank.

    Raises WrongState, SamePerson, Stale, PastDeadline.
    """
    batch = locked(batch, State.FROZEN)
    if at > deadline(batch):
        raise PastDeadline
    bankfiles.release(batch, by=by, at=at)
    live = batch.lines.filter(live=True)
    if stale := lines.faults(live, collect_on=batch.collect_on):
        raise Stale([(line.end_to_end_id, why) for line, why in stale])
    _begin_attempts(live, at=at)
    DueItem.objects.filter(pk__in=live.values("item")).update(
        state=DueItem.State.SUBMITTED, changed_at=at
    )
    return batch


def _begin_attempts(live: QuerySet[BatchItem], *, at: dt.datetime) -> None:
    rows = live.order_by("pk").values_list("item", "end_to_end_id", "cents", "item__currency")
    insert(
        connection,
        PaymentAttempt,
        ["item", "external_id", "key", "cents", "currency"],
        ((item, name, name, cents, currency) for item, name, cents, currency in list(rows)),
        provider="debit", state=PaymentAttempt.State.SUBMITTED, made_at=at,
    )  # fmt: skip
    named = PaymentAttempt.objects.filter(key=OuterRef("end_to_end_id"))
    live.update(attempt=Subquery(named.values("pk")))


@transaction.atomic
def reject(batch: SepaBatch, *, code: str, at: dt.datetime) -> SepaBatch:
    """The bank refused the file, or the office stops a frozen one. Its items wait for another.

    code: the bank's, or the office's word. Raises WrongState.
    """
    batch = locked(batch, State.FROZEN, State.EXPORTED, State.ACCEPTED)
    live = batch.lines.filter(live=True)
    keys = list(live.values_list("item", flat=True))
    PaymentAttempt.objects.filter(line__in=live, state=PaymentAttempt.State.SUBMITTED).update(
        state=PaymentAttempt.State.FAILED, code=code
    )
    DueItem.objects.filter(pk__in=keys, state=DueItem.State.SUBMITTED).update(
        state=DueItem.State.ANNOUNCED, changed_at=at
    )
    live.update(live=False)
    bankfiles.reject(batch, code=code, at=at)
    return batch


def missed(account: BankAccount, *, at: dt.datetime) -> int:
    """Announced debits whose day can no longer be met are announced anew. Returns how many."""
    zone = Paper.load().time_zone_info
    first = bankdays.earliest(at, lead=account.lead_days, cut_off=account.cut_off, zone=zone)
    in_time = Notice.objects.filter(item=OuterRef("pk"), due_on__gte=first)
    taken = BatchItem.objects.filter(item=OuterRef("pk"), live=True, batch__state=State.FROZEN)
    late = DueItem.objects.filter(
        ~Exists(in_time), ~Exists(taken), state=DueItem.State.ANNOUNCED, method="debit"
    )
    keys = list(late.values_list("pk", flat=True))
    BatchItem.objects.filter(item__in=keys, live=True, batch__state=State.OPEN).update(
        live=False, left_out=TOO_LATE
    )
    return notices.take_back(keys, at=at)


def of_message(message: str) -> SepaBatch | None:
    """By a message id, or the id of a payment information in it."""
    return of_messages([message]).get(message)


def of_messages(told: Iterable[str]) -> dict[str, SepaBatch]:
    """As `of_message`, of many in one query."""
    return bankfiles.named(SepaBatch, told)
