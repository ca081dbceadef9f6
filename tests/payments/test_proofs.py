"""Each proof is empty for what our deeds did, and tells of what they cannot do."""

import datetime as dt
import io
import itertools

import pytest

from allmende.ledger import balances, post
from allmende.ledger.money import Money
from allmende.ledger.post import Line
from allmende.payments import arrangements, pledges, proofs, settle
from allmende.payments.models import (
    Arrangement,
    BankAccount,
    PaymentAttempt,
    Pledge,
    Statement,
)
from allmende.payments.providers.dummy_bank.bank import Bank
from allmende.payments.reading_statements import take_in
from tests.factories import payments as make
from tests.payments.camt import document, entry, statement

pytestmark = pytest.mark.django_db
NOW = make.NOW
DAY = NOW.date()
HOUR = dt.timedelta(hours=1)
IBAN, GIVER = "DE89370400440532013000", "DE02120300000000202051"


def wrong() -> dict[str, list[str]]:
    found = {proof.name: list(proof.wrong()) for proof in proofs.PROOFS}
    return {name: lines for name, lines in found.items() if lines}


def collected() -> PaymentAttempt:
    attempt = make.attempt()
    settle.collected(attempt, into="bank", on=DAY, at=NOW, fee=Money(35))
    attempt.refresh_from_db()
    return attempt


def test_deeds_leave_nothing_to_tell():
    settle.returned(collected().item, code="AM04", on=DAY, at=NOW)
    settle.refunded(collected(), amount=Money(1200), on=DAY, at=NOW, key="r")
    settle.charged_back(collected(), on=DAY, at=NOW)
    pledges.end(make.item().pledge, reason="reader", at=NOW)
    assert wrong() == {}


def test_a_collected_item_without_its_payment_is_told():
    item = make.item(state="collected", collected_on=DAY)
    told = f"item {item.pk} is collected and has 0 paid attempts"
    assert wrong() == {"payments-collected": [told]}


def test_a_payment_without_its_entry_is_told():
    attempt = make.attempt(
        make.item(state="collected", collected_on=DAY), state="settled", settled_on=DAY
    )
    assert wrong() == {"payments-booked": [f"attempt {attempt.pk} of 1200 cents: booked None"]}


def test_a_payment_of_another_amount_than_booked_is_told():
    attempt = collected()
    PaymentAttempt.objects.update(cents=1300)
    assert wrong() == {"payments-booked": [f"attempt {attempt.pk} of 1300 cents: booked 1200"]}


def test_an_entry_without_a_payment_is_told():
    attempt = collected()
    key = f"payments:attempt:{attempt.pk + 1}:collected"
    lines = [Line("bank", Money(1)), Line("contributions", Money(-1))]
    post.post(key, on=DAY, at=NOW, text="no payment", lines=lines)
    assert wrong() == {"payments-entries": [f"entry {key}: no such payment"]}


def test_a_pledge_unlike_its_terms_is_told():
    pledge = make.pledge()
    Pledge.objects.update(cents=1300)
    assert wrong() == {"payments-terms": [f"pledge {pledge.pk}: 1300 cents, its terms 1200"]}


def test_what_lives_at_the_provider_alone_is_told():
    pledge = make.pledge()
    row = arrangements.made(pledge, provider="paypal", external_id="I-1", at=NOW)
    Pledge.objects.update(state="ended", reason="reader", ended_at=NOW)
    assert wrong() == {"payments-undead": [f"{row}: pledge {pledge.pk} has ended"]}


def test_what_is_planned_of_an_ended_pledge_is_told():
    item = make.item()
    Pledge.objects.update(state="ended", reason="reader", ended_at=NOW)
    told = f"item {item.pk} is planned, pledge {item.pledge_id} has ended"
    assert wrong() == {"payments-ended": [told]}


def test_an_active_pledge_for_which_nothing_collects_is_told():
    pledge = make.pledge(method="paypal")
    arrangements.made(pledge, provider="paypal", external_id="I-1", at=NOW)
    assert wrong() == {}
    Arrangement.objects.update(wanted="ended")
    told = f"pledge {pledge.pk}: nothing at paypal collects for it"
    assert wrong() == {"payments-bereft": [told]}


def test_surplus_money_is_told_until_somebody_decides():
    first = collected()
    extra = make.attempt(first.item)
    settle.collected(extra, into="bank", on=DAY, at=NOW)
    assert wrong() == {"payments-surplus": [f"attempt {extra.pk}: 12.00 EUR"]}
    later = make.item(first.item.pledge, period=1, due_on=DAY + dt.timedelta(days=31))
    settle.assign(extra, to=later, on=DAY, at=NOW)
    assert wrong() == {}


# --- The bank's account ------------------------------------------------------------------------


@pytest.fixture
def bank() -> Bank:
    return Bank(make.bank_account(iban=IBAN).iban)


def read(*files: bytes, at: dt.datetime = NOW) -> None:
    for number, file in enumerate(files):
        take_in(io.BytesIO(file), at=at + dt.timedelta(minutes=number))


def days(count: int) -> list[dt.date]:
    return [DAY + dt.timedelta(days=number) for number in range(count)]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_statements_and_notifications_in_any_order_agree_with_the_ledger(bank, order):
    one, two = days(2)
    for day, cents in ((one, 1000), (two, 2000), (two, 500)):
        bank.come_in(cents, on=day, name="Ada", iban=GIVER)
    files = [
        bank.statement(one, one), bank.statement(two, two), bank.statement(one, two),
        bank.notification(two),
    ]  # fmt: skip
    read(*(files[number] for number in order))
    assert wrong() == {}


def test_what_was_only_notified_yet_is_no_difference(bank):
    one, two = days(2)
    bank.come_in(1000, on=one, name="Ada", iban=GIVER)
    read(bank.notification(one))
    assert wrong() == {}
    read(bank.statement(one, one), at=NOW + HOUR)
    bank.come_in(2000, on=two, name="Ada", iban=GIVER)
    read(bank.notification(two), at=NOW + 2 * HOUR)
    assert balances.balance("bank") == Money(3000)
    assert wrong() == {}


def test_a_missing_statement_is_told_until_it_is_read(bank):
    files = []
    for day in days(3):
        bank.come_in(1000, on=day, name="Ada", iban=GIVER)
        files.append(bank.statement(day, day))
    read(files[0], files[2])
    late = Statement.objects.latest("pk")
    told = f"Giro: statement {late.number} begins on {days(3)[2]} with 2000 cents, no other ends so"
    assert wrong() == {"payments-statements": [told]}
    read(files[1], at=NOW + HOUR)
    assert wrong() == {}


def test_parts_of_a_day_are_in_order_whichever_was_read_first(bank):
    account = BankAccount.objects.get()
    parts = [
        document(statement([entry("10", "CRDT", reference="A")], opening="5", closing="15",
                           account=account.iban, name="S-1")),
        document(statement([entry("7", "DBIT", reference="B")], opening="15", closing="8",
                           account=account.iban, name="S-2")),
    ]  # fmt: skip
    read(parts[1], parts[0])
    assert balances.balance("bank") == Money(300)
    assert wrong() == {}


def test_money_that_no_statement_knows_is_told(bank):
    bank.come_in(1000, on=DAY, name="Ada", iban=GIVER)
    read(bank.statement(DAY, DAY))
    lines = [Line("bank", Money(1)), Line("fees", Money(-1))]
    post.post("by-hand", on=DAY, at=NOW, text="no row", lines=lines)
    told = "bank: booked 10.01 EUR, statements say 10.00 EUR"
    assert wrong() == {"payments-bank": [told]}


def test_what_was_booked_before_the_first_statement_is_not_asked_about(bank):
    before = [Line("bank", Money(5)), Line("contributions", Money(-5))]
    post.post("old", on=DAY - dt.timedelta(days=9), at=NOW, text="moved in", lines=before)
    bank.come_in(1000, on=DAY, name="Ada", iban=GIVER)
    read(bank.statement(DAY, DAY))
    assert wrong() == {}
