"""Our debits as the bank tells them: credited, returned, doubled, late, out of order."""

import datetime as dt
import io
from dataclasses import replace

import pytest

from allmende.ledger.balances import balance
from allmende.payments import bankfiles, matching, reading_statements, settle
from allmende.payments.models import BankAccount, DueItem, Question, SepaBatch, Transfer
from allmende.payments.providers.dummy_bank import camt
from allmende.payments.providers.dummy_bank.bank import Bank, Fate
from tests.factories import payments as made
from tests.factories.payments import NOW
from tests.payments.sepa import COLLECTED, debit, exported

pytestmark = pytest.mark.django_db
LATER = dt.date(2027, 12, 31)
DAY = dt.timedelta(days=1)


@pytest.fixture
def account() -> BankAccount:
    return made.bank_account()


def hand_in(account: BankAccount, *, fates: dict[int, Fate] | None = None, **more) -> Bank:
    """All debits so far, at a bank. fates: by the due item's key."""
    ids = {f"FAELLIG-{key}-1": fate for key, fate in (fates or {}).items()}
    bank = Bank(account.iban, fate=lambda order: ids.get(order.end_to_end, Fate()), **more)
    bank.take(bankfiles.file_of(exported(account)))
    return bank


def read(*files: bytes) -> None:
    for data in files:
        reading_statements.take_in(io.BytesIO(data), at=NOW)
        matching.work(at=NOW)


def on(*codes: str) -> list[int]:
    return [balance(code).cents for code in codes]


def state(item: DueItem) -> str:
    item.refresh_from_db()
    return item.state


@pytest.mark.parametrize("in_details", [True, False])
def test_a_credited_batch_is_booked_and_its_items_are_paid(account, in_details):
    items = [debit(), debit(cents=3000)]
    bank = hand_in(account, in_details=in_details)
    read(bank.statement(COLLECTED, COLLECTED))
    assert [state(item) for item in items] == ["collected", "collected"]
    assert SepaBatch.objects.get().state == "booked"
    assert on("bank", "sepa-transit", "contributions") == [4200, 0, -4200]
    assert not Transfer.objects.filter(state="open").exists()
    mandate = items[0].pledge.mandates.get()
    assert (mandate.state, mandate.last_collected_on) == ("active", COLLECTED)
    assert not Question.objects.exists()


@pytest.mark.parametrize("in_details", [True, False])
def test_a_return_opens_the_item_and_its_fee_is_booked_apart(account, in_details):
    item, other = debit(), debit()
    bank = hand_in(account, fates={item.pk: Fate("AM04")}, in_details=in_details)
    read(bank.statement(COLLECTED, LATER))
    assert (state(item), item.retries, state(other)) == ("reopened", 1, "collected")
    assert on("bank", "sepa-transit", "contributions", "fees") == [900, 0, -1200, 300]


@pytest.mark.parametrize(
    ("code", "became", "pledge", "mandate"),
    [
        ("MS03", "reopened", "active", "active"),
        ("AC01", "reopened", "paused", "blocked"),
        ("AC04", "reopened", "paused", "blocked"),
        ("MD06", "closed", "paused", "revoked"),
        ("MD07", "closed", "ended", "active"),
    ],
)
def test_each_code_has_its_consequence(account, code, became, pledge, mandate):
    item = debit()
    bank = hand_in(account, fates={item.pk: Fate(code)})
    read(bank.statement(COLLECTED, LATER))
    item.pledge.refresh_from_db()
    found = (state(item), item.pledge.state, item.pledge.mandates.get().state)
    assert found == (became, pledge, mandate)
    assert on("sepa-transit", "contributions") == [0, 0]


def test_a_return_after_eight_weeks_in_another_year_is_a_new_entry(account):
    item = debit()
    bank = hand_in(account, fates={item.pk: Fate("MD06", after=240)})
    read(bank.statement(COLLECTED, COLLECTED))
    assert on("bank", "contributions") == [1200, -1200]
    read(bank.statement(COLLECTED + DAY, dt.date(2028, 3, 1)))
    assert state(item) == "closed"
    assert on("bank", "sepa-transit", "contributions", "fees") == [-300, 0, 0, 300]


def test_a_return_after_the_pledge_has_ended_is_booked_and_nobody_is_asked_for_more(account):
    item = debit()
    bank = hand_in(account, fates={item.pk: Fate("AM04", after=30)})
    read(bank.statement(COLLECTED, COLLECTED))
    item.pledge.refresh_from_db()
    item.pledge.state, item.pledge.reason, item.pledge.ended_at = "ended", "reader", NOW
    item.pledge.save()
    read(bank.statement(COLLECTED + DAY, LATER))
    assert state(item) == "closed"
    assert on("contributions", "sepa-transit") == [0, 0]


def test_a_statement_that_comes_late_ends_the_same(account):
    """The return is told before the credit."""
    item = debit()
    bank = hand_in(account, fates={item.pk: Fate("AC04")})
    credit = bank.statement(COLLECTED, COLLECTED)
    back = bank.statement(COLLECTED + DAY, LATER)
    read(back, credit)
    assert state(item) == "reopened"
    assert on("bank", "sepa-transit", "contributions", "fees") == [-300, 0, 0, 300]


@pytest.mark.parametrize("in_details", [True, False])
@pytest.mark.parametrize(("code", "became"), [("AM04", "reopened"), ("MD07", "closed")])
def test_a_return_that_is_told_before_its_credit_leaves_nothing_in_transit(
    account, in_details, code, became
):
    item, other = debit(), debit()
    bank = hand_in(account, fates={item.pk: Fate(code, fee_cents=300)}, in_details=in_details)
    credit = bank.statement(COLLECTED, COLLECTED)
    read(bank.statement(COLLECTED + DAY, LATER), credit, credit)
    assert (state(item), state(other)) == (became, "collected")
    assert on("bank", "sepa-transit", "contributions", "fees") == [900, 0, -1200, 300]
    item.refresh_from_db()
    assert item.retries == (1 if code == "AM04" else 0)  # one return is tried again once
    assert item.pledge.state == ("active" if code == "AM04" else "ended")


@pytest.mark.parametrize("told", ["lower", "mandate"])
def test_an_early_return_is_found_again_however_the_bank_names_it(account, told):
    item = debit(cents=1200)
    bank = hand_in(account, fates={item.pk: Fate("AM04")}, in_details=False)
    (back,) = bank.bookings[1:]
    detail = back.details[0]
    named = {"lower": detail.end_to_end.lower(), "mandate": ""}[told]
    bank.bookings[1] = replace(back, details=(replace(detail, end_to_end=named),))
    read(bank.statement(COLLECTED + DAY, COLLECTED + 9 * DAY))
    assert state(item) == "failed"
    read(bank.statement(COLLECTED, COLLECTED))
    assert state(item) in ("returned", "reopened", "closed")
    assert on("contributions", "fees") == [0, 300]
    # The mandate's reference is none of ours in tests, so that row came to suspense.
    assert sum(on("sepa-transit", "suspense")) == 0


def test_files_twice_and_mixed_change_nothing(account):
    item = debit()
    bank = hand_in(account, fates={item.pk: Fate("AM04")})
    first, second = bank.statement(COLLECTED, COLLECTED), bank.statement(COLLECTED, LATER)
    read(first, second, first, bank.notification(COLLECTED), second)
    assert (state(item), item.retries) == ("reopened", 1)
    assert on("bank", "sepa-transit", "contributions", "fees") == [-300, 0, 0, 300]
    assert Transfer.objects.count() == 2


def test_a_debit_that_the_bank_booked_twice_stays_paid_once(account):
    item = debit()
    fate = Fate("AM05", after=1, fee_cents=0, double=True)
    bank = hand_in(account, fates={item.pk: fate})
    read(bank.statement(COLLECTED, COLLECTED))
    assert on("sepa-transit", "contributions") == [-1200, -1200]
    assert Question.objects.get().what == "alarm"
    read(bank.statement(COLLECTED + DAY, LATER))
    assert state(item) == "collected"
    assert on("bank", "sepa-transit", "contributions") == [1200, 0, -1200]


def test_a_sum_that_is_another_than_the_batchs_is_asked_about(account):
    debit()
    bank = hand_in(account, in_details=False)
    data = bank.statement(COLLECTED, COLLECTED).replace(b"12.00", b"11.00")
    read(data)
    assert Question.objects.get().what == "alarm"
    assert on("bank", "sepa-transit") == [1100, 100]


def test_a_return_that_names_only_the_mandate_is_found(account):
    item = debit()
    mandate = item.pledge.mandates.get()
    bank = hand_in(account, fates={item.pk: Fate("AC04")})
    read(bank.statement(COLLECTED, COLLECTED))
    data = bank.statement(COLLECTED + DAY, LATER)
    read(data.replace(f"FAELLIG-{item.pk}-1".encode(), b"NOTPROVIDED"))
    assert state(item) == "reopened"
    assert mandate.reference.encode() in data
    assert Transfer.objects.filter(state="open").count() == 0


def test_the_account_is_debited_again_after_a_retry(account):
    item = debit()
    bank = hand_in(account, fates={item.pk: Fate("AM04")})
    read(bank.statement(COLLECTED, LATER))
    assert state(item) == "reopened"
    assert item.due_on == dt.date(2027, 2, 2) + dt.timedelta(days=21)


def lumped(bank: Bank, day: dt.date) -> bytes:
    """The day's camt.053 as banks write it that tell single payments in a camt.054 only."""
    told = [replace(one, details=()) for one in bank.bookings if one.on == day]
    parts = camt.statement(
        told, account=bank.account, name=f"SUMME-{day}", opening=bank.balance(day - DAY),
        closing=bank.balance(day), begins_on=day, ends_on=day,
    )  # fmt: skip
    return "".join(parts).encode()


@pytest.mark.parametrize("first", ["sum", "rows"])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_sum_and_its_rows_in_two_files_are_one_credit(account, first, at_once):
    items = [debit(), debit(cents=3000)]
    bank = hand_in(account)
    files = [lumped(bank, COLLECTED), bank.notification(COLLECTED)]
    files = files if first == "sum" else files[::-1]
    for data in files if at_once else []:
        reading_statements.take_in(io.BytesIO(data), at=NOW)
    read(*files)
    assert [state(item) for item in items] == ["collected", "collected"]
    assert on("bank", "sepa-transit", "contributions") == [4200, 0, -4200]
    assert not Transfer.objects.filter(state="open").exists()
    assert not Question.objects.exists()
    read(*files)
    assert on("bank", "sepa-transit", "contributions") == [4200, 0, -4200]


@pytest.mark.parametrize("first", ["sum", "rows"])
def test_returns_booked_as_a_sum_are_known_by_their_rows(account, first):
    item = debit()
    bank = hand_in(account, fates={item.pk: Fate("AC04", after=1)})
    read(bank.statement(COLLECTED, COLLECTED))
    back = COLLECTED + dt.timedelta(days=3)  # the next bank day
    files = [lumped(bank, back), bank.notification(back)]
    read(*(files if first == "sum" else files[::-1]))
    assert state(item) == "reopened"
    assert on("bank", "sepa-transit", "contributions", "fees") == [-300, 0, 0, 300]
    assert not Transfer.objects.filter(state="open").exists()


def test_a_second_try_that_is_refused_before_any_money_came_does_not_keep_a_mandate_alive(account):
    item = debit()
    bank = hand_in(account, fates={item.pk: Fate("MS03")})
    read(bank.statement(COLLECTED, LATER))
    used = item.pledge.mandates.get().last_collected_on
    attempt = made.attempt(item, provider="debit", external_id=f"FAELLIG-{item.pk}-2")
    settle.submitted(attempt, at=NOW)
    settle.failed(item, code="MS03", on=LATER, at=NOW, attempt=attempt)
    assert (used, item.pledge.mandates.get().last_collected_on) == (COLLECTED, COLLECTED)
