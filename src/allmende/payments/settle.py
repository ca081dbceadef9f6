"""The one place where money becomes true: ledger, states and signals, in one transaction.

    attempt = settle.try_once(item, provider="debit", key=line.end_to_end_id, at=now)
    settle.collected(attempt, into="sepa-transit", on=day, at=now)
    settle.returned(item, code="AM04", fee=Money(350), on=day, at=now)

1. The pledge's row is locked: whatever happens to one giver's money happens one after the other.
2. A state is moved by a conditional update. Who finds it moved has come twice, and does nothing.
3. The ledger's entry has a key made from the attempt, so it stands once whoever posts it.
4. The signal is sent, in the same transaction.

A return is a new entry; nothing is ever taken out of the books. Money that comes for a period that
is paid already, or in another currency, goes to suspense, and somebody is asked.
"""

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from allmende.ledger import post
from allmende.ledger.money import Money
from allmende.ledger.post import Line
from allmende.payments import codes, due, mandates, pledges, questions, signals
from allmende.payments.booking import FEES, SUSPENSE, book, left_of, locked
from allmende.payments.codes import Policy
from allmende.payments.models import (
    BatchItem,
    DueItem,
    PaymentAttempt,
    Refund,
)
from allmende.payments.models.moves import DUE_ITEM, sources
from allmende.payments.moving import move, must_move
from allmende.payments.reactions import drop_from_batch, react

Attempt = PaymentAttempt.State
Item = DueItem.State
#: Money of these attempts had come.
CAME = [
    Attempt.SETTLED, Attempt.SURPLUS, Attempt.RETURNED, Attempt.REFUNDED, Attempt.CHARGED_BACK,
]  # fmt: skip

OFFICE = "office"  # the code of what the office took back

#: ... and may be given back.
IS_HERE = [Attempt.SETTLED, Attempt.SURPLUS]


class NotOurs(ValueError):
    """It contradicts what stands here, so it cannot be true of this item."""


def try_once(
    item: DueItem, *, provider: str, key: str, external_id: str | None = None,
    amount: Money | None = None, at: dt.datetime,
) -> PaymentAttempt:  # fmt: skip
    """The attempt of this idempotency key; made when it is new."""
    fields = fields_of(item, provider=provider, external_id=external_id, amount=amount, at=at)
    return PaymentAttempt.objects.get_or_create(key=key, defaults=fields)[0]


def fields_of(
    item: DueItem, *, provider: str, external_id: str | None, amount: Money | None,
    at: dt.datetime,
) -> dict[str, Any]:  # fmt: skip
    money = amount or item.amount
    return {
        "item": item,
        "provider": provider,
        "external_id": external_id,
        "cents": money.cents,
        "currency": money.currency,
        "made_at": at,
    }


def submitted(attempt: PaymentAttempt, *, at: dt.datetime) -> bool:
    """It is with the provider or the bank; that is not money yet."""
    with transaction.atomic():
        item = locked(attempt.item)
        if not move(attempt, Attempt.SUBMITTED):
            return False
        if move(item, Item.SUBMITTED, retry_on=None, changed_at=at):
            attempt.item = item
        return True


def known_as(attempt: PaymentAttempt, external_id: str) -> None:
    """What the provider calls it. Raises NotOurs where it has another name already."""
    if attempt.external_id == external_id:
        return
    rows = PaymentAttempt.objects.filter(pk=attempt.pk, external_id__isnull=True)
    try:
        with transaction.atomic():
            if rows.update(external_id=external_id) != 1:
                raise NotOurs(f"attempt {attempt.pk} has another id than {external_id}")
    except IntegrityError as error:
        raise NotOurs(f"{external_id} is another attempt's") from error
    attempt.external_id = external_id


# --- Money comes -----------------------------------------------------------------------------


@transaction.atomic
def collected(
    attempt: PaymentAttempt, *, into: str, on: dt.date, at: dt.datetime,
    amount: Money | None = None, fee: Money | None = None,
) -> bool:  # fmt: skip
    """The money is there. into: ledger account where it lies. amount: what came, before the fee;
    without it what was asked for. False where that is known already.

    A fee that is told later than the money is booked then.
    """
    item = locked(attempt.item)
    attempt = PaymentAttempt.objects.get(pk=attempt.pk)
    if attempt.state in CAME:
        return late_fee(attempt, item, fee, on=on, at=at)
    money = amount or attempt.amount
    cost = fee or Money(0, money.currency)
    fits = money.currency == item.currency and item.state in sources(DUE_ITEM, Item.COLLECTED)
    must_move(
        attempt,
        Attempt.SETTLED if fits else Attempt.SURPLUS,
        cents=money.cents,
        currency=money.currency,
        fee_cents=cost.cents,
        account=into,
        settled_on=on,
        code="",
    )
    target = item.pledge.account if fits else SUSPENSE
    lines = [Line(into, money - cost), Line(FEES, cost), Line(target, -money, item.pledge.party)]
    book(attempt, "collected", lines, on=on, at=at)
    if not fits:
        same = money.currency == item.currency
        ask = "surplus" if same else "currency"
        questions.ask(ask, detail=f"attempt {attempt.pk}", item=item, at=at)
        return True
    arrived(item, attempt, money, on=on, at=at)
    return True


def arrived(
    item: DueItem, attempt: PaymentAttempt, money: Money, *, on: dt.date, at: dt.datetime
) -> None:
    unused = item.retry_on is not None  # planned after a return that was told too early
    must_move(
        item, Item.COLLECTED, collected_on=on, code="", retry_on=None,
        retries=item.retries - unused, changed_at=at,
    )  # fmt: skip
    line = BatchItem.objects.filter(attempt=attempt).select_related("mandate").first()
    if line:
        mandates.used(line.mandate, on=on)
    pledges.activate(item.pledge, at=at)
    signals.settled.send(DueItem, item=item, attempt=attempt, money=money, on=on, at=at)
    pledges.finish(item.pledge, at=at)


def late_fee(
    attempt: PaymentAttempt, item: DueItem, fee: Money | None, *, on: dt.date, at: dt.datetime
) -> bool:
    if not fee or attempt.fee_cents:
        return False
    rows = PaymentAttempt.objects.filter(pk=attempt.pk, fee_cents=0)
    if rows.update(fee_cents=fee.cents) != 1:
        return False
    book(attempt, "fee", [Line(FEES, fee), Line(attempt.account, -fee)], on=on, at=at)
    return False


@transaction.atomic
def assign(attempt: PaymentAttempt, *, to: DueItem, on: dt.date, at: dt.datetime) -> bool:
    """Surplus money is for another period, or another pledge, as a person decided. Raises NotOurs
    where that one is paid, or in another currency."""
    item = locked(to)
    attempt = PaymentAttempt.objects.select_related("item__pledge").get(pk=attempt.pk)
    if attempt.state != Attempt.SURPLUS:
        return False
    if attempt.currency != item.currency or item.state not in sources(DUE_ITEM, Item.COLLECTED):
        raise NotOurs(f"item {item.pk} is {item.state}, in {item.currency}")
    money, before = left_of(attempt), attempt.item.pledge
    must_move(attempt, Attempt.SETTLED, item=item)
    lines = [
        Line(SUSPENSE, money, before.party),
        Line(item.pledge.account, -money, item.pledge.party),
    ]
    book(attempt, "assigned", lines, on=on, at=at)
    arrived(item, attempt, money, on=on, at=at)
    return True


# --- No money comes --------------------------------------------------------------------------


@transaction.atomic
def failed(
    item: DueItem, *, code: str, on: dt.date, at: dt.datetime,
    attempt: PaymentAttempt | None = None,
) -> bool:  # fmt: skip
    """A try ended before any money came. False where that is known already, or money came."""
    item = locked(item)
    if attempt and not move(attempt, Attempt.FAILED, code=code[:64]):
        return False
    drop_from_batch(item)
    if not move(item, Item.FAILED, code=code[:64] or "?", changed_at=at):
        return False
    retry_on = react(item, code, on=on, at=at)
    if retry_on:
        rows = DueItem.objects.filter(pk=item.pk, state=Item.FAILED)
        rows.update(retry_on=retry_on, retries=item.retries + 1)
    signals.failed.send(DueItem, item=item, attempt=attempt, code=code, retry_on=retry_on, at=at)
    return True


@transaction.atomic
def returned(
    item: DueItem, *, code: str, on: dt.date, at: dt.datetime,
    fee: Money | None = None, out_of: str = "", attempt: PaymentAttempt | None = None,
) -> bool:  # fmt: skip
    """The giver's bank took the money back. out_of: ledger account that it left, the one that it
    had come to where none is given. fee: what our bank wants for that; booked apart, never charged
    to the giver. False where that is known already.

    Where no money had come, the try has failed.
    """
    item = locked(item)
    rows = item.attempts.filter(state__in=CAME)  # as they are now, whatever the caller has seen
    attempt = rows.filter(pk=attempt.pk).first() if attempt else settled(item)
    if attempt is None:
        open_try = item.attempts.filter(state__in=[Attempt.CREATED, Attempt.SUBMITTED]).first()
        return failed(item, code=code, on=on, at=at, attempt=open_try)
    was = attempt.state
    if not take_out(attempt, item, Attempt.RETURNED, fee=fee, out_of=out_of, on=on, at=at):
        return False
    if was == Attempt.SURPLUS:  # the period stays paid
        return True
    move(item, Item.RETURNED, code=code[:64], changed_at=at)
    drop_from_batch(item)
    retry_on = react(item, code, on=on, at=at)
    after_return(item, code, retry_on=retry_on, at=at)
    signals.returned.send(
        DueItem, item=item, attempt=attempt, money=attempt.amount, code=code, retry_on=retry_on,
        on=on, at=at,
    )  # fmt: skip
    return True


@transaction.atomic
def unassigned(attempt: PaymentAttempt, *, on: dt.date, at: dt.datetime) -> bool:
    """The office had given the money to the wrong item: it lies where it came from, and the item is
    owed again. False where it is not here any more, or not wholly."""
    item = locked(attempt.item)
    attempt = PaymentAttempt.objects.get(pk=attempt.pk)
    was = attempt.state
    if was not in IS_HERE or attempt.refunded_cents:
        return False
    take_out(attempt, item, Attempt.RETURNED, fee=None, out_of="", on=on, at=at)
    if was == Attempt.SETTLED:
        must_move(item, Item.RETURNED, code=OFFICE, changed_at=at)
        money = attempt.amount
        living = item.pledge.state in pledges.LIVING
        must_move(item, Item.REOPENED if living else Item.CLOSED, changed_at=at)
        signals.returned.send(
            DueItem, item=item, attempt=attempt, money=money, code=OFFICE, retry_on=None, on=on,
            at=at,
        )  # fmt: skip
    return True


def settled(item: DueItem) -> PaymentAttempt | None:
    return item.attempts.filter(state=Attempt.SETTLED).first()


def after_return(item: DueItem, code: str, *, retry_on: dt.date | None, at: dt.datetime) -> None:
    """Open again where it may be asked for again, closed otherwise."""
    if retry_on:
        values = {"due_on": retry_on, "retries": item.retries + 1}
        move(item, Item.REOPENED, changed_at=at, **values)
        return
    item.pledge.refresh_from_db()
    asks = codes.policy(code) in (Policy.ASK_IBAN, Policy.OTHER_METHOD, Policy.RETRY)
    living = item.pledge.state in pledges.LIVING
    move(item, Item.REOPENED if asks and living else Item.CLOSED, changed_at=at)


# --- Money goes ------------------------------------------------------------------------------


@transaction.atomic
def charged_back(
    attempt: PaymentAttempt, *, on: dt.date, at: dt.datetime, fee: Money | None = None,
    out_of: str = "",
) -> bool:  # fmt: skip
    """The giver took the money back by a dispute. False where that is known already."""
    item = locked(attempt.item)
    attempt = PaymentAttempt.objects.get(pk=attempt.pk)
    was = attempt.state
    if not take_out(attempt, item, Attempt.CHARGED_BACK, fee=fee, out_of=out_of, on=on, at=at):
        return False
    if was == Attempt.SETTLED:
        move(item, Item.CHARGED_BACK, changed_at=at)
    questions.ask("dispute", detail=f"attempt {attempt.pk}", item=item, at=at)
    money = attempt.amount
    signals.charged_back.send(DueItem, item=item, attempt=attempt, money=money, on=on, at=at)
    return True


@transaction.atomic
def won_back(attempt: PaymentAttempt, *, on: dt.date, at: dt.datetime) -> bool:
    """A dispute ended for us: the money is here again."""
    item = locked(attempt.item)
    attempt = PaymentAttempt.objects.get(pk=attempt.pk)
    if attempt.state != Attempt.CHARGED_BACK:
        return False
    fits = item.state == Item.CHARGED_BACK
    must_move(attempt, Attempt.SETTLED if fits else Attempt.SURPLUS)
    money = left_of(attempt)
    target = item.pledge.account if fits else SUSPENSE
    lines = [Line(attempt.account, money), Line(target, -money, item.pledge.party)]
    book(attempt, "won-back", lines, on=on, at=at)
    if fits:
        must_move(item, Item.COLLECTED, changed_at=at)
        signals.settled.send(DueItem, item=item, attempt=attempt, money=money, on=on, at=at)
    return True


def take_out(
    attempt: PaymentAttempt, item: DueItem, target: str, *, fee: Money | None, out_of: str,
    on: dt.date, at: dt.datetime,
) -> bool:  # fmt: skip
    """The mirror of `collected`, for what had not been given back before."""
    source = SUSPENSE if attempt.state == Attempt.SURPLUS else item.pledge.account
    money, cost = left_of(attempt), fee or Money(0, attempt.currency)
    if not move(attempt, target):
        return False
    account = out_of or attempt.account
    lines = [Line(source, money, item.pledge.party), Line(FEES, cost), Line(account, -money - cost)]
    book(attempt, target.replace("_", "-"), lines, on=on, at=at)
    return True


@transaction.atomic
def refunded(
    attempt: PaymentAttempt, *, amount: Money, on: dt.date, at: dt.datetime,
    key: str, external_id: str | None = None, out_of: str = "",
) -> bool:  # fmt: skip
    """Money was given back, wholly or in part. key: of our Refund, or made of the provider's id
    where it began there. False where that is known already. Raises NotOurs where more goes back
    than came."""
    item = locked(attempt.item)
    attempt = PaymentAttempt.objects.get(pk=attempt.pk)
    refund = refund_of(attempt, amount, key=key, external_id=external_id, at=at)
    if not move(refund, Refund.State.DONE, done_on=on):
        return False
    taken = attempt.state == Attempt.CHARGED_BACK  # the dispute took it; the refund ends that
    if not taken:
        give(attempt, item, refund, out_of=out_of, on=on, at=at)
    elif move(attempt, Attempt.REFUNDED, refunded_cents=attempt.cents):
        move(item, Item.REFUNDED, changed_at=at)
    signals.refunded.send(
        DueItem, item=item, attempt=attempt, refund=refund, money=amount, on=on, at=at
    )
    return True


def refund_of(
    attempt: PaymentAttempt, amount: Money, *, key: str, external_id: str | None, at: dt.datetime
) -> Refund:
    """By the provider's id, or our key; made where neither is known."""
    if external_id:
        same = Refund.objects.filter(provider=attempt.provider, external_id=external_id).first()
        if same:
            return same
    fields = {
        "attempt": attempt,
        "provider": attempt.provider,
        "cents": amount.cents,
        "asked_at": at,
    }
    refund = Refund.objects.get_or_create(key=key, defaults=fields)[0]
    if external_id and refund.external_id is None:
        Refund.objects.filter(pk=refund.pk).update(external_id=external_id)
        refund.external_id = external_id
    return refund


def give(
    attempt: PaymentAttempt, item: DueItem, refund: Refund, *, out_of: str, on: dt.date,
    at: dt.datetime,
) -> None:  # fmt: skip
    total = attempt.refunded_cents + refund.cents
    if attempt.state not in IS_HERE or total > attempt.cents:
        raise NotOurs(f"attempt {attempt.pk} is {attempt.state}; {total} of {attempt.cents} back")
    source = SUSPENSE if attempt.state == Attempt.SURPLUS else item.pledge.account
    was_settled = attempt.state == Attempt.SETTLED
    PaymentAttempt.objects.filter(pk=attempt.pk).update(refunded_cents=total)
    attempt.refunded_cents = total
    money = Money(refund.cents, attempt.currency)
    account = out_of or attempt.account
    lines = [Line(source, money, item.pledge.party), Line(account, -money)]
    post.post(
        f"payments:refund:{refund.pk}", on=on, at=at, lines=lines,
        text=f"refund {refund.pk} of attempt {attempt.pk}",
    )  # fmt: skip
    if total == attempt.cents:
        must_move(attempt, Attempt.REFUNDED)
        if was_settled:
            move(item, Item.REFUNDED, changed_at=at)


def moved(
    key: str, *, out_of: str, into: str, amount: Money, on: dt.date, at: dt.datetime, text: str
) -> None:
    """Money went from one account of ours to another: a batch was credited, PayPal paid out. key:
    of what proves it, as a row of a statement; text: ids only."""
    lines = [Line(into, amount), Line(out_of, -amount)]
    post.post(f"payments:moved:{key}", on=on, at=at, text=text, lines=lines)


def close(item: DueItem, *, at: dt.datetime) -> bool:
    """It is not asked for again."""
    return move(item, Item.CLOSED, changed_at=at) or due.waive(item, at=at)


def reopen(item: DueItem, *, at: dt.datetime) -> bool:
    """It is owed again."""
    return move(item, Item.REOPENED, changed_at=at)
