"""Settled together is settled one by one, only quicker."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allmende.ledger.models import Entry
from allmende.ledger.money import Money
from allmende.ledger.post import lines_of
from allmende.payments import (
    bankfiles,
    matching,
    proofs,
    reading_statements,
    references,
    settle,
    settle_many,
    signals,
)
from allmende.payments.models import BatchItem, PaymentAttempt, Question
from allmende.payments.providers.dummy_bank.bank import Bank
from allmende.payments.settle_many import Came
from tests.factories import payments as make
from tests.payments.sepa import COLLECTED, debit, exported

pytestmark = pytest.mark.django_db
NOW = make.NOW
DAY = NOW.date()
EURO = Money(100)


def cast() -> list[tuple[PaymentAttempt, Money]]:
    """One of each kind of money, plain and otherwise."""
    twelve = Money(1200)
    plain, late = make.attempt(state="submitted"), make.attempt()
    twice = make.attempt()
    again = make.attempt(twice.item)
    paid = make.attempt()
    settle.collected(paid, into="bank", on=DAY, at=NOW)
    waived = make.attempt(make.item(state="waived"))
    failed = make.attempt(
        make.item(state="failed", code="AM04", retry_on=DAY, retries=1), state="failed"
    )
    draft = make.attempt(make.item(make.pledge(state="draft", activated_at=None)))
    last = make.attempt(make.item(make.pledge(rhythm="once")))
    ended = make.attempt(make.item(make.pledge(state="ended", reason="reader", ended_at=NOW)))
    debited = make.attempt(state="submitted")
    batch, mandate = make.batch(), make.mandate(debited.item.pledge, state="amended")
    BatchItem.objects.create(
        batch=batch, item=debited.item, mandate=mandate, attempt=debited, cents=1200,
        end_to_end_id=f"E-{debited.pk}",
    )  # fmt: skip
    return [
        (plain, twelve), (late, Money(1300)), (late, Money(1300)), (twice, twelve),
        (again, twelve), (paid, twelve), (waived, twelve), (failed, twelve), (draft, twelve),
        (last, twelve), (ended, twelve), (debited, twelve), (make.attempt(), Money(1200, "CHF")),
    ]  # fmt: skip


def told(cast: list[tuple[PaymentAttempt, Money]]) -> list[object]:
    """All that there is to know, without the numbers of rows."""
    known: list[object] = []
    for attempt, _money in cast:
        row = PaymentAttempt.objects.select_related("item__pledge").get(pk=attempt.pk)
        item, pledge = row.item, row.item.pledge
        entries = list(Entry.objects.filter(key__startswith=f"payments:attempt:{row.pk}:"))
        lines = lines_of(entries)
        known.append(
            (
                (row.state, row.cents, row.currency, row.account, row.settled_on, row.code),
                (item.state, item.collected_on, item.code, item.retry_on, item.retries),
                (pledge.state, pledge.reason, pledge.activated_at, pledge.ended_at),
                [
                    (line.account, line.money, bool(line.party))
                    for entry in entries
                    for line in lines[entry.pk]
                ],
                list(pledge.mandates.values_list("state", "last_collected_on")),
                sorted(item.questions.values_list("what", flat=True)),
            )
        )
    return known


def test_together_is_as_one_by_one():
    one_by_one, together, heard = cast(), cast_again(), []

    def hear(item, attempt, money, on, **_more):
        heard.append((attempt.pk, item.state, attempt.state, item.pledge.state, money, on))

    signals.settled.connect(hear)
    try:
        for attempt, money in one_by_one:
            settle.collected(attempt, into="paypal", on=DAY, at=NOW, amount=money)
        singly, heard = heard, []
        settle_many.collected(
            [Came(one, DAY, money) for one, money in together], into="paypal", at=NOW
        )
    finally:
        signals.settled.disconnect(hear)
    assert told(together) == told(one_by_one)
    assert sorted(row[1:4] for row in heard) == sorted(row[1:4] for row in singly)
    assert [
        line for proof in proofs.PROOFS for line in proof.wrong() if "surplus" not in proof.name
    ] == []


def cast_again() -> list[tuple[PaymentAttempt, Money]]:
    make.BankAccount.objects.all().update(is_main=False, iban="DE02100500000054540402")
    return cast()


def test_nothing_is_written_where_one_of_them_fails(monkeypatch):
    attempts = [make.attempt(), make.attempt()]

    def die(item, **_more):
        if item.pk == attempts[1].item_id:
            raise RuntimeError

    signals.settled.connect(die)
    try:
        with pytest.raises(RuntimeError):
            settle_many.collected([Came(a, DAY, a.amount) for a in attempts], into="bank", at=NOW)
    finally:
        signals.settled.disconnect(die)
    assert not Entry.objects.exists()
    assert set(PaymentAttempt.objects.values_list("state", flat=True)) == {"created"}


def test_a_batch_costs_as_many_queries_however_many_debits_it_holds():
    """purpose: one that nobody thanks for, as that writes letters."""

    def queries(count: int) -> int:
        account = make.BankAccount.objects.first() or make.bank_account()
        for _ in range(count):
            debit(purpose="test")
        bank = Bank(account.iban, in_details=False)
        bank.take(bankfiles.file_of(exported(account)))
        reading_statements.take_in(io.BytesIO(bank.statement(COLLECTED, COLLECTED)), at=NOW)
        with CaptureQueriesContext(connection) as asked:
            matching.work(at=NOW)
        return len(asked)

    assert queries(12) <= queries(2)


def test_transfers_are_matched_together():
    bank = Bank(make.bank_account().iban)
    pledges = []
    for n in range(12):
        pledge = make.pledge(method="transfer", purpose="test")
        pledge.transfer_reference = references.creditor(pledge.pk)
        pledge.save()
        make.item(pledge)
        pledges.append(pledge)
        bank.come_in(
            1200, on=DAY, name="Ada", iban=make.IBAN, purpose=f"{pledge.transfer_reference} {n}"
        )
    reading_statements.take_in(io.BytesIO(bank.statement(DAY, DAY)), at=NOW)
    with CaptureQueriesContext(connection) as asked:
        assert matching.work(at=NOW) == 12
    assert len(asked) < 12 * 3
    assert {pledge.items.get().state for pledge in pledges} == {"collected"}
    assert not Question.objects.exists()
    again = dt.timedelta(days=1)
    assert matching.work(at=NOW + again) == 0
