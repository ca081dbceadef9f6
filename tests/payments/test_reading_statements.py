"""Statements taken in: each row once, and the ledger's bank always as the bank says."""

import datetime as dt
import io
import itertools
from pathlib import Path

import pytest

from allmende.ledger.balances import balance
from allmende.ledger.money import Money
from allmende.lib.vault import Unreadable
from allmende.payments import reading_statements
from allmende.payments.models import BankAccount, Statement, Transfer
from allmende.payments.providers.dummy_bank.bank import Bank
from allmende.payments.reading_statements import NotOurs, Taken, fetch, take_in
from allmende.payments.statements import reading
from allmende.payments.statements.shape import Unbalanced
from tests.factories import payments as made
from tests.factories.payments import NOW
from tests.payments.camt import detail, document, entry, file, statement

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 12, 1)
GIVER = "DE02120300000000202051"


@pytest.fixture
def account() -> BankAccount:
    return made.bank_account(iban="DE89370400440532013000")


@pytest.fixture
def bank(account) -> Bank:
    return Bank(account.iban)


def read(data: bytes) -> Taken:
    return take_in(io.BytesIO(data), at=NOW)


def on(code: str) -> int:
    return balance(code).cents


def test_a_statement_is_written_down_and_booked(account, bank):
    bank.come_in(2400, on=DAY, name="Ada", iban=GIVER, purpose="Danke")
    assert read(bank.statement(DAY, DAY)) == Taken(1, 1)
    told, row = Statement.objects.get(), Transfer.objects.get()
    assert (told.opening, told.closing, told.entries, told.form) == (0, 2400, 1, "camt.053")
    assert (row.cents, row.booked_on, row.state) == (2400, DAY, "open")
    assert reading_statements.told_by(row)["purpose"] == "Danke"
    assert (on("bank"), on("suspense")) == (2400, -2400)
    assert b"Danke" not in bytes(row.sealed)


def test_the_same_file_twice_changes_nothing(account, bank):
    bank.come_in(2400, on=DAY, name="Ada", iban=GIVER)
    data = bank.statement(DAY, DAY)
    assert [read(data), read(data)] == [Taken(1, 1), Taken(1, 0)]
    assert (Statement.objects.count(), on("bank")) == (1, 2400)


def test_overlapping_statements_and_notifications_tell_each_row_once(account, bank):
    later = DAY + dt.timedelta(days=1)
    for day in (DAY, DAY, later):
        bank.come_in(1000, on=day, name="Ada", iban=GIVER, purpose="Danke")
    files = [bank.statement(DAY, DAY), bank.statement(DAY, later), bank.notification(later)]
    for order in itertools.permutations(files):
        for data in order:
            read(data)
    assert (Transfer.objects.count(), on("bank")) == (3, 3000)


def test_equal_rows_without_a_banks_reference_are_two(account):
    one = entry("10", "CRDT", detail("10", purpose="Danke"))
    data = document(statement([one, one], closing="20", account=account.iban))
    assert (read(data), on("bank")) == (Taken(2, 2), 2000)


def test_a_run_that_was_broken_off_goes_on(account, bank, monkeypatch):
    for number in range(5):
        bank.come_in(100 + number, on=DAY, name="Ada", iban=GIVER)
    data = bank.statement(DAY, DAY)
    monkeypatch.setattr(reading, "LOT", 2)
    written, lots = reading_statements._write, []

    def breaks(lot, *arguments, **more):
        lots.append(lot)
        if len(lots) == 2:
            raise KeyboardInterrupt
        return written(lot, *arguments, **more)

    monkeypatch.setattr(reading_statements, "_write", breaks)
    with pytest.raises(KeyboardInterrupt):
        read(data)
    assert Transfer.objects.count() == 2
    assert read(data) == Taken(5, 3)
    assert on("bank") == 510


def test_a_file_that_is_not_proved_writes_nothing(account):
    data = file(entry("10", "CRDT"), entry("x", "CRDT"), closing="10", account=account.iban)
    with pytest.raises(ValueError, match="line"):
        read(data)
    with pytest.raises(Unbalanced):
        read(file(entry("10", "CRDT"), closing="11", account=account.iban))
    assert not Statement.objects.exists()


def test_another_account_or_currency_is_refused(account):
    with pytest.raises(NotOurs, match="not ours"):
        read(file(entry("1", "CRDT"), closing="1", account=GIVER))
    crowns = file(entry("1", "CRDT"), closing="1", account=account.iban).replace(b"EUR", b"SEK")
    with pytest.raises(NotOurs, match="SEK"):
        read(crowns)
    assert not Transfer.objects.exists()


def test_a_row_moved_to_another_does_not_open(account, bank):
    for cents in (1, 2):
        bank.come_in(cents, on=DAY, name="Ada", iban=GIVER)
    read(bank.statement(DAY, DAY))
    one, two = Transfer.objects.all()
    one.sealed = two.sealed
    with pytest.raises(Unreadable):
        reading_statements.told_by(one)


def test_a_folder_is_emptied_and_refusals_say_why(account, bank, tmp_path: Path):
    bank.come_in(2400, on=DAY, name="Ada", iban=GIVER)
    (tmp_path / "a.xml").write_bytes(bank.statement(DAY, DAY))
    (tmp_path / "b.xml").write_bytes(b"<no/>")
    (tmp_path / "c.txt").write_bytes(b"not looked at")
    found = dict(fetch(tmp_path, at=NOW))
    assert found["a.xml"] == Taken(1, 1)
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [
        "a.xml", "b.xml", "b.xml.txt", "c.txt",
    ]  # fmt: skip
    assert "line 1" in (tmp_path / "refused" / "b.xml.txt").read_text()
    assert fetch(tmp_path, at=NOW) == []


def test_money_that_a_bank_keeps_is_a_fee(account):
    both = [detail("10.00", charges="0.50"), detail("20.00", charges="0.50")]
    read(file(entry("29.00", "CRDT", *both), closing="29", account=account.iban))
    assert (on("bank"), on("fees"), on("suspense")) == (2900, 100, -3000)
    assert balance("bank") == Money(2900)


def test_equal_rows_without_a_name_in_two_statements_of_a_day_are_two(account):
    """Each file has what the other has, and follows it by its balance; the day's file has both."""
    row = entry("12.00", "CRDT", detail("12.00", sign="CRDT", purpose="Danke"))

    def told(count: int, opening: str, closing: str, name: str) -> bytes:
        return document(
            statement(
                [row] * count, opening=opening, closing=closing, account=account.iban, name=name
            )
        )

    parts = [told(1, "0", "12", "M"), told(2, "12", "36", "N"), told(1, "36", "48", "A")]
    assert [read(data).new for data in (parts[1], parts[0], parts[2])] == [2, 1, 1]
    assert [read(data).new for data in (*parts, told(4, "0", "48", "day"))] == [0, 0, 0, 0]
    Statement.objects.update(entries=0)  # as if they had been broken off
    assert [read(data).new for data in parts] == [0, 0, 0]
    assert on("bank") == 4800
