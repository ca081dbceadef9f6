"""The shipped bank: it books what it is given, tells it as banks do, and misbehaves when asked."""

import datetime as dt
import io
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.payments.pain import debits, payouts
from allmende.payments.pain.parts import Account
from allmende.payments.providers.dummy_bank.bank import Bank, Rejected
from allmende.payments.statements.reading import examine
from allmende.payments.statements.shape import Kind, Row
from tests.payments import camt

pytestmark = pytest.mark.no_database
IBAN = "DE02120300000000202051"
PAPER = Account("Auentaler Bote eG", IBAN, creditor_id="DE98ZZZ09999999999")
DAY = dt.date(2026, 12, 1)
AT = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
ONE = debits.Collection(
    end_to_end="FAELLIG-1-1", cents=1200, name="Ada", iban="DE89370400440532013000",
    mandate="M-1", signed_on=DAY, purpose="Beitrag", collected_on=DAY,
)  # fmt: skip


def file(*names: str, message: str = "S-1") -> bytes:
    numbers = count(1)
    collections = [
        replace(ONE, name=name, end_to_end=f"FAELLIG-{next(numbers)}-1") for name in names
    ]
    return debits.write(collections, account=PAPER, message=message, created_at=AT)


def told(data: bytes) -> list[Row]:
    return camt.rows(io.BytesIO(data))


def test_a_file_is_booked_on_its_day_in_details():
    bank = Bank(IBAN, opening=500)
    assert bank.take(file("Ada", "Bo")) == "S-1"
    assert bank.balance(DAY - dt.timedelta(days=1)) == 500
    assert bank.balance(DAY) == 2900
    found = told(bank.statement(DAY, DAY))
    assert [(row.kind, row.cents, row.end_to_end, row.mandate) for row in found] == [
        (Kind.IN, 1200, "FAELLIG-1-1", "M-1"), (Kind.IN, 1200, "FAELLIG-2-1", "M-1"),
    ]  # fmt: skip
    assert found[0].payment_information == "S-1-1"


def test_a_bank_may_tell_only_the_sum():
    bank = Bank(IBAN, in_details=False)
    bank.take(file("Ada", "Bo"))
    (row,) = told(bank.statement(DAY, DAY))
    assert (row.cents, row.message, row.payment_information) == (2400, "S-1", "S-1-1")


def test_the_same_message_twice_is_refused():
    bank = Bank(IBAN)
    bank.take(file("Ada"))
    with pytest.raises(Rejected) as caught:
        bank.take(file("Bo"))
    assert caught.value.code == "AM05"
    assert bank.balance(DAY) == 1200


def test_a_file_that_breaks_its_schema_is_refused():
    with pytest.raises(Rejected, match="FF01"):
        Bank(IBAN).take(file("Ada").replace(b"RCUR", b"ALL"))


@pytest.mark.parametrize(
    ("name", "on", "cents"),
    [
        ("Ada AM04", dt.date(2026, 12, 3), -1500),
        ("Ada MD06", dt.date(2027, 1, 28), -1500),
        ("Ada DOUBLE", dt.date(2026, 12, 2), -1200),
    ],
)
def test_debits_come_back_when_their_name_says_so(name: str, on: dt.date, cents: int):
    bank = Bank(IBAN)
    bank.take(file(name))
    back = [row for row in told(bank.statement(DAY, dt.date(2027, 12, 31))) if row.return_code]
    assert [(row.kind, row.booked_on, row.cents, row.end_to_end) for row in back] == [
        (Kind.RETURNED, on, cents, "FAELLIG-1-1")
    ]
    assert back[0].original_cents == (1200 if cents == -1500 else 0)


def test_transfers_payouts_and_corrections_are_booked():
    bank = Bank(IBAN)
    bank.come_in(2400, on=DAY, name="Bo & Cy", iban="DE89370400440532013000", purpose="RF12 <x>")
    out = payouts.Transfer("A-1", 700, "Di", "DE89370400440532013000", "Guthaben", DAY)
    bank.take(payouts.write([out], account=PAPER, message="A", created_at=AT))
    bank.correct(-100, on=DAY, purpose="Irrtum")
    found = told(bank.statement(DAY, DAY))
    assert [(row.kind, row.cents, row.name, row.purpose) for row in found] == [
        (Kind.IN, 2400, "Bo & Cy", "RF12 <x>"),
        (Kind.OUT, -700, "Di", "Guthaben"),
        (Kind.REVERSED, -100, "", "Irrtum"),
    ]  # fmt: skip


def test_a_notification_names_the_same_rows():
    bank = Bank(IBAN)
    bank.take(file("Ada", "Bo"))
    both = [told(data) for data in (bank.statement(DAY, DAY), bank.notification(DAY))]
    assert [row.identity() for row in both[0]] == [row.identity() for row in both[1]]


@given(
    st.lists(
        st.tuples(st.sampled_from(["Ada", "Bo AM04", "Cy MD06"]), st.integers(1, 10**6)), max_size=5
    ),
    st.integers(-(10**6), 10**6),
)
@settings(max_examples=20)
def test_every_statement_is_proved(orders: list[tuple[str, int]], opening: int):
    bank = Bank(IBAN, opening=opening)
    for number, (name, cents) in enumerate(orders):
        one = replace(ONE, name=name, cents=cents)
        bank.take(debits.write([one], account=PAPER, message=f"S-{number}", created_at=AT))
    last = dt.date(2027, 12, 31)
    data = bank.statement(DAY, last)
    examine(io.BytesIO(data))
    assert opening + sum(row.cents for row in told(data)) == bank.balance(last)
