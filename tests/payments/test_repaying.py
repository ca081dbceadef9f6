"""Contributions given back by transfer, for what no provider gives back."""

import datetime as dt
import io
import uuid

import pytest

from allmende.ledger.balances import balance
from allmende.ledger.money import Money
from allmende.payments import (
    bankfiles,
    matching,
    payout_batches,
    proofs,
    reading_statements,
    refunds,
    repaying,
    settle,
)
from allmende.payments.models import (
    BankAccount,
    DueItem,
    Mandate,
    PaymentAttempt,
    Payout,
    PayoutBatch,
    Question,
    Refund,
    Transfer,
)
from allmende.payments.pain.reading import read
from allmende.payments.providers.dummy_bank.bank import Bank
from tests.factories import payments as made
from tests.payments import sepa
from tests.payments.test_matching import come, look, promise

pytestmark = pytest.mark.django_db
COLLECTED = sepa.COLLECTED
LATER = dt.datetime(2027, 2, 1, 9, tzinfo=dt.UTC)
PAID = dt.date(2027, 2, 3)


@pytest.fixture
def account() -> BankAccount:
    return made.bank_account()


@pytest.fixture
def bank(account: BankAccount) -> Bank:
    return Bank(account.iban)


def take_in(bank: Bank, since: dt.date, until: dt.date) -> None:
    reading_statements.take_in(io.BytesIO(bank.statement(since, until)), at=LATER)
    matching.work(at=LATER)


def debited(bank: Bank, account: BankAccount) -> PaymentAttempt:
    sepa.debit()
    bank.take(bankfiles.file_of(sepa.exported(account)))
    take_in(bank, COLLECTED, COLLECTED)
    return PaymentAttempt.objects.get(state="settled")


def ask(attempt: PaymentAttempt, cents: int = 1200) -> Refund:
    refunds.ask(attempt, amount=Money(cents), why="wish", by=None, key=uuid.uuid4(), at=LATER)
    refunds.send_all(at=LATER)
    repaying.ask_all(at=LATER)
    return Refund.objects.get()


def exported(account: BankAccount) -> PayoutBatch:
    payout_batches.gather(account, on=LATER.date(), at=LATER)
    batch = PayoutBatch.objects.get(state="open")
    payout_batches.freeze(batch, by=made.person(), at=LATER)
    return payout_batches.release(batch, by=made.person(), at=LATER)


def sums() -> dict[str, int]:
    codes = ["bank", "sepa-transit", "payouts", "payout-transit", "contributions", "returns"]
    found = {code: balance(code).cents for code in codes}
    return {code: cents for code, cents in found.items() if cents}


def wrong() -> dict[str, list[str]]:
    found = {proof.name: list(proof.wrong()) for proof in proofs.PROOFS}
    return {name: lines for name, lines in found.items() if lines}


def test_a_debit_is_given_back_to_the_account_it_came_from(account, bank):
    refund = ask(debited(bank, account))
    assert (refund.state, Payout.objects.get().key) == ("submitted", f"refund:{refund.pk}")
    batch = exported(account)
    (order,) = read(bankfiles.file_of(batch))[1]
    assert (order.iban, order.name, order.cents) == (made.IBAN, "Ada Lovelace", 1200)
    assert order.purpose.endswith("Ihr Geld zurueck")
    bank.take(bankfiles.file_of(batch))
    assert sums() == {"bank": 1200, "contributions": -1200}
    take_in(bank, PAID, PAID)
    assert sums() == {}
    refund.refresh_from_db()
    assert (refund.state, refund.done_on) == ("done", PAID)
    assert DueItem.objects.get().state == "refunded"
    assert wrong() == {}
    repaying.ask_all(at=LATER)
    assert Payout.objects.count() == 1


def test_a_transfer_is_given_back_in_part(account, bank):
    pledge = promise()
    look(come(bank, 1200, purpose=pledge.transfer_reference))
    ask(PaymentAttempt.objects.get(), cents=200)
    bank.take(bankfiles.file_of(exported(account)))
    take_in(bank, PAID, PAID)
    assert sums() == {"bank": 1000, "contributions": -1000}
    assert DueItem.objects.get().state == "collected"
    assert wrong() == {}


def test_where_no_account_is_known_somebody_is_asked_once(account, bank):
    pledge = promise()
    look(come(bank, 1200, purpose=pledge.transfer_reference))
    Transfer.objects.update(sealed=None)
    refund = ask(PaymentAttempt.objects.get())
    repaying.ask_all(at=LATER)
    assert (refund.state, Payout.objects.exists()) == ("asked", False)
    assert Question.objects.get().detail == f"refund {refund.pk}: no account"


def test_a_debit_that_comes_back_meanwhile_is_not_paid_out(account, bank):
    attempt = debited(bank, account)
    refund = ask(attempt)
    settle.returned(attempt.item, code="MD06", on=PAID, at=LATER, attempt=attempt)
    refund.refresh_from_db()
    assert (refund.state, Payout.objects.get().state) == ("failed", "cancelled")


def test_a_debit_that_comes_back_while_the_payout_is_at_the_bank_is_asked_about(account, bank):
    attempt = debited(bank, account)
    ask(attempt)
    batch = exported(account)
    settle.returned(attempt.item, code="MD06", on=PAID, at=LATER, attempt=attempt)
    bank.take(bankfiles.file_of(batch))
    take_in(bank, PAID, PAID)
    assert Payout.objects.get().state == "paid"
    assert "paid_twice" in [one.what for one in Question.objects.all()]
    assert sums()["payouts"] == 1200  # that the giver owes us


def test_a_debit_that_comes_back_after_it_was_given_back_waits_for_a_person(account, bank):
    attempt = debited(bank, account)
    ask(attempt)
    bank.take(bankfiles.file_of(exported(account)))
    take_in(bank, PAID, PAID)
    (order,) = read(bankfiles.opened(attempt.line.batch))[1]
    day = PAID + dt.timedelta(days=30)
    bank.come_back(order, bank.fate(order), on=day)
    take_in(bank, day, day)
    row = Transfer.objects.get(booked_on=day)
    assert row.state == "open"
    question = Question.objects.get()
    assert (question.what, question.detail) == ("dispute", f"row {row.pk} attempt {attempt.pk}")
    matching.set_aside(row, account="returns", why="twice", by=made.person(), at=LATER)
    assert sums() == {"bank": -1500, "returns": 1500}  # with the fee


def test_a_revoked_mandate_that_was_emptied_is_no_account(account, bank):
    attempt = debited(bank, account)
    Mandate.objects.update(iban=b"")
    refund = ask(attempt)
    assert refund.state == "asked"
